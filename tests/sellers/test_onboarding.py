"""Shops, invitations, memberships, roles and the capability apart."""

import io
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from sellers.models import (
    Invitation,
    Membership,
    Person,
    Seller,
    SellerGroupPermission,
)
from sellers.queries import memberships_of, rights_in
from sellers.roles import (
    AUDITOR,
    FULFILMENT,
    INVENTORY,
    OWNER,
    ROLES,
    SUPPORT,
    Right,
    Role,
)
from sellers.services.onboarding import (
    AlreadyMember,
    BuyerDataForbidden,
    InvitationGone,
    accept_invitation,
    add_member,
    create_shop,
    invite,
    open_invitation,
    renew_roles,
    set_buyer_data_capability,
)
from tests.shops import PASSWORD, MakeShop, Shop
from vault.clock import clock
from vault.context import person_scope

ACCEPT = "/invitations/accept/"


@pytest.mark.parametrize("code", sorted(ROLES))
def test_each_role_has_its_rights_and_no_other(shop: Shop, code: str) -> None:
    role, person = ROLES[code], shop.people[code]
    with shop.scope():
        held = rights_in(person=person, seller=shop.seller, now=clock.now())
    own = {Right.OPEN_BUYER_DATA} if role.may_open_buyer_data else set()
    assert held == role.rights | own


def test_outside_the_shop_nobody_has_a_right(shop: Shop, other_shop: Shop) -> None:
    with other_shop.scope():
        person = shop.people["owner"]
        assert (
            rights_in(person=person, seller=other_shop.seller, now=clock.now())
            == frozenset()
        )
        assert (
            rights_in(person=person, seller=shop.seller, now=clock.now()) == frozenset()
        )


def test_no_role_opens_buyer_data_by_itself() -> None:
    assert all(Right.OPEN_BUYER_DATA not in role.rights for role in ROLES.values())


def test_the_capability_is_given_and_taken_apart_from_the_role(shop: Shop) -> None:
    person = shop.people["support"]
    with shop.scope():
        member = Membership.objects.get(person=person)
        set_buyer_data_capability(member=member, allowed=False)
        assert (
            rights_in(person=person, seller=shop.seller, now=clock.now())
            == SUPPORT.rights
        )


@pytest.mark.parametrize("role", [INVENTORY, AUDITOR])
def test_some_roles_may_never_open_buyer_data(shop: Shop, role: Role) -> None:
    with shop.scope(), pytest.raises(BuyerDataForbidden):
        invite(
            seller=shop.seller,
            email="new@shop.example",
            role=role,
            opens_buyer_data=True,
            now=clock.now(),
        )


def test_nobody_is_twice_in_a_shop(shop: Shop) -> None:
    with shop.scope(), pytest.raises(AlreadyMember):
        add_member(
            seller=shop.seller,
            person=shop.people["owner"],
            role=FULFILMENT,
            opens_buyer_data=False,
            now=clock.now(),
        )


def test_each_role_describes_itself_in_prose() -> None:
    assert all(len(str(role.description)) > 30 for role in ROLES.values())


def test_slugs_of_equal_names_differ(make_shop: MakeShop) -> None:
    slugs = [make_shop("Twin").seller.slug for _ in range(3)]
    assert slugs == ["twin", "twin-2", "twin-3"]


def test_an_invitation_expires_and_works_once(shop: Shop) -> None:
    now = clock.now()
    with shop.scope():
        token = invite(
            seller=shop.seller,
            email="New@Shop.example",
            role=SUPPORT,
            opens_buyer_data=False,
            now=now,
        )
    with pytest.raises(InvitationGone):
        open_invitation(token=token, now=now + timedelta(days=3))
    invitation = open_invitation(token=token, now=now + timedelta(days=2))
    person = Person.objects.create_user(
        email="new@shop.example", password=PASSWORD, name="New", made_at=now
    )
    accept_invitation(invitation=invitation, person=person, now=now)
    with pytest.raises(InvitationGone):
        accept_invitation(invitation=invitation, person=person, now=now)
    with person_scope(person_id=person.id):
        roles = [m.role for m in memberships_of(person_id=person.id, now=now)]
    assert roles == ["support"]


