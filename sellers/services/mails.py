"""Handing over the mails of sign-in, which allauth has written."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)


def deliver(*, message: EmailMessage) -> None:
    """Hand a mail over; a mail server that is away breaks no page.

    A failure is logged without the address, which may be in the error's own words.
    """
    try:
        message.send()
    except (SMTPException, OSError) as error:
        logger.warning("mail: sign-in mail not sent: %s", type(error).__name__)
