"""Print the exposure of buyer data, shop by shop."""

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.queries.exposure import exposure_of
from sellers.models import Seller
from sellers.queries import all_sellers, seller_by_slug
from vault.clock import clock
from vault.context import SYSTEM, seller_scope

COLUMNS = (
    "seller",
    "readable",
    "past_limit",
    "due_7_days",
    "on_hold",
    "purged_30_days",
    "lost",
)


class Command(BaseCommand):
    """``manage.py exposure [SELLER] [--json]``; SELLER is a shop's slug."""

    help = "Print how many orders have readable buyer data, and until when."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a shop, or none for all."""
        parser.add_argument("seller", nargs="?", default="")
        parser.add_argument(
            "--json", action="store_true", help="a list with one object a shop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, and print a table or a JSON list."""
        del args
        now = clock.now()
        rows = [_figures(seller, now) for seller in _sellers(options["seller"])]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
            return
        for line in _table([COLUMNS, *(tuple(row.values()) for row in rows)]):
            self.stdout.write(line)


def _sellers(slug: str) -> list[Seller]:
    if not slug:
        return all_sellers()
    try:
        return [seller_by_slug(slug=slug)]
    except Seller.DoesNotExist:
        message = (
            f"There is no shop {slug!r}; manage.py exposure without a name lists all."
        )
        raise CommandError(message) from None


def _figures(seller: Seller, now: datetime) -> dict[str, int | str]:
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        exposure = exposure_of(seller_id=seller.id, now=now)
    figures = {name: getattr(exposure, name) for name in COLUMNS[1:]}
    return {"seller": seller.slug, **figures}


def _table(rows: list[tuple[int | str, ...]]) -> list[str]:
    """Align the first column left, the others right."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    lines = []
    for first, *numbers in texts:
        right = [n.rjust(w) for n, w in zip(numbers, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *right]))
    return lines