@pytest.mark.parametrize("token", ["", "x", "x.y", "0" * 32 + ".wrong"])
def test_a_made_up_token_opens_nothing(shop: Shop, token: str) -> None:
    with pytest.raises(InvitationGone):
        open_invitation(token=token, now=clock.now())


def test_only_the_hash_of_a_token_is_kept(shop: Shop) -> None:
    seller, token = create_shop(
        name="Hash", owner_email="o@shop.example", now=clock.now()
    )
    secret = token.split(".")[1]
    with Shop(seller, {}).scope():
        stored = Invitation.objects.values().get()
    assert secret not in str(stored)


def test_create_shop_prints_a_link_that_lets_the_owner_in(db: None) -> None:
    out = io.StringIO()
    call_command("create_shop", "Own Shop", "--owner", "me@own.example", stdout=out)
    link = re.search(r"/invitations/\S+/", out.getvalue())
    assert link is not None
    client = Client()
    first = client.get(link[0])
    assert first["Location"] == ACCEPT
    assert "Own Shop" in client.get(ACCEPT).content.decode()
    short = client.post(ACCEPT, {"name": "Me Exampleton", "password": "short"})
    assert short.status_code == 422
    answer = client.post(ACCEPT, {"name": "Me Exampleton", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/s/own-shop/")
    inside = client.get("/s/own-shop/orders/")
    assert inside["Location"] == "/account/second-factor/"
    assert client.get(link[0], follow=True).status_code == 410
    seller = Seller.objects.get(slug="own-shop")
    person = Person.objects.get(email="me@own.example")
    with Shop(seller, {}).scope():
        held = rights_in(person=person, seller=seller, now=clock.now())
    assert held == OWNER.rights | {Right.OPEN_BUYER_DATA}


def test_a_known_person_accepts_after_signing_in(
    shop: Shop, make_shop: MakeShop
) -> None:
    third = make_shop("Third")
    person = shop.people["owner"]
    with third.scope():
        token = invite(
            seller=third.seller,
            email=person.email,
            role=SUPPORT,
            opens_buyer_data=False,
            now=clock.now(),
        )
    url = f"/invitations/{token}/"
    away = Client().get(url, follow=True)
    assert away.redirect_chain[-1][0] == f"/account/sign-in/?next={ACCEPT}"
    client = shop.client("owner")
    assert client.get(url, follow=True).status_code == 200
    assert client.post(ACCEPT)["Location"] == third.url("")


def test_somebody_elses_invitation_is_not_taken(shop: Shop) -> None:
    with shop.scope():
        token = invite(
            seller=shop.seller,
            email=shop.people["support"].email,
            role=SUPPORT,
            opens_buyer_data=False,
            now=clock.now(),
        )
    client = shop.client("owner")
    answer = client.get(f"/invitations/{token}/", follow=True)
    assert answer.status_code == 403
    assert "for somebody else" in answer.content.decode()
    assert client.get(shop.url()).status_code == 200


def test_a_token_stands_in_no_log(db: None, caplog: pytest.LogCaptureFixture) -> None:
    _, token = create_shop(name="Log", owner_email="l@own.example", now=clock.now())
    client = Client()
    client.get(f"/invitations/{token}/")
    client.post(ACCEPT, {"name": "Me", "password": "short"})
    assert "/invitations/accept/" in caplog.text
    assert token not in caplog.text


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ((" ", "--owner", "a@b.example"), "needs a name"),
        (("Shop", "--owner", "nonsense"), "not an e-mail address"),
        (("Shop", "--owner", "a@b.example", "--time-zone", "Mars/X"), "unknown"),
    ],
)
def test_create_shop_refuses_with_one_sentence(
    db: None, args: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("create_shop", *args)
    assert Seller.objects.count() == 0


def test_a_known_shop_gets_the_rights_that_a_newer_portal_knows(shop: Shop) -> None:
    with shop.scope():
        held = SellerGroupPermission.objects.filter(content_object=shop.seller)
        before = set(held.values_list("group__name", "permission__codename"))
        held.filter(permission__codename=Right.MANAGE_HOLDS).delete()
        assert set(held.values_list("group__name", "permission__codename")) < before
        renew_roles(seller=shop.seller)
        assert set(held.values_list("group__name", "permission__codename")) == before
