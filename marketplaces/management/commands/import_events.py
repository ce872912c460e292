"""Import a carrier's file of events."""

import json
import sys
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplaces.carriers.event_files import Reading
from marketplaces.enums import DayOrder
from marketplaces.flatfile.refusals import FileRefused
from marketplaces.management.commands.import_orders import REFUSED, read_file
from marketplaces.services.importing_events import EventImport, import_event_file
from sellers.models import Seller
from sellers.queries import seller_by_slug
from vault.clock import clock
from vault.context import SYSTEM

_SHOWN_ERRORS = 20


class Command(BaseCommand):
    """``manage.py import_events SELLER FILE [--dry-run] [--json]``.

    Exit status 0; 2 where the file was refused whole and nothing has changed.
    """

    help = "Import a carrier's file of events (tracking number, event, time)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the shop, the file, and how its days are written."""
        parser.add_argument("seller", help="the shop's slug")
        parser.add_argument("file", help="a table of events, or - for stdin")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--charset", default="", help="as the download named it")
        parser.add_argument(
            "--days",
            choices=[order.value for order in DayOrder if order.value],
            default="",
            help="which number of a day stands first, where both could",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and print what was done."""
        del args
        try:
            seller = seller_by_slug(slug=options["seller"])
        except Seller.DoesNotExist as error:
            message = "There is no shop of that name; manage.py exposure lists them."
            raise CommandError(message) from error
        try:
            result = import_event_file(
                seller_id=seller.id,
                data=read_file(options["file"]),
                reading=Reading(
                    now=clock.now(),
                    zone=ZoneInfo(seller.time_zone),
                    day_order=DayOrder(options["days"]),
                    charset=options["charset"],
                ),
                actor=SYSTEM,
                dry_run=options["dry_run"],
            )
        except FileRefused as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"errors": [{"reason": str(refusal)}]}))
            else:
                self.stderr.write(str(refusal))
            sys.exit(REFUSED)
        self._report(result, options)

    def _report(self, result: EventImport, options: dict[str, Any]) -> None:
        done = result.done
        if options["json"]:
            errors = [
                {name: getattr(e, name) for name in ("row", "column", "reason", "code")}
                for e in result.errors
            ]
            facts = {"rows": result.rows, **asdict(done), "errors": errors}
            self.stdout.write(json.dumps(facts))
            return
        did = "Would take in" if options["dry_run"] else "Took in"
        self.stdout.write(
            f"{did} {done.lines} events of {done.orders} packages: {done.delivered} "
            f"orders delivered, {done.lost} lost; {done.removed} buyers leave at once, "
            f"{done.earlier} earlier, {done.later} later; {len(result.errors)} rows "
            "rejected."
        )
        for error in result.errors[:_SHOWN_ERRORS]:
            self.stdout.write(str(error))
        if len(result.errors) > _SHOWN_ERRORS:
            more = len(result.errors) - _SHOWN_ERRORS
            self.stdout.write(f"{more} more; --json lists them all.")
