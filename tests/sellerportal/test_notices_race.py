"""Web and watch judge the same shop at once: one notice, one mail, and a control."""

from collections.abc import Sequence
from threading import Event, Thread
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections

from compliance.models import Notice
from compliance.services import mailing_notices
from compliance.services.sweep import sweep
from tests.orders.incoming import incoming, receive
from tests.sellerportal.watching import turn
from tests.shops import Shop, at
from vault.clock import clock

SILENT = "2026-11-22T17:30Z"


class _Held(EmailBackend):
    """A mail server that is slow with the first mail: it waits until it may go on."""

    first = Event()
    go_on = Event()

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if not self.first.is_set():
            self.first.set()
            assert self.go_on.wait(timeout=60)
        return int(super().send_messages(messages))


def mails_of_two_at_once(settings: Any) -> int:
    """Let web and watch judge at once: one goes all its round while the other mails."""
    settings.EMAIL_BACKEND = f"{__name__}._Held"
    _Held.first.clear()
    _Held.go_on.clear()
    ended: list[bool] = []

    def watch() -> None:
        try:
            turn()
            ended.append(True)
        finally:
            connections.close_all()

    thread = Thread(target=watch)
    thread.start()
    assert _Held.first.wait(timeout=60)
    turn()
    _Held.go_on.set()
    thread.join()
    assert ended == [True]
    return len(mail.outbox)


@pytest.fixture
def committed(transactional_db: None, shop: Shop) -> Shop:
    """Return a shop that another connection sees, with a sweep of its own."""
    receive(shop, incoming())
    sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
    return shop


def test_two_that_judge_at_once_open_one_notice_and_send_one_mail(
    committed: Shop, settings: Any
) -> None:
    with at(SILENT):
        assert mails_of_two_at_once(settings) == 1
    with committed.scope():
        assert Notice.objects.count() == 1


def test_without_taking_turns_they_send_two(
    committed: Shop, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing_notices, "first_at_notices", lambda **_: True)
    with at(SILENT):
        assert mails_of_two_at_once(settings) == 2
