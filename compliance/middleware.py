"""The first request of the day is a sign of life: it destroys what is due."""

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse

from compliance.services.sweep import sweep_keys_if_due
from vault.clock import clock


class FirstSignOfLifeMiddleware:
    """Once a process and UTC day, destroys due keys before the request goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the rest of the stack."""
        self._get_response = get_response
        self._day: date | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; on the first request of a day look at what is due first."""
        now = clock.now()
        if self._day != now.date() and not request.path_info.startswith("/static/"):
            sweep_keys_if_due(now=now)
            self._day = now.date()
        return self._get_response(request)
