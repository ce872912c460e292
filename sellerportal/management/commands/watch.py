"""manage.py watch: an alarm of its own, beside web, worker and beat."""

import argparse
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from sellerportal.heartbeat import Heart
from sellerportal.watching.ping import PingAddressWrong
from sellerportal.watching.rounds import EVERY, Rounds
from vault.clock import clock

_STEP = 1.0


class Command(BaseCommand):
    """``manage.py watch [--once]``."""

    help = (
        "Watches over the purge every minute: destroys keys that are due, opens and "
        "mails notices, pings. Needs no queue and no worker."
    )
    # Checks load every page; this process shall stay small.
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the flag."""
        parser.add_argument(
            "--once", action="store_true", help="one round, for cron; else for ever"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Watch until a signal ends this, or once."""
        try:
            rounds = Rounds.of_settings()
        except PingAddressWrong as error:
            raise CommandError(str(error)) from error
        heart, due = Heart("watch"), float("-inf")
        while True:
            heart.beat()
            if time.monotonic() >= due:
                due = time.monotonic() + EVERY
                rounds.turn(now=clock.now())
                _leave_database()
            if options["once"]:
                return
            time.sleep(_STEP)


def _leave_database() -> None:
    """Close every session: the next round finds a database that was restarted."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
