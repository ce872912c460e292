"""The mail with the certificate of deletion: tried again until it is taken."""

import smtplib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend

from sellers.models import DeletionCertificate
from sellers.services.leaving_portal import ask_to_leave
from sellers.tasks import leave_shops
from tests.shops import Shop, at
from vault.clock import clock

WORKS = "django.core.mail.backends.locmem.EmailBackend"


class _Away(EmailBackend):
    """A mail server that is away."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise smtplib.SMTPServerDisconnected


@pytest.fixture
def gone(transactional_db: None, shop: Shop, settings: Any) -> Shop:
    """Return a shop that left while the mail server was away."""
    settings.EMAIL_BACKEND = f"{__name__}._Away"
    owner = shop.people["owner"].id
    with shop.scope():
        ask_to_leave(seller=shop.seller, person_id=owner, now=clock.now())
    leave_shops()
    settings.EMAIL_BACKEND = WORKS
    return shop


def mailed(shop: Shop) -> list[object]:
    """Return when each certificate of the shop was mailed."""
    with shop.scope():
        rows = DeletionCertificate.objects.order_by("id")
        return list(rows.values_list("mailed_at", flat=True))


def recipients() -> list[list[str]]:
    """Return who was mailed, mail by mail."""
    return [message.to for message in mail.outbox]


def later(minutes: int) -> str:
    """Return the instant some minutes from now."""
    return (clock.now() + timedelta(minutes=minutes)).isoformat()


def test_a_mail_that_was_not_taken_is_tried_again_and_then_no_more(gone: Shop) -> None:
    assert (mailed(gone), mail.outbox) == ([None], [])
    with at(later(59)):
        leave_shops()
        assert mailed(gone) == [clock.now()]
        leave_shops()
    assert recipients() == [[gone.people["owner"].email]]


@pytest.mark.parametrize(("minutes", "mails"), [(61, 0), (120, 1), (24 * 60, 0)])
def test_after_an_hour_it_is_tried_once_an_hour_for_a_day(
    gone: Shop, minutes: int, mails: int
) -> None:
    with at(later(minutes)):
        leave_shops()
    assert len(mail.outbox) == mails
    with gone.scope():
        assert DeletionCertificate.objects.get().text.startswith("{")


def test_who_closed_their_account_gets_none(gone: Shop) -> None:
    owner = gone.people["owner"]
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    with at(later(1)):
        leave_shops()
    assert (mailed(gone), mail.outbox) == ([None], [])
