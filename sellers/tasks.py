"""Tasks of sign-in and of shops that leave, started by beat."""

import logging

from celery import shared_task
from django.db import DatabaseError, connection

from sellers.services.certificate_mails import forget_certificates, mail_certificates
from sellers.services.forgetting import forget_old_sign_ins
from sellers.services.leaving_portal import leave_portal, left_shops
from vault.clock import clock
from vault.faults import KEYSTORE_FAILURES
from vault.refusals import OpeningRefused

logger = logging.getLogger(__name__)
#: What one shop may meet without holding up the next: a row that came in meanwhile, a
#: keystore that cannot be read or written, and what nobody foresaw.
_OF_ONE_SHOP = (
    DatabaseError,
    OpeningRefused,
    *KEYSTORE_FAILURES,
    LookupError,
    TypeError,
    ValueError,
)


@shared_task(name="sellers.forget_sign_ins")
def forget_sign_ins() -> None:
    """Delete what sign-ins left behind and nobody needs any more."""
    forget_old_sign_ins(now=clock.now())


@shared_task(name="sellers.leave_shops")
def leave_shops() -> None:
    """Empty the shops that leave; one that cannot be emptied now holds up no other."""
    for seller in left_shops():
        now = clock.now()
        try:
            if leave_portal(seller=seller, now=now):
                logger.info("leaving: shop %s is emptied", seller.id)
            mail_certificates(seller=seller, now=now)
            forget_certificates(seller=seller, now=now)
        except _OF_ONE_SHOP as error:
            # Not its text: that of a constraint holds a row.
            name = type(error).__name__
            logger.warning("leaving: shop %s waits: %s", seller.id, name)
            connection.close_if_unusable_or_obsolete()
