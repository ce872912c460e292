"""Tasks of sign-in that beat starts."""

from celery import shared_task

from sellers.services.forgetting import forget_old_sign_ins
from vault.clock import clock


@shared_task(name="sellers.forget_sign_ins")
def forget_sign_ins() -> None:
    """Delete what sign-ins left behind and nobody needs any more."""
    forget_old_sign_ins(now=clock.now())
