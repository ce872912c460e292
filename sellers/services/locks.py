"""Locks after failures at sign-in, counted by django-axes for each name and address.

Ten failures lock (DPP 1.2), for 30 minutes from the last of them.
"""

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpRequest


def is_locked(*, request: HttpRequest, email: str) -> bool:
    """Tell whether this name or this address waits, and mark the request if so."""
    locked = not AxesProxyHandler.is_allowed(request, {"email": email})
    if locked:
        request.axes_locked_out = True  # type: ignore[attr-defined]
    return locked


def count_failure(*, request: HttpRequest, email: str) -> None:
    """Count a failure that django's own sign-in did not see."""
    AxesProxyHandler.user_login_failed(__name__, {"email": email}, request)


def tries_left(*, request: HttpRequest, email: str) -> int:
    """Return how many failures are left before the wait."""
    failures = AxesProxyHandler.get_failures(request, {"email": email})
    return max(int(settings.AXES_FAILURE_LIMIT) - int(failures), 0)
