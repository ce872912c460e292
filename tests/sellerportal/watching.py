"""Watching in tests: rounds, and what they left for the owners."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from django.core import mail

from compliance.models import Notice
from sellerportal.watching.rounds import Rounds
from tests.shops import Shop
from vault.clock import clock
from vault.kinds import Kind
from vault.models import LedgerEntry


def turn(rounds: Rounds | None = None) -> None:
    """Go a round at the clock's instant."""
    (rounds or Rounds()).turn(now=clock.now())


def standing(shop: Shop) -> list[str]:
    """Return the kinds of the notices that stand."""
    with shop.scope():
        rows = Notice.objects.filter(closed_at=None).order_by("kind")
        return [row.kind for row in rows]


def logged(shop: Shop, *kinds: Kind) -> list[tuple[str, object]]:
    """Return kind and facts of the entries of some kinds."""
    with shop.scope():
        rows = LedgerEntry.objects.filter(kind__in=[k.value for k in kinds])
        return [(row.kind, row.facts) for row in rows.order_by("id")]


def recipients() -> list[str]:
    """Return who was mailed, in order."""
    return [address for message in mail.outbox for address in message.to]


@contextmanager
def switch(status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """Run a dead man's switch; give its address and the requests that it got."""
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Take a ping."""
            got.append(f"{self.requestline} {sorted(self.headers.keys())}")
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Stay quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ping/secret", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
