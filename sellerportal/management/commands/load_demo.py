"""Load the demo once: two invented shops and their last 45 days."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sellerportal.demo.story import tell
from sellers.models import Seller
from vault.clock import clock


class Command(BaseCommand):
    """``manage.py load_demo``; does nothing where there is a shop already."""

    help = "Load the demo shops, once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how much."""
        del args, options
        if not settings.DEMO:
            message = "The demo loads in demo mode alone: PORTAL_MODE=demo."
            raise CommandError(message)
        logins = settings.PORTAL_VAR / "demo-logins.json"
        if logins.exists():
            return
        if Seller.objects.exists():
            message = (
                "The demo was interrupted while it loaded; stop the portal, delete "
                f"the folder {settings.PORTAL_VAR} and start again."
            )
            raise CommandError(message)
        self.stdout.write("Loading the demo, once; this takes about half a minute.")
        orders = tell(until=clock.now(), logins=logins)
        self.stdout.write(f"Loaded {orders} orders of invented buyers in two shops.")
