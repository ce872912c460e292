"""Many orders are written in one statement, with every column as Django has it."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.clock import Basis
from orders.enums import FulfillmentStatus
from orders.models import Order
from orders.services.writing import write_orders
from tests.compliance.planting import plant
from tests.orders.evidence_pages import plan_of
from tests.orders.test_search import copies
from tests.shops import Shop
from vault.clock import clock
from vault.context import Scope

COLUMNS = (
    *("status", "clock_at", "clock_basis", "purge_on", "limit_on", "counted_on"),
    *("last_key_on", "removed_at", "removed_why", "delivered_at", "changed_at"),
)


def test_written_orders_are_as_they_were_set(shop: Shop) -> None:
    plant(shop, days_old=4, orders=3)
    now = clock.now()
    with shop.scope():
        first, second, third = Order.objects.order_by("id")
        first.status, first.clock_basis = FulfillmentStatus.SHIPPED, Basis.DELIVERED
        first.delivered_at = first.clock_at = now - timedelta(hours=2)
        second.purge_on += timedelta(days=1)
        second.counted_on = None
        second.removed_at, second.removed_why = now, "asked"
        for order in (first, second):
            order.changed_at = now
        write_orders(seller_id=shop.id, orders=[first, second], columns=COLUMNS)
        written = list(Order.objects.order_by("id").values(*COLUMNS))
    assert written == [
        {name: getattr(order, name) for name in COLUMNS}
        for order in (first, second, third)
    ]


def test_an_order_of_another_shop_is_not_written(shop: Shop, other_shop: Shop) -> None:
    plant(other_shop, days_old=4)
    with other_shop.scope():
        order = Order.objects.get()
        before = order.purge_on
    order.purge_on += timedelta(days=9)
    with shop.scope():
        write_orders(seller_id=shop.id, orders=[order], columns=("purge_on",))
    with other_shop.scope():
        assert Order.objects.get().purge_on == before


def test_nothing_is_asked_for_no_order(shop: Shop, inside: Scope) -> None:
    del inside
    with CaptureQueriesContext(connection) as asked:
        write_orders(seller_id=shop.id, orders=[], columns=COLUMNS)
    assert len(asked) == 0


def test_five_hundred_are_one_statement_by_their_ids(shop: Shop) -> None:
    plant(shop, days_old=4)
    own = {"id": "gen_random_uuid()", "marketplace_order_id": "'300-' || n"}
    with shop.scope():
        copies(Order, 20_000, own)
        orders = list(Order.objects.order_by("id")[:500])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE orders_order")
        with CaptureQueriesContext(connection) as asked:
            write_orders(seller_id=shop.id, orders=orders, columns=COLUMNS)
        assert len(asked) == 1
        found = plan_of(asked[0]["sql"])
    assert "Seq Scan on orders_order" not in found, found
