"""Import an Amazon order report from a file."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplaces.amazon.order_reports import MAX_BYTES
from marketplaces.flatfile.refusals import FileRefused
from marketplaces.services.importing import ImportResult, OrderFile, import_order_file
from sellers.models import Seller
from sellers.queries import seller_by_slug
from vault.clock import clock
from vault.context import SYSTEM

REFUSED = 2
_COUNTS = (
    "orders",
    "lines",
    "created",
    "updated",
    "unchanged",
    "rejected",
    "too_old",
)
_SHOWN_ERRORS = 20


class Command(BaseCommand):
    """``manage.py import_orders SELLER FILE [--dry-run] [--json]``.

    Exit status 0; 2 where the file was refused whole and nothing has changed.
    """

    help = "Import an Amazon order report (flat file) into a shop."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the shop and the file."""
        parser.add_argument("seller", help="the shop's slug")
        parser.add_argument("file", help="a tab-separated report, or - for stdin")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--charset", default="", help="as the download named it")
        parser.add_argument("--country", default="", help="marketplace, such as JP")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and print what was done."""
        del args
        try:
            seller = seller_by_slug(slug=options["seller"])
        except Seller.DoesNotExist as error:
            message = "There is no shop of that name; manage.py exposure lists them."
            raise CommandError(message) from error
        file = OrderFile(
            data=read_file(options["file"]),
            name=Path(options["file"]).name,
            charset=options["charset"],
            country=_country(options["country"]),
        )
        try:
            result = import_order_file(
                seller_id=seller.id,
                file=file,
                actor=SYSTEM,
                now=clock.now(),
                dry_run=options["dry_run"],
            )
        except FileRefused as refusal:
            self._refuse(refusal, as_json=options["json"])
        else:
            self._report(result, options)

    def _report(self, result: ImportResult, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(result)))
            return
        did = "Would import" if options["dry_run"] else "Imported"
        self.stdout.write(
            f"{did} {_counted(result.orders, 'order')} with"
            f" {_counted(result.lines, 'line')} "
            f"({result.encoding}): {result.created} new, {result.updated} changed, "
            f"{result.unchanged} unchanged;"
            f" {_counted(result.rejected, 'row')} rejected."
        )
        if result.too_old:
            self.stdout.write(
                f"{_counted(result.too_old, 'order')} of the unchanged not stored: "
                "older than you keep orders, or forgotten before."
            )
        for column in result.unknown_columns:
            self.stdout.write(f"Column {column!r} is unknown and was left out.")
        for error in result.errors[:_SHOWN_ERRORS]:
            self.stdout.write(str(error))
        if len(result.errors) > _SHOWN_ERRORS:
            more = len(result.errors) - _SHOWN_ERRORS
            self.stdout.write(f"{_counted(more, 'more row')}; --json lists them all.")

    def _refuse(self, refusal: FileRefused, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(
                json.dumps(
                    {
                        **dict.fromkeys(_COUNTS, 0),
                        "encoding": "",
                        "errors": [
                            {
                                "row": refusal.row,
                                "column": refusal.column,
                                "reason": str(refusal),
                            }
                        ],
                    }
                )
            )
        else:
            self.stderr.write(str(refusal))
        sys.exit(REFUSED)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _country(text: str) -> str:
    """Give the marketplace in capitals; empty for none was named."""
    if text and re.fullmatch(r"[A-Za-z]{2}", text, re.ASCII) is None:
        message = "The country is not known: name it by two letters, such as JP or DE."
        raise CommandError(message, returncode=REFUSED)
    return text.upper()


def _as_json(result: ImportResult) -> dict[str, Any]:
    return {
        **{name: getattr(result, name) for name in _COUNTS},
        "encoding": result.encoding,
        "errors": [
            {name: getattr(error, name) for name in ("row", "column", "reason", "code")}
            for error in result.errors
        ],
        "unknown_columns": list(result.unknown_columns),
    }


def read_file(name: str) -> bytes:
    """Read at most one byte more than allowed; the reader refuses what is larger."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "unreadable"
        message = f"The file cannot be read ({reason}); check the path and try again."
        raise CommandError(message, returncode=REFUSED) from error
