"""Where a link is shown, what it proves, and what a session keeps of it."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.mail.backends import locmem
from django.test import Client

from sellers.demo_mode import demo_mode
from sellers.roles import SUPPORT
from sellers.services.invitations import (
    hashed_token,
    invite,
    link_goes_by_mail_alone,
)
from sellers.services.joining import open_invitation, reference_of
from tests.sellers.team import Capture, ask, invitation_of, terms
from tests.shops import PASSWORD, Shop
from vault.clock import clock

ACCEPT = "/invitations/accept/"
NEW = "new@shop.example"
FORM = {"email": NEW, "role": "support"}
JOIN = {"name": "Newa Exampleton", "password": PASSWORD}
DJANGO = "django.core.mail.backends"


class Postbox(locmem.EmailBackend):
    """A way out for e-mail, as far as the portal knows."""


OUT = f"{__name__}.{Postbox.__name__}"


@pytest.mark.parametrize("name", ["console", "locmem", "dummy", "filebased"])
def test_mail_that_stays_here_leaves_the_link_to_the_inviter(
    settings: Any, name: str
) -> None:
    settings.EMAIL_BACKEND = f"{DJANGO}.{name}.EmailBackend"
    assert link_goes_by_mail_alone() is False


@pytest.mark.parametrize("backend", [f"{DJANGO}.smtp.EmailBackend", OUT])
def test_mail_that_leaves_takes_the_link_along_except_in_the_demo(
    settings: Any, backend: str
) -> None:
    settings.EMAIL_BACKEND = backend
    assert link_goes_by_mail_alone() is True
    settings.DEMO = True
    assert (demo_mode(), link_goes_by_mail_alone()) == (True, False)


def test_where_mail_leaves_the_inviter_never_sees_the_link(
    shop: Shop,
    settings: Any,
    django_capture_on_commit_callbacks: Capture,
) -> None:
    settings.EMAIL_BACKEND = OUT
    client, pages = shop.client("owner"), []
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        pages.append(client.post(shop.url("people/invite/"), FORM))
    with shop.scope():
        again = shop.url(f"people/invitations/{invitation_of(NEW).id}/again/")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        pages.append(client.post(again))
    links = [
        found[0]
        for message in mail.outbox
        if (found := re.search(r"/invitations/[^\s/]+/", str(message.body)))
    ]
    assert len(links) == 2
    for page, link in zip(pages, links, strict=True):
        words = page.content.decode()
        assert page.status_code == 200
        assert "the link goes by e-mail alone" in words
        assert hidden_parts(link, words) == []
    guest = Client()
    assert guest.get(links[1], follow=True).status_code == 200


def hidden_parts(link: str, words: str) -> list[str]:
    """Return which parts of a link stand on a page: the whole, or its secret."""
    secret = link.rstrip("/").rpartition(".")[2]
    return [part for part in (link, secret) if part in words]


@pytest.mark.parametrize(("backend", "proven"), [(OUT, True), (None, False)])
def test_a_link_that_others_were_shown_proves_no_address(
    shop: Shop, settings: Any, backend: str | None, *, proven: bool
) -> None:
    settings.EMAIL_BACKEND = backend or settings.EMAIL_BACKEND
    with shop.scope():
        token = ask(shop, NEW, terms(SUPPORT))
    join(token)
    assert EmailAddress.objects.get(email=NEW).verified is proven


def test_the_operators_own_link_proves_the_address(shop: Shop) -> None:
    with shop.scope():
        token = invite(
            seller=shop.seller,
            email=NEW,
            role=SUPPORT,
            opens_buyer_data=False,
            now=clock.now(),
        )
    join(token)
    assert EmailAddress.objects.get(email=NEW).verified is True


def join(token: str) -> None:
    """Make an account by a link."""
    guest = Client()
    guest.get(f"/invitations/{token}/")
    assert guest.post(ACCEPT, JOIN).status_code == 302


@pytest.mark.parametrize("token", ["x", "A" * 3000, "0" * 32 + ".no", "é.\x00"])
def test_a_token_that_opens_nothing_makes_no_session(shop: Shop, token: str) -> None:
    before = Session.objects.count()
    guest = Client()
    answer = guest.get(f"/invitations/{token}/")
    assert answer.status_code == 410
    assert Session.objects.count() == before
    assert "sessionid" not in guest.cookies


def test_a_session_keeps_no_secret_of_a_link(shop: Shop) -> None:
    with shop.scope():
        token = ask(shop, NEW, terms(SUPPORT))
    secret = token.partition(".")[2]
    guest = Client()
    answer = guest.get(f"/invitations/{token}/")
    assert (answer.status_code, answer["Location"]) == (302, ACCEPT)
    kept = dict(guest.session.items())
    assert kept == {"invitation": f"{shop.id.hex}.{hashed_token(secret=secret)}"}
    assert secret not in str(kept)
    assert guest.get(ACCEPT).status_code == 200


def test_what_a_session_keeps_opens_nothing_as_a_link(shop: Shop) -> None:
    with shop.scope():
        token = ask(shop, NEW, terms(SUPPORT))
    invited = open_invitation(token=token, now=clock.now())
    reference = reference_of(invitation=invited)
    assert Client().get(f"/invitations/{reference}/").status_code == 410


def test_a_session_with_the_old_secret_in_it_opens_nothing(shop: Shop) -> None:
    with shop.scope():
        token = ask(shop, NEW, terms(SUPPORT))
    guest = Client()
    guest.get(f"/invitations/{token}/")
    session = guest.session
    session["invitation"] = token
    session.save()
    assert guest.get(ACCEPT).status_code == 410
