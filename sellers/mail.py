"""E-mails: a text and an HTML body, sent when what they tell of is committed."""

import logging
from collections.abc import Mapping
from functools import partial
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def send(
    *, to: str, subject: str, template: str, context: Mapping[str, object]
) -> None:
    """Send ``templates/<template>.txt`` and ``.html`` to one address.

    Both are rendered at once and leave when the open transaction commits; where it
    is rolled back, nothing leaves. Links need the whole address:
    ``{{ portal_address }}`` is in every context, without a slash at its end. A mail
    server that does not answer is logged without the address, and what was saved
    stays saved, so the page that caused the mail must offer to send it again.
    """
    message = _message(to=to, subject=subject, template=template, context=context)
    transaction.on_commit(partial(_leave, message, template))


def hand_over(
    *,
    to: str,
    subject: str,
    template: str,
    context: Mapping[str, object],
    attached: Mapping[str, str] | None = None,
) -> bool:
    """Send at once, and tell whether the mail server took it; else as `send`.

    For whoever tries again later, and so must know. ``attached`` are JSON texts by the
    name of their file.
    """
    message = _message(to=to, subject=subject, template=template, context=context)
    for name, text in (attached or {}).items():
        message.attach(name, text, "application/json")
    return _leave(message, template)


def _message(
    *, to: str, subject: str, template: str, context: Mapping[str, object]
) -> EmailMultiAlternatives:
    words = {"portal_address": settings.PORTAL_ADDRESS.rstrip("/"), **context}
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", words).strip() + "\n",
        to=[to],
    )
    message.attach_alternative(render_to_string(f"{template}.html", words), "text/html")
    return message


def _leave(message: EmailMultiAlternatives, template: str) -> bool:
    try:
        message.send()
    except (SMTPException, OSError) as error:
        # The error's own words may hold the address.
        logger.warning("mail: %s was not sent: %s", template, type(error).__name__)
        return False
    return True
