"""Mailing a certificate of deletion to those who owned the shop."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from sellers.mail import hand_over
from sellers.models import DeletionCertificate, Seller
from vault.context import SYSTEM, seller_scope

#: What the attached file and the downloaded one are called.
FILE_NAME = "deletion-certificate.json"
#: A mail that was not taken is tried with each tick for an hour, then once an hour for
#: so long; the page has the certificate anyway.
TRIED_FOR = timedelta(days=1)
_HOUR, _TICK = timedelta(hours=1), timedelta(minutes=1)


def mail_certificates(*, seller: Seller, now: datetime) -> int:
    """Mail what is signed and not yet mailed; return how many mails left.

    A process that dies in between mails once more, never not at all. A mail server
    that does not take one is tried again for `TRIED_FOR`; who closed their account
    gets none.
    """
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        rows = DeletionCertificate.objects.filter(
            seller_id=seller.id,
            mailed_at=None,
            ended_at__gt=now - TRIED_FOR,
            person__is_active=True,
        )
        waiting = list(rows.select_related("person").order_by("id"))
    return sum(
        _mail(seller=seller, certificate=each, now=now)
        for each in waiting
        if each.ended_at and _is_turn(since=now - each.ended_at)
    )


def _is_turn(*, since: timedelta) -> bool:
    return since < _HOUR or since % _HOUR < _TICK


def _mail(*, seller: Seller, certificate: DeletionCertificate, now: datetime) -> bool:
    """Mail one certificate and note it; tell whether the mail server took it."""
    taken = hand_over(
        to=certificate.person.email,
        subject=_("%(shop)s has left the portal") % {"shop": seller.name},
        template="sellers/email/left",
        context={
            "shop_name": seller.name,
            "ends_on": certificate.ends_on,
            "last_key_on": certificate.last_key_on,
        },
        attached={FILE_NAME: certificate.text},
    )
    if taken:
        with seller_scope(seller_id=seller.id, actor=SYSTEM):
            DeletionCertificate.objects.filter(
                seller_id=seller.id, id=certificate.id
            ).update(mailed_at=now)
    return taken


def forget_certificates(*, seller: Seller, now: datetime) -> None:
    """Delete certificates whose time is over."""
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        DeletionCertificate.objects.filter(
            seller_id=seller.id, ends_on__lt=now.date()
        ).delete()
