"""What is kept until it is shipped is counted by indexes, whatever the shop holds.

Today and the page on buyer data ask it: a plan that read the shop's orders took 18
seconds at a million of them.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Order, Recipient
from orders.queries.exposure_facts import OrderExposure
from tests import bed
from tests.compliance.planting import plant
from tests.orders.evidence_pages import plan_of
from tests.orders.test_search import copies
from tests.shops import Shop
from vault.clock import clock

WAITING, UNDER_WAY, PURGED, NEVER_SAID = 1_500, 3_500, 30_000, 1_000
# Each order's buyer is the first one's, under the order's own id.
_BUYERS = """
    INSERT INTO orders_recipient ({columns})
    SELECT {chosen} FROM (SELECT * FROM orders_recipient LIMIT 1) first, orders_order o
    WHERE o.marketplace_order_id LIKE '200-%%' OR o.marketplace_order_id LIKE '300-%%'
"""


def copied(number: int, prefix: str, **changes: str) -> None:
    """Copy the first order; each copy gets a number of its own."""
    own = {"id": "gen_random_uuid()", "marketplace_order_id": f"'{prefix}-' || n"}
    copies(Order, number, {**own, **changes})


@pytest.fixture
def large(transactional_db: None, shop: Shop) -> Shop:
    """Fill a shop: some orders wait, more are under way, most are long purged."""
    plant(shop, days_old=5)
    with shop.scope():
        copied(WAITING, "200", status="'UNSHIPPED'")
        copied(UNDER_WAY, "300", status="'SHIPPED'")
        gone = {"purge_on": "date '2026-10-01'", "limit_on": "date '2026-10-03'"}
        copied(PURGED, "400", status="'SHIPPED'", **gone)
        # They were never said to be shipped, and wait for nothing any more.
        copied(NEVER_SAID, "500", status="'UNSHIPPED'", **gone)
        columns = [str(field.column) for field in Recipient._meta.local_fields]
        mine = {"id": "gen_random_uuid()", "order_id": "o.id"}
        chosen = [mine.get(name, f"first.{name}") for name in columns]
        with connection.cursor() as cursor:
            cursor.execute(
                _BUYERS.format(columns=", ".join(columns), chosen=", ".join(chosen))
            )
    with bed.owner_connection() as owner:
        # The sample is the whole table.
        owner.execute("SET default_statistics_target = 1000")
        owner.execute("VACUUM ANALYZE orders_order, orders_recipient")
    return shop


def test_an_index_answers_and_no_order_is_read(large: Shop) -> None:
    with large.scope(), CaptureQueriesContext(connection) as asked:
        kept = OrderExposure().kept_until_shipped(
            seller_id=large.id, today=clock.today()
        )
    assert sum(kept.values()) == WAITING
    (statement,) = (q["sql"] for q in asked if "orders_order" in q["sql"])
    with large.scope():
        found = plan_of(statement)
    assert "on orders_order_no_news" in found or "using orders_order_no_news" in found
    assert "Seq Scan on orders_order" not in found, found


def test_both_indexes_hold_all_that_is_asked(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_indexdef('orders_order_no_news'::regclass), "
            "pg_get_indexdef('orders_recipient_day'::regclass)"
        )
        ((orders, buyers),) = cursor.fetchall()
    assert "(seller_id, purge_on, clock_at) INCLUDE (id, fulfilled_by) WHERE" in orders
    columns = "(seller_id, purge_on) INCLUDE (limit_on, sealed_at, invented, order_id)"
    assert buyers.endswith(columns)
