"""Mailing a certificate of deletion to those who owned the shop."""

from datetime import datetime

from django.utils.translation import gettext as _

from sellers.mail import send
from sellers.models import DeletionCertificate, Seller
from vault.context import SYSTEM, seller_scope

#: What the attached file and the downloaded one are called.
FILE_NAME = "deletion-certificate.json"


def mail_certificates(*, seller: Seller, now: datetime) -> int:
    """Mail what is signed and not yet mailed; return how many mails left.

    A process that dies in between mails once more, never not at all.
    """
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        rows = DeletionCertificate.objects.filter(
            seller_id=seller.id, mailed_at=None, ended_at__isnull=False
        )
        waiting = list(rows.select_related("person").order_by("id"))
    for certificate in waiting:
        if certificate.person.is_active:
            send(
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
        with seller_scope(seller_id=seller.id, actor=SYSTEM):
            DeletionCertificate.objects.filter(
                seller_id=seller.id, id=certificate.id
            ).update(mailed_at=now)
    return len(waiting)


def forget_certificates(*, seller: Seller, now: datetime) -> None:
    """Delete certificates whose time is over."""
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        DeletionCertificate.objects.filter(
            seller_id=seller.id, ends_on__lt=now.date()
        ).delete()
