"""Who may give which terms in a shop, and invitations that outlive that."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sellers.models import Invitation, Membership, Seller
from sellers.queries.team import waiting
from sellers.queries.terms import has_ended
from sellers.roles import ROLES, Right, Role, Terms
from vault.kinds import Kind
from vault.ledger import append


class BuyerDataForbidden(Exception):
    """The role may never open buyer data."""


class ChangeRefused(Exception):
    """Who works in a shop, and how, stays as it was."""


class MayNotChange(ChangeRefused):
    """Whoever asks may not change people, or not any more."""


class BeyondOwnRights(ChangeRefused):
    """Nobody gives a right that they do not have themselves."""


class BeyondOwnEnd(ChangeRefused):
    """Nobody gives rights for longer than they have them themselves."""


def terms_of(*, member: Membership) -> Terms:
    """Return on which terms a member works."""
    return Terms(
        role=member.role_class,
        opens_buyer_data=member.opens_buyer_data,
        ends_on=member.ends_on,
    )


def offered(*, invitation: Invitation) -> Terms:
    """Return the terms that an invitation offers."""
    return Terms(
        role=ROLES[invitation.role],
        opens_buyer_data=invitation.opens_buyer_data,
        ends_on=invitation.ends_on,
    )


def locked_team(*, seller: Seller) -> list[Membership]:
    """Return all members of the shop; until the commit nobody else changes them."""
    rows = Membership.objects.filter(seller=seller).select_for_update(of=("self",))
    return list(rows.select_related("person", "seller").order_by("id"))


def changer_in(*, team: Iterable[Membership], person_id: UUID, now: datetime) -> Terms:
    """Return the terms of whoever changes people; raise `MayNotChange`.

    Asked under the lock, since another owner may have changed the changer meanwhile.
    """
    for member in team:
        if member.person_id == person_id and not has_ended(member=member, now=now):
            terms = terms_of(member=member)
            if Right.MANAGE_MEMBERS in terms.rights and member.person.is_active:
                return terms
    raise MayNotChange


def check_grant(*, giver: Terms, given: Terms, before: Terms | None = None) -> None:
    """Raise where somebody would give what they have not, or for longer than that.

    What the person held before, and until when, is not given. Raises
    `BeyondOwnRights` and `BeyondOwnEnd`.
    """
    held = before.rights if before else frozenset()
    more = given.rights - held
    if not more <= giver.rights:
        raise BeyondOwnRights
    if before and not before.role.rights <= giver.rights:
        raise BeyondOwnRights
    if before and not more and _end(given) <= _end(before):
        return
    if _end(given) > _end(giver):
        raise BeyondOwnEnd


def check_capability(*, role: Role, opens_buyer_data: bool) -> None:
    """Raise `BuyerDataForbidden` for a role that is never shown a buyer."""
    if opens_buyer_data and not role.may_open_buyer_data:
        message = f"The role {role.code} may never open buyer data."
        raise BuyerDataForbidden(message)


def is_vouched_for(
    *, invitation: Invitation, team: Iterable[Membership], now: datetime
) -> bool:
    """Tell whether who sent an invitation could still send exactly this one.

    Otherwise somebody who lost the shop would come back through their own
    invitation. What the operator sent has no sender in the shop, and stays good.
    """
    if invitation.invited_by_id is None:
        return True
    try:
        sender = changer_in(team=team, person_id=invitation.invited_by_id, now=now)
        check_grant(giver=sender, given=offered(invitation=invitation))
    except ChangeRefused:
        return False
    return True


def withdraw_beyond(
    *, seller: Seller, sender_id: UUID, left: Terms | None, now: datetime
) -> None:
    """Withdraw what a person sent and could not send on the terms that are left."""
    sent = waiting(seller=seller, now=now).filter(invited_by_id=sender_id)
    for invitation in sent.select_for_update().order_by("id"):
        if left is None or not _may_give(left, offered(invitation=invitation)):
            withdraw_one(invitation=invitation, now=now)


def withdraw_one(*, invitation: Invitation, now: datetime) -> None:
    """End an invitation that the caller has locked, and record it."""
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    append(
        kind=Kind.MEMBER_WITHDREW_INVITATION,
        now=now,
        subject_id=invitation.id,
        facts={"role": invitation.role},
    )


def _may_give(giver: Terms, given: Terms) -> bool:
    try:
        check_grant(giver=giver, given=given)
    except ChangeRefused:
        return False
    return Right.MANAGE_MEMBERS in giver.rights


def _end(terms: Terms) -> date:
    return terms.ends_on or date.max
