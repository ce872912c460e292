"""Recompute the chain of every shop's ledger."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sellers.models import Seller
from sellers.queries import all_sellers, seller_by_slug
from vault.chaining import chain_log
from vault.context import SYSTEM, seller_scope
from vault.ledger import LedgerBroken, verify


class Command(BaseCommand):
    """``manage.py verify_ledger [SELLER] [--json]``; exit status 1 where it fails."""

    help = "Number what waits in the ledgers and verify their chains."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a shop, or none for all."""
        parser.add_argument("seller", nargs="?", default="")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and print how each ledger stands."""
        del args
        try:
            sellers = (
                [seller_by_slug(slug=options["seller"], with_closed=True)]
                if options["seller"]
                else all_sellers(with_closed=True)
            )
        except Seller.DoesNotExist as error:
            message = "There is no shop of that name; manage.py exposure lists them."
            raise CommandError(message) from error
        rows, broken = [], False
        for seller in sellers:
            row = _verify(seller)
            broken = broken or bool(row["broken"])
            rows.append(row)
        if options["json"]:
            self.stdout.write(json.dumps(rows))
        else:
            for row in rows:
                self.stdout.write(_sentence(row))
        if broken:
            message = "A ledger was altered; keep it as it is and look at the entry."
            raise CommandError(message)


def _verify(seller: Seller) -> dict[str, Any]:
    chain_log(seller_id=seller.id, actor=SYSTEM)
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        try:
            state = verify()
        except LedgerBroken as error:
            return {
                "seller": seller.slug,
                "entries": 0,
                "head": "",
                "broken": str(error),
            }
    return {
        "seller": seller.slug,
        "entries": state.chained,
        "head": state.head,
        "broken": "",
    }


def _sentence(row: dict[str, Any]) -> str:
    if row["broken"]:
        return f"{row['seller']}: BROKEN. {row['broken']}"
    return (
        f"{row['seller']}: {row['entries']} entries verified, head {row['head'][:16]}"
    )
