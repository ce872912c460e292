"""Joining by a link: all or nothing, and every dead link is one page."""

import pytest
from django.test import Client

from sellers.models import Person
from sellers.roles import OWNER, SUPPORT
from sellers.services.invitations import (
    InvitationGone,
)
from sellers.services.joining import (
    join_as_new,
    open_invitation,
)
from tests.sellers.team import ask, is_dead, resend, terms, withdraw
from tests.shops import PASSWORD, Shop, at
from vault.clock import clock

ACCEPT = "/invitations/accept/"
NEW = "new@shop.example"
JOIN = {"name": "Newa Exampleton", "password": PASSWORD}


def test_account_and_membership_are_made_together_or_not_at_all(shop: Shop) -> None:
    with shop.scope():
        token = ask(shop, NEW, terms(SUPPORT))
    kept = open_invitation(token=token, now=clock.now())
    with shop.scope():
        withdraw(shop, NEW)
    with pytest.raises(InvitationGone):
        join_as_new(invitation=kept, name="Newa", password=PASSWORD, now=clock.now())
    assert not Person.objects.filter(email=NEW).exists()


def test_a_link_used_up_while_the_form_is_open_leaves_no_account(shop: Shop) -> None:
    with shop.scope():
        token = ask(shop, NEW, terms(SUPPORT))
    client = Client()
    assert client.get(f"/invitations/{token}/", follow=True).status_code == 200
    with shop.scope():
        withdraw(shop, NEW)
    assert client.post(ACCEPT, JOIN).status_code == 410
    assert not Person.objects.filter(email=NEW).exists()
    assert "_auth_user_id" not in client.session


def test_dead_links_of_every_kind_are_one_page(shop: Shop, other_shop: Shop) -> None:
    with shop.scope():
        expired = ask(shop, "a@shop.example", terms(SUPPORT))
        withdrawn = ask(shop, "b@shop.example", terms(SUPPORT))
        used = ask(shop, "c@shop.example", terms(OWNER, opens=True))
        withdraw(shop, "b@shop.example")
        renewed = ask(shop, "d@shop.example", terms(SUPPORT))
        resend(shop, "d@shop.example")
    guest = Client()
    guest.get(f"/invitations/{used}/")
    guest.post(ACCEPT, JOIN)
    foreign = f"{other_shop.id.hex}.{expired.split('.')[1]}"
    dead = [withdrawn, used, renewed, foreign, "made-up", "x.y", "0" * 32 + ".z"]
    answers = {_gone(token) for token in dead}
    with at("2026-11-26T00:00Z"):
        answers.add(_gone(expired))
    assert len(answers) == 1
    ((status, body),) = answers
    assert status == 410
    assert b"This invitation no longer works" in body


def test_who_is_signed_in_as_somebody_else_makes_no_second_account(shop: Shop) -> None:
    with shop.scope():
        token = ask(shop, NEW, terms(SUPPORT))
    client = shop.client("manager")
    assert client.get(f"/invitations/{token}/", follow=True).status_code == 403
    assert client.post(ACCEPT, JOIN).status_code == 403
    assert not Person.objects.filter(email=NEW).exists()
    assert not is_dead(token)


def _gone(token: str) -> tuple[int, bytes]:
    answer = Client().get(f"/invitations/{token}/", follow=True)
    return answer.status_code, answer.content
