"""Mails of notices: who was not reached is tried again, and the log says who was."""

import smtplib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend

from compliance.services.stuck import note_failure
from compliance.services.sweep import sweep
from sellers.roles import OWNER
from sellers.services.onboarding import add_member
from tests.orders.incoming import incoming, receive
from tests.sellerportal.watching import logged, recipients, standing, turn
from tests.shops import Shop, at
from vault.clock import clock
from vault.kinds import Kind
from vault.rows import new_id

SILENT = "2026-11-22T17:30Z"
STUCK = new_id()


@pytest.fixture
def swept(shop: Shop) -> Shop:
    """Return a shop with an order, swept just now."""
    receive(shop, incoming())
    sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
    return shop


class _Broken(EmailBackend):
    """A mail server that is away."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise smtplib.SMTPServerDisconnected


def test_a_mail_server_that_fails_stops_nothing_and_is_tried_again(
    swept: Shop, settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}._Broken"
    with at(SILENT):
        turn()
        assert standing(swept) == ["silent-sweep"]
        assert logged(swept, Kind.NOTICE_SENT_EMAIL) == []
    backend = "django.core.mail.backends.locmem.EmailBackend"
    settings.EMAIL_BACKEND = backend
    with at("2026-11-22T17:34Z"):
        turn()
        assert mail.outbox == []
    with at("2026-11-22T17:35Z"):
        turn()
        assert recipients() == [swept.people["owner"].email]


class TwoOwners:
    """A shop with a second owner, whose mail server takes nothing for her."""

    def __init__(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make the second owner join after the first."""
        self._monkeypatch = monkeypatch
        self.first, self.second = shop.people["owner"], shop.people["support"]
        with shop.scope():
            self.second.memberships.all().delete()
            add_member(
                seller=shop.seller,
                person=self.second,
                role=OWNER,
                opens_buyer_data=False,
                now=clock.now() + timedelta(seconds=1),
            )

    def turn_without_reaching_the_second(self) -> None:
        """Go a round in which the second owner's mail is refused."""
        whole = EmailMessage.send

        def refuse_second(message: EmailMessage, *args: object) -> int:
            if message.to == [self.second.email]:
                raise smtplib.SMTPRecipientsRefused({})
            return int(whole(message))

        with self._monkeypatch.context() as patch:
            patch.setattr(EmailMessage, "send", refuse_second)
            turn()


@pytest.fixture
def two(swept: Shop, monkeypatch: pytest.MonkeyPatch) -> TwoOwners:
    """Return the swept shop's two owners."""
    return TwoOwners(swept, monkeypatch)


def test_whom_the_mail_did_not_reach_is_tried_again_alone(two: TwoOwners) -> None:
    with at(SILENT):
        two.turn_without_reaching_the_second()
        assert recipients() == [two.first.email]
    with at("2026-11-22T17:36Z"):
        turn()
        turn()
    assert recipients() == [two.first.email, two.second.email]


def test_the_log_counts_of_each_notice_whom_it_reached(
    two: TwoOwners, swept: Shop
) -> None:
    with at(SILENT):
        two.turn_without_reaching_the_second()
    with at("2026-11-22T17:36Z"):
        with swept.scope():
            for _ in range(3):
                note_failure(subject_id=STUCK, step="purge", error="E", now=clock.now())
        # News for the first owner alone: the older notice reaches nobody more.
        two.turn_without_reaching_the_second()
    assert [facts for _, facts in logged(swept, Kind.NOTICE_SENT_EMAIL)] == [
        {"notice": "silent-sweep", "about": "", "owners": 1},
        {"notice": "stuck-row", "about": "", "owners": 1},
    ]
