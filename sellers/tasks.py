"""Tasks of sign-in and of shops that leave, started by beat."""

import logging

from celery import shared_task
from django.db import OperationalError

from sellers.services.certificate_mails import forget_certificates, mail_certificates
from sellers.services.forgetting import forget_old_sign_ins
from sellers.services.leaving_portal import leave_portal, left_shops
from vault.clock import clock
from vault.faults import KeystoreDamaged, KeystoreMissing
from vault.refusals import OpeningSuspended

logger = logging.getLogger(__name__)


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
        except (
            KeystoreDamaged,
            KeystoreMissing,
            OpeningSuspended,
            OperationalError,
        ) as error:
            logger.warning("leaving: shop %s waits: %s", seller.id, error)
