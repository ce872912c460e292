"""Sweep what is due, now."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.queries.due import due_orders
from compliance.services.guard import reason_to_wait
from compliance.services.stuck import try_again
from compliance.services.sweep import (
    UNREADABLE,
    UNWRITABLE,
    SweepResult,
    sweep,
)
from sellers.queries import all_sellers
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
from vault.days import due_days


class Command(BaseCommand):
    """``manage.py purge [--dry-run] [--clock-is-right] [--try-stuck] [--json]``."""

    help = "Destroy the keys that are due, write the records, delete the rows."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the flags."""
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--clock-is-right",
            action="store_true",
            help="you have looked: the machine's date is right",
        )
        parser.add_argument(
            "--try-stuck",
            action="store_true",
            help="try again the rows that were left out after three tries",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and print what was done."""
        del args
        if options["dry_run"]:
            self._rehearse(options)
            return
        now, sellers = clock.now(), all_sellers()
        if options["try_stuck"]:
            for seller in sellers:
                with seller_scope(seller_id=seller.id, actor=SYSTEM):
                    try_again(now=now)
        result = sweep(
            seller_ids=[seller.id for seller in sellers],
            now=now,
            clock_is_right=options["clock_is_right"],
        )
        self._print(result, options)
        if result.waiting in (UNREADABLE, UNWRITABLE):
            raise CommandError(result.waiting)

    def _print(self, result: SweepResult, options: dict[str, Any]) -> None:
        counts = {
            "purged": result.purged,
            "days_destroyed": len(result.days_destroyed),
            "overdue": result.overdue,
        }
        if options["json"]:
            self.stdout.write(json.dumps({**counts, "waiting": result.waiting}))
            return
        self.stdout.write(
            f"Purged {result.purged} orders; destroyed the keys of "
            f"{len(result.days_destroyed)} days; {result.overdue} orders overdue."
        )
        if result.failed:
            self.stdout.write(
                f"A step failed in {len(result.failed)} shops; the log says where, and "
                "the next sweep tries again."
            )
        if result.waiting:
            self.stdout.write(result.waiting)

    def _rehearse(self, options: dict[str, Any]) -> None:
        now = clock.now()
        days = due_days(today=now.date())
        waiting = reason_to_wait(now=now, clock_is_right=options["clock_is_right"])
        total, lines = 0, []
        for seller in all_sellers():
            with seller_scope(seller_id=seller.id, actor=SYSTEM):
                groups = due_orders(seller_id=seller.id, today=now.date())
            total += sum(group.orders for group in groups)
            lines += [
                f"{seller.slug}: {group.orders} of {group.table}, due {group.day}"
                for group in groups
                if group.orders
            ]
        if options["json"]:
            counts = {"purged": total, "days_destroyed": len(days), "overdue": total}
            self.stdout.write(json.dumps({**counts, "waiting": waiting}))
            return
        for line in lines:
            self.stdout.write(line)
        due = f"{total} orders and the keys of {len(days)} days are due"
        if waiting:
            self.stdout.write(f"{due}, but a purge now would wait. {waiting}")
        else:
            self.stdout.write(f"{due}; a purge now would destroy them.")
