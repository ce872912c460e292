"""The web process watches as well: where no watch lives, requests are enough."""

import time
from collections.abc import Callable
from threading import Lock, Thread

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse

from compliance.queries.health import purge_health
from sellerportal.watching.rounds import EVERY, Rounds
from vault.clock import clock


class WatchMiddleware:
    """Once a minute at most, a request starts a round, unless a watch lives.

    In a thread of its own: no visitor waits for a mail server, and nobody can tell
    from an answer's time that an alarm was sent.
    """

    def __init__(
        self,
        get_response: Callable[[HttpRequest], HttpResponse],
        *,
        rounds: Rounds | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Wrap the rest of the stack; ``seconds`` is a clock that nobody sets."""
        self._get_response = get_response
        self._rounds = rounds or Rounds.of_settings()
        self._seconds = seconds
        self._due = float("-inf")
        self._turn = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; start a round beside it where one is due."""
        if settings.PORTAL_WATCH_IN_WEB and self._seconds() >= self._due:
            self._due = self._seconds() + EVERY
            Thread(target=self.watch_once, daemon=True).start()
        return self._get_response(request)

    def watch_once(self) -> None:
        """Go a round unless one goes on here, or a watch lives."""
        if not self._turn.acquire(blocking=False):
            return
        try:
            now = clock.now()
            if not purge_health(now=now).watch:
                self._rounds.turn(now=now)
        except DatabaseError:
            # The database does not answer: the next request tries again.
            self._due = float("-inf")
        finally:
            self._turn.release()
            connections.close_all()
