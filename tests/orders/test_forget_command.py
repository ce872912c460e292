"""Forgetting orders by the command line, and finding them among many."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from orders.models import Order
from orders.queries.forgotten import edges_of, outlived
from orders.services.forgetting import BATCH, forget_orders
from tests import bed
from tests.orders.old_orders import EDGE, old_orders, order_at, tax_kept
from tests.shops import MakeShop, Shop
from vault.clock import clock

DAY = timedelta(days=1)


def orders_left(shop: Shop) -> int:
    """Count the orders."""
    with shop.scope():
        return Order.objects.count()


class TestCommand:
    """``manage.py forget_orders``."""

    def test_the_dry_run_changes_nothing(self, shop: Shop, capsys: Any) -> None:
        old_orders(shop, 4)
        call_command("forget_orders", shop.seller.slug, "--dry-run")
        assert capsys.readouterr().out == (
            "harbor-pine: 4 amazon orders from before 2025-05-22 would leave; their "
            "sums stay.\n"
        )
        assert orders_left(shop) == 4
        assert tax_kept(shop) is None

    def test_it_forgets(self, shop: Shop, capsys: Any) -> None:
        old_orders(shop, 4)
        call_command("forget_orders", "--json")
        assert capsys.readouterr().out == (
            '[{"seller": "harbor-pine", "channel": "amazon", "before": "2025-05-22", '
            '"orders": 4}]\n'
        )
        assert orders_left(shop) == 0
        call_command("forget_orders", "--dry-run")
        assert "No order is older" in capsys.readouterr().out

    def test_no_such_shop(self, db: None) -> None:
        with pytest.raises(CommandError, match="There is no shop of that name"):
            call_command("forget_orders", "nowhere")


def test_at_50_000_orders_the_index_finds_them(
    transactional_db: None, make_shop: MakeShop
) -> None:
    shop = make_shop("Harbor & Pine")
    order_at(shop, EDGE - DAY)
    young = datetime(2026, 1, 1, tzinfo=UTC)
    with shop.scope(), connection.cursor() as cursor:
        columns = [
            str(f.column)
            for f in Order._meta.local_fields
            if f.column not in {"id", "marketplace_order_id", "purchased_at"}
        ]
        names = ", ".join(columns)
        cursor.execute(
            f"INSERT INTO orders_order (id, marketplace_order_id, purchased_at, "
            f"{names}) SELECT gen_random_uuid(), n, %s + n * interval '1 minute', "
            f"{names} "
            "FROM orders_order, generate_series(1, 50000) AS n",
            [young],
        )
    with bed.owner_connection() as owner:
        owner.execute("ANALYZE orders_order")
    with shop.scope():
        (edge,) = edges_of(seller_id=shop.id, now=clock.now())
        for rows in (
            outlived(seller_id=shop.id, edge=edge)[:BATCH],
            outlived(seller_id=shop.id, edge=edge).order_by(),
        ):
            plan = rows.explain(analyze=True, timing=False)
            assert "orders_order_newest" in plan
            assert "Seq Scan on orders_order" not in plan
        assert Order.objects.count() == 50_001
    assert len(forget_orders(seller_id=shop.id, now=clock.now())) == 1
