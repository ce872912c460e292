"""People in a shop: letting in, changing their terms, taking out."""

from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from sellers.models import Invitation, Membership, Person, Seller
from sellers.roles import OWNER, Right, Role, Terms
from sellers.services.granting import (
    BeyondOwnEnd,
    BeyondOwnRights,
    BuyerDataForbidden,
    ChangeRefused,
    MayNotChange,
    changer_in,
    check_capability,
    check_grant,
    locked_team,
    terms_of,
    withdraw_beyond,
)
from vault.kinds import Kind
from vault.ledger import append

#: Changing people goes with who may: whoever does both finds it here.
__all__ = [
    "AlreadyMember",
    "BeyondOwnEnd",
    "BeyondOwnRights",
    "BuyerDataForbidden",
    "ChangeRefused",
    "ChangedMeanwhile",
    "LastOwner",
    "MayNotChange",
    "MemberMissing",
    "OwnTerms",
    "add_member",
    "change_member",
    "changer_in",
    "group_name",
    "locked_team",
    "remove_member",
    "set_buyer_data_capability",
    "terms_of",
]


class AlreadyMember(Exception):
    """The person works in this shop already."""


class MemberMissing(ChangeRefused):
    """Nobody in this shop has this id; perhaps not any more."""


class OwnTerms(ChangeRefused):
    """Nobody changes their own rights."""


class LastOwner(ChangeRefused):
    """The shop would be left without an owner whose time has no end."""


class ChangedMeanwhile(ChangeRefused):
    """Somebody else changed the person since the page was opened."""

    def __init__(self, *, seen: Terms, found: Terms) -> None:
        """Name both states."""
        super().__init__(found.code)
        self.seen, self.found = seen, found


def add_member(
    *,
    seller: Seller,
    person: Person,
    role: Role,
    opens_buyer_data: bool,
    now: datetime,
    ends_on: date | None = None,
) -> Membership:
    """Let a person into the seller in scope with a role and its rights."""
    check_capability(role=role, opens_buyer_data=opens_buyer_data)
    if Membership.objects.filter(seller=seller, person=person).exists():
        raise AlreadyMember
    member = Membership.objects.create(
        seller=seller,
        person=person,
        role=role.code,
        opens_buyer_data=opens_buyer_data,
        joined_at=now,
        ends_on=ends_on,
    )
    person.groups.add(Group.objects.get(name=group_name(seller=seller, role=role)))
    set_buyer_data_capability(member=member, allowed=opens_buyer_data)
    append(
        kind=Kind.MEMBER_JOINED_SHOP,
        now=now,
        subject_id=member.id,
        facts={
            "person": str(person.id),
            "role": role.code,
            "buyer data": int(opens_buyer_data),
        },
    )
    return member


def change_member(
    *,
    seller: Seller,
    member_id: UUID,
    changer_id: UUID,
    seen: Terms,
    wanted: Terms,
    now: datetime,
) -> Membership:
    """Give a person other terms; they act with the person's next request.

    ``seen`` is what the changer looked at. Invitations that the person sent and could
    not send any more are withdrawn. Raises a `ChangeRefused`, or `BuyerDataForbidden`
    for a role that is never shown a buyer.
    """
    check_capability(role=wanted.role, opens_buyer_data=wanted.opens_buyer_data)
    with transaction.atomic():
        team = locked_team(seller=seller)
        changer = changer_in(team=team, person_id=changer_id, now=now)
        member = _other(team=team, member_id=member_id, changer_id=changer_id)
        found = terms_of(member=member)
        if found != seen:
            raise ChangedMeanwhile(seen=seen, found=found)
        check_grant(giver=changer, given=wanted, before=found)
        member.role = wanted.role.code
        member.opens_buyer_data = wanted.opens_buyer_data
        member.ends_on = wanted.ends_on
        _check_owners(team)
        member.save(update_fields=["role", "opens_buyer_data", "ends_on"])
        _move_group(member=member, before=found.role, after=wanted.role)
        set_buyer_data_capability(member=member, allowed=wanted.opens_buyer_data)
        _record_change(member=member, before=found, after=wanted, now=now)
        withdraw_beyond(seller=seller, sender_id=member.person_id, left=wanted, now=now)
    return member


def remove_member(
    *, seller: Seller, member_id: UUID, changer_id: UUID, now: datetime
) -> Membership:
    """Take a person out of the shop, with every right and open invitation.

    Those that the person sent end with those that were sent to the person. What the
    person did stays. Raises a `ChangeRefused`.
    """
    with transaction.atomic():
        team = locked_team(seller=seller)
        changer = changer_in(team=team, person_id=changer_id, now=now)
        member = _other(team=team, member_id=member_id, changer_id=changer_id)
        terms = terms_of(member=member)
        if not terms.role.rights <= changer.rights:
            raise BeyondOwnRights
        _check_owners([other for other in team if other is not member])
        member.person.groups.remove(*_groups(seller=seller, roles=[terms.role]))
        set_buyer_data_capability(member=member, allowed=False)
        Invitation.objects.filter(
            seller=seller,
            email=member.person.email,
            accepted_at=None,
            withdrawn_at=None,
        ).update(withdrawn_at=now)
        withdraw_beyond(seller=seller, sender_id=member.person_id, left=None, now=now)
        append(
            kind=Kind.MEMBER_REMOVED_SHOP,
            now=now,
            subject_id=member.id,
            facts={"person": str(member.person_id), "role": terms.role.code},
        )
        Membership.objects.filter(seller=seller, id=member.id).delete()
    return member


def set_buyer_data_capability(*, member: Membership, allowed: bool) -> None:
    """Give or take the right to open buyer data, apart from any role."""
    change = assign_perm if allowed else remove_perm
    change(Right.OPEN_BUYER_DATA.value, member.person, member.seller)


def group_name(*, seller: Seller, role: Role) -> str:
    """Return the name of the group of one seller and role."""
    return f"{seller.id}:{role.code}"


def _other(*, team: list[Membership], member_id: UUID, changer_id: UUID) -> Membership:
    for member in team:
        if member.id == member_id:
            if member.person_id == changer_id:
                raise OwnTerms
            return member
    raise MemberMissing


def _check_owners(team: list[Membership]) -> None:
    """Raise `LastOwner` unless an owner is left who signs in and has no end day."""
    owners = [m for m in team if m.role == OWNER.code and m.person.is_active]
    if not any(owner.ends_on is None for owner in owners):
        raise LastOwner


def _groups(*, seller: Seller, roles: list[Role]) -> list[Group]:
    names = [group_name(seller=seller, role=role) for role in roles]
    return list(Group.objects.filter(name__in=names))


def _move_group(*, member: Membership, before: Role, after: Role) -> None:
    if before is not after:
        member.person.groups.remove(*_groups(seller=member.seller, roles=[before]))
        member.person.groups.add(*_groups(seller=member.seller, roles=[after]))


def _record_change(
    *, member: Membership, before: Terms, after: Terms, now: datetime
) -> None:
    person = str(member.person_id)
    if (before.role, before.ends_on) != (after.role, after.ends_on):
        append(
            kind=Kind.MEMBER_CHANGED_ROLE,
            now=now,
            subject_id=member.id,
            facts={
                "person": person,
                "before": before.role.code,
                "now": after.role.code,
                "until": str(after.ends_on or "open"),
            },
        )
    if before.opens_buyer_data != after.opens_buyer_data:
        append(
            kind=Kind.MEMBER_CHANGED_BUYER_DATA,
            now=now,
            subject_id=member.id,
            facts={"person": person, "buyer data": int(after.opens_buyer_data)},
        )
