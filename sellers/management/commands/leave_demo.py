"""Leave the demo from the command line."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sellers.demo_mode import demo_mode
from sellers.services.leaving_demo import leave_demo
from vault.clock import clock
from vault.context import SYSTEM


class Command(BaseCommand):
    """``manage.py leave_demo --yes``."""

    help = "Empty and close the shops of the demo, and end demo mode, for good."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the word that means it."""
        parser.add_argument("--yes", action="store_true", help="it cannot be undone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Leave, and say what comes next."""
        del args
        if not demo_mode():
            self.stdout.write("This portal is in no demo; nothing was changed.")
            return
        if not options["yes"]:
            message = (
                "The shops of the demo would be emptied and closed, and its people's "
                "accounts too; your own shops stay. Say it again with --yes."
            )
            raise CommandError(message)
        leave_demo(actor=SYSTEM, now=clock.now())
        self.stdout.write("The demo is left. Sign-in asks for the second factor now.")
