"""Make or check the keystore and sweep what is due; ``up`` calls this first."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.services.starting import StartRefused, prepare
from vault.clock import clock
from vault.faults import KeystoreDamaged, KeystoreMissing
from vault.refusals import KeystoreRefused


class Command(BaseCommand):
    """``manage.py prepare``."""

    help = "Make or check the keystore, then sweep what is due."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, and say what was done."""
        del args, options
        try:
            result = prepare(now=clock.now())
        except (
            KeystoreRefused,
            StartRefused,
            KeystoreMissing,
            KeystoreDamaged,
        ) as error:
            raise CommandError(str(error)) from error
        if result.purged or result.days_destroyed:
            self.stdout.write(
                f"Swept: {result.purged} orders purged, keys of "
                f"{len(result.days_destroyed)} days destroyed."
            )
        if result.waiting:
            self.stdout.write(result.waiting)
