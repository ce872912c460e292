"""What tests about people ask for again and again."""

import re
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from sellers.models import Invitation, Membership, Person
from sellers.queries.team import second_factors
from sellers.roles import ROLES, Role, Terms
from sellers.services.invitations import (
    InvitationGone,
    invite_person,
    send_again,
    withdraw_invitation,
)
from sellers.services.joining import open_invitation
from sellers.services.members import add_member, change_member, terms_of
from tests.shops import Shop
from vault.clock import clock
from vault.models import LedgerEntry

LINK = re.compile(r'value="[^"]*(/invitations/[^"]+/)"')


def member(shop: Shop, role: str) -> Membership:
    """Return the membership of the shop's person in a role."""
    return Membership.objects.select_related("person", "seller").get(
        seller=shop.seller, person=shop.people[role]
    )


def terms(role: Role, *, opens: bool = False) -> Terms:
    """Return terms without an end."""
    return Terms(role=role, opens_buyer_data=opens)


def second_owner(shop: Shop) -> Person:
    """Let a second owner into the shop in scope."""
    person = Person.objects.create_user(
        email="second-owner@shop.example",
        password="a Long enough pass-phrase 8",
        name="Zweite Ownerton",
        made_at=clock.now(),
    )
    add_member(
        seller=shop.seller,
        person=person,
        role=ROLES["owner"],
        opens_buyer_data=True,
        now=clock.now(),
    )
    return person


def change(shop: Shop, role: str, wanted: Terms, *, by: Person | None = None) -> None:
    """Give the person in a role other terms, by the owner unless said otherwise."""
    found = member(shop, role)
    change_member(
        seller=shop.seller,
        member_id=found.id,
        changer_id=(by or shop.people["owner"]).id,
        seen=terms_of(member=found),
        wanted=wanted,
        now=clock.now(),
    )


def ask(shop: Shop, email: str, wanted: Terms) -> str:
    """Invite an address by the owner; return the token."""
    return invite_person(
        seller=shop.seller,
        email=email,
        terms=wanted,
        inviter_id=shop.people["owner"].id,
        now=clock.now(),
    )


def recorded(kind: str) -> list[dict[str, int | str]]:
    """Return the facts of the ledger's entries of a kind, oldest first."""
    rows = LedgerEntry.objects.filter(kind=kind).order_by("id")
    return list(rows.values_list("facts", flat=True))


def use_codes(person: Person, *, left: int) -> None:
    """Set up recovery codes and use all but some of them, by allauth itself."""
    Authenticator.objects.filter(user=person, type="recovery_codes").delete()
    codes = RecoveryCodes.activate(person)
    for code in codes.get_unused_codes()[left:]:
        assert codes.validate_code(code)
    Authenticator.objects.get_or_create(
        user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}}
    )
    assert len(codes.get_unused_codes()) == left
    counted = second_factors(person_ids=[person.id])[person.id]
    assert counted.codes_left == left


def entries(client: Client, url: str) -> dict[str, str]:
    """Return the hidden entry that a change page carries."""
    page = client.get(url).content.decode()
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found is not None
    return {"seen": found[1]}


def invitation_of(email: str) -> Invitation:
    """Return the invitation of an address."""
    return Invitation.objects.select_related("seller").get(email=email)


def resend(shop: Shop, email: str) -> str:
    """Send an invitation again by the owner; return the new token."""
    _, token = send_again(
        seller=shop.seller,
        invitation_id=invitation_of(email).id,
        sender_id=shop.people["owner"].id,
        now=clock.now(),
    )
    return token


def withdraw(shop: Shop, email: str) -> None:
    """Withdraw an invitation by the owner."""
    withdraw_invitation(
        seller=shop.seller,
        invitation_id=invitation_of(email).id,
        person_id=shop.people["owner"].id,
        now=clock.now(),
    )


def is_dead(token: str) -> bool:
    """Tell whether a token opens nothing."""
    try:
        open_invitation(token=token, now=clock.now())
    except InvitationGone:
        return True
    return False


Capture = Callable[..., object]
