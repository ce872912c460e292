"""Forget orders whose second clock has run out, or say which would leave."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.queries.forgotten import edges_of, outlived
from orders.services.forgetting import Forgotten, forget_orders
from sellers.models import Seller
from sellers.queries import all_sellers, seller_by_slug
from vault.clock import clock
from vault.context import SYSTEM, seller_scope


class Command(BaseCommand):
    """``manage.py forget_orders [SELLER] [--dry-run] [--json]``."""

    help = "Add up orders that are older than their marketplace allows, delete them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a shop, or none for all."""
        parser.add_argument("seller", nargs="?", default="")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget, and print what left; or count it alone."""
        del args
        try:
            sellers = (
                [seller_by_slug(slug=options["seller"])]
                if options["seller"]
                else all_sellers()
            )
        except Seller.DoesNotExist as error:
            message = "There is no shop of that name; manage.py exposure lists them."
            raise CommandError(message) from error
        take = _would_leave if options["dry_run"] else _forget
        rows = [
            {
                "seller": seller.slug,
                "channel": done.channel,
                "before": done.before.date().isoformat(),
                "orders": done.orders,
            }
            for seller in sellers
            for done in take(seller)
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
            return
        did = "would leave" if options["dry_run"] else "left"
        for row in rows:
            self.stdout.write(
                f"{row['seller']}: {row['orders']} {row['channel']} orders from before "
                f"{row['before']} {did}; their sums stay."
            )
        if not rows:
            self.stdout.write("No order is older than its marketplace allows.")


def _forget(seller: Seller) -> list[Forgotten]:
    return forget_orders(seller_id=seller.id, now=clock.now())


def _would_leave(seller: Seller) -> list[Forgotten]:
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        found = [
            Forgotten(
                channel=edge.channel,
                before=edge.before,
                orders=outlived(seller_id=seller.id, edge=edge).count(),
            )
            for edge in edges_of(seller_id=seller.id, now=clock.now())
        ]
    return [each for each in found if each.orders]
