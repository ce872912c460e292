"""Load the demo once: two invented shops and their last 45 days."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sellerportal.demo.story import tell
from sellerportal.local.folders import VarFolder
from sellerportal.local.unfinished import demo_loading
from sellers.demo_mode import LOGINS, demo_mode
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
        logins = settings.PORTAL_VAR / LOGINS
        if not demo_mode():
            # Leaving may have been cut short before this, its last act.
            logins.unlink(missing_ok=True)
            return
        if logins.exists():
            return
        if Seller.objects.exists():
            message = (
                "The demo was interrupted while it loaded, or the shops in this "
                "database are your own; nothing was changed. Start the demo with a new "
                "PORTAL_VAR, and a DATABASE_URL, if you set one, of an empty database."
            )
            raise CommandError(message)
        self.stdout.write("Loading the demo, once; this takes about half a minute.")
        var = VarFolder(settings.PORTAL_VAR)
        with demo_loading(var, host=str(settings.DATABASES["default"]["HOST"])):
            orders = tell(until=clock.now(), logins=logins)
        self.stdout.write(f"Loaded {orders} orders of invented buyers in two shops.")
