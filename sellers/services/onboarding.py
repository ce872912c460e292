"""Opening a shop, inviting people into it, letting them in."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.text import slugify
from guardian.shortcuts import assign_perm, remove_perm

from sellers.models import Invitation, Membership, Person, Seller
from sellers.roles import OWNER, ROLES, Right, Role
from vault.context import SYSTEM, seller_scope
from vault.custody import mint_seller_secret
from vault.kinds import Kind
from vault.ledger import append

INVITATION_DAYS = 7


class InvitationGone(Exception):
    """The invitation does not exist, has expired or was used."""


class AlreadyMember(Exception):
    """The person works in this shop already."""


class BuyerDataForbidden(Exception):
    """The role may never open buyer data."""


def create_shop(
    *, name: str, owner_email: str, now: datetime, time_zone: str = "UTC"
) -> tuple[Seller, str]:
    """Open a shop and invite its owner; return the shop and the invitation's token."""
    with transaction.atomic():
        seller = Seller.objects.create(
            name=name, slug=_free_slug(name), time_zone=time_zone, made_at=now
        )
        mint_seller_secret(seller_id=seller.id)
        with seller_scope(seller_id=seller.id, actor=SYSTEM):
            _grant_roles(seller)
            append(kind=Kind.SELLER_CREATED_SHOP, now=now, subject_id=seller.id)
            token = invite(
                seller=seller,
                email=owner_email,
                role=OWNER,
                opens_buyer_data=True,
                now=now,
            )
    return seller, token


def invite(
    *, seller: Seller, email: str, role: Role, opens_buyer_data: bool, now: datetime
) -> str:
    """Invite somebody by e-mail; return the token, which is not kept."""
    _check_capability(role=role, opens_buyer_data=opens_buyer_data)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        seller=seller,
        email=email.strip().lower(),
        role=role.code,
        opens_buyer_data=opens_buyer_data,
        token_hash=_hash(secret),
        made_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    append(
        kind=Kind.MEMBER_INVITED_EMAIL,
        now=now,
        subject_id=invitation.id,
        facts={"role": role.code},
    )
    return f"{seller.id.hex}.{secret}"


def open_invitation(*, token: str, now: datetime) -> Invitation:
    """Return the invitation of a token; raise `InvitationGone` in every other case."""
    seller_hex, _, secret = token.partition(".")
    try:
        seller_id = UUID(hex=seller_hex)
    except ValueError as error:
        raise InvitationGone from error
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        invitation = (
            Invitation.objects.select_related("seller")
            .filter(
                seller_id=seller_id,
                token_hash=_hash(secret),
                accepted_at=None,
                expires_at__gt=now,
            )
            .first()
        )
    if invitation is None:
        raise InvitationGone
    return invitation


def accept_invitation(*, invitation: Invitation, person: Person, now: datetime) -> None:
    """Make the person a member; raise `InvitationGone` where it was used meanwhile."""
    with seller_scope(seller_id=invitation.seller_id, actor=SYSTEM):
        taken = Invitation.objects.filter(
            seller_id=invitation.seller_id, id=invitation.id, accepted_at=None
        ).update(accepted_at=now)
        if not taken:
            raise InvitationGone
        add_member(
            seller=invitation.seller,
            person=person,
            role=ROLES[invitation.role],
            opens_buyer_data=invitation.opens_buyer_data,
            now=now,
        )


def add_member(
    *,
    seller: Seller,
    person: Person,
    role: Role,
    opens_buyer_data: bool,
    now: datetime,
) -> Membership:
    """Let a person into the seller in scope with a role and its rights."""
    _check_capability(role=role, opens_buyer_data=opens_buyer_data)
    if Membership.objects.filter(seller=seller, person=person).exists():
        raise AlreadyMember
    member = Membership.objects.create(
        seller=seller,
        person=person,
        role=role.code,
        opens_buyer_data=opens_buyer_data,
        joined_at=now,
    )
    person.groups.add(Group.objects.get(name=group_name(seller=seller, role=role)))
    set_buyer_data_capability(member=member, allowed=opens_buyer_data)
    append(
        kind=Kind.MEMBER_JOINED_SHOP,
        now=now,
        subject_id=member.id,
        facts={"role": role.code, "buyer data": int(opens_buyer_data)},
    )
    return member


def set_buyer_data_capability(*, member: Membership, allowed: bool) -> None:
    """Give or take the right to open buyer data, apart from any role."""
    change = assign_perm if allowed else remove_perm
    change(Right.OPEN_BUYER_DATA.value, member.person, member.seller)


def group_name(*, seller: Seller, role: Role) -> str:
    """Return the name of the group of one seller and role."""
    return f"{seller.id}:{role.code}"


def _grant_roles(seller: Seller) -> None:
    for role in ROLES.values():
        group, _ = Group.objects.get_or_create(
            name=group_name(seller=seller, role=role)
        )
        for right in sorted(role.rights):
            assign_perm(right.value, group, seller)


def _check_capability(*, role: Role, opens_buyer_data: bool) -> None:
    if opens_buyer_data and not role.may_open_buyer_data:
        message = f"The role {role.code} may never open buyer data."
        raise BuyerDataForbidden(message)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:50] or "shop"
    taken = set(
        Seller.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)
    )
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
