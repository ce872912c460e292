"""Opening a shop and inviting its owner."""

from datetime import datetime

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from guardian.shortcuts import assign_perm

from sellers.models import Seller, SellerGroupPermission
from sellers.roles import OWNER, ROLES
from sellers.services.invitations import (
    INVITATION_DAYS,
    InvitationGone,
    invite,
)
from sellers.services.joining import accept_invitation, open_invitation
from sellers.services.members import (
    AlreadyMember,
    BuyerDataForbidden,
    add_member,
    group_name,
    set_buyer_data_capability,
)
from vault.context import SYSTEM, Actor, seller_scope
from vault.custody import mint_seller_secret
from vault.kinds import Kind
from vault.ledger import append

#: Opening a shop goes with letting people in; whoever does both finds it here.
__all__ = [
    "INVITATION_DAYS",
    "AlreadyMember",
    "BuyerDataForbidden",
    "InvitationGone",
    "accept_invitation",
    "add_member",
    "create_shop",
    "found_shop",
    "group_name",
    "invite",
    "open_invitation",
    "set_buyer_data_capability",
]


def create_shop(
    *, name: str, owner_email: str, now: datetime, time_zone: str = "UTC"
) -> tuple[Seller, str]:
    """Open a shop and invite its owner; return the shop and the invitation's token."""
    with transaction.atomic():
        seller = found_shop(name=name, time_zone=time_zone, actor=SYSTEM, now=now)
        with seller_scope(seller_id=seller.id, actor=SYSTEM):
            token = invite(
                seller=seller,
                email=owner_email,
                role=OWNER,
                opens_buyer_data=True,
                now=now,
            )
    return seller, token


def found_shop(*, name: str, time_zone: str, actor: Actor, now: datetime) -> Seller:
    """Make a shop with its secret, its roles and its first entry; nobody is in it.

    Two shops may have one name: the second one's slug gets a number. Call inside a
    transaction.
    """
    seller = _with_free_slug(name=name, time_zone=time_zone, now=now)
    mint_seller_secret(seller_id=seller.id)
    with seller_scope(seller_id=seller.id, actor=actor):
        _grant_roles(seller)
        append(kind=Kind.SELLER_CREATED_SHOP, now=now, subject_id=seller.id)
    return seller


def _with_free_slug(*, name: str, time_zone: str, now: datetime) -> Seller:
    """Insert the shop; where another takes the slug at this moment, look again."""
    while True:
        slug = _free_slug(name)
        try:
            with transaction.atomic():
                return Seller.objects.create(
                    name=name, slug=slug, time_zone=time_zone, made_at=now
                )
        except IntegrityError:
            if not Seller.objects.filter(slug=slug).exists():
                raise


def _grant_roles(seller: Seller) -> None:
    for role in ROLES.values():
        group, _ = Group.objects.get_or_create(
            name=group_name(seller=seller, role=role)
        )
        for right in sorted(role.rights):
            assign_perm(right.value, group, seller)


def renew_roles(*, seller: Seller) -> None:
    """Give the roles of a known shop what a newer portal lets them do; in its scope."""
    known = SellerGroupPermission.objects.filter(content_object=seller)
    held = set(known.values_list("group__name", "permission__codename"))
    wanted = {
        (group_name(seller=seller, role=role), right.value)
        for role in ROLES.values()
        for right in role.rights
    }
    if wanted - held:
        _grant_roles(seller)


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
