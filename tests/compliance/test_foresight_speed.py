"""What a change would do to 50,000 orders is read by an index, in one statement."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.declarations import Foresight, judge
from orders.models import Order, Recipient
from orders.services.repolicy import BATCH, next_orders
from tests import bed
from tests.compliance.changing import plan
from tests.compliance.planting import plant
from tests.orders.test_search import copies
from tests.sellerportal.test_today_speed import plan_of
from tests.shops import Shop
from vault.clock import clock

LIVE, PURGED = 5_000, 45_000
# Each order's buyer is the first one's, under the order's own id and day.
_BUYERS = """
    INSERT INTO orders_recipient ({columns})
    SELECT {chosen} FROM (SELECT * FROM orders_recipient LIMIT 1) first, orders_order o
    WHERE o.marketplace_order_id LIKE '300-%%'
"""


@pytest.fixture
def large(transactional_db: None, shop: Shop) -> Shop:
    """Fill a shop with 50,000 orders, of which one in ten still has its buyer."""
    plant(shop, days_old=5)
    number = {"id": "gen_random_uuid()", "marketplace_order_id": "'300-' || n"}
    purged = {
        "id": "gen_random_uuid()",
        "marketplace_order_id": "'200-' || n",
        "purge_on": "date '2026-10-01'",
    }
    with shop.scope():
        copies(Order, LIVE, number)
        copies(Order, PURGED, purged)
        columns = [str(field.column) for field in Recipient._meta.local_fields]
        mine = {"id": "gen_random_uuid()", "order_id": "o.id"}
        chosen = [mine.get(name, f"first.{name}") for name in columns]
        with connection.cursor() as cursor:
            cursor.execute(
                _BUYERS.format(columns=", ".join(columns), chosen=", ".join(chosen))
            )
    with bed.owner_connection() as owner:
        owner.execute("VACUUM ANALYZE orders_order, orders_recipient")
    return shop


def test_the_preview_reads_only_what_is_live_and_once(large: Shop) -> None:
    wanted = plan(large, days=20)
    with large.scope(), CaptureQueriesContext(connection) as asked:
        seen = judge().foresee(seller_id=large.id, policy=wanted.after, now=clock.now())
    assert seen == Foresight(judged=LIVE + 1, sooner=LIVE + 1)
    (statement,) = (q["sql"] for q in asked if "orders_recipient" in q["sql"])
    assert "buyer_name" not in statement
    with large.scope():
        found = plan_of(select_of(statement))
    assert "on orders_order_leaving" in found, found
    assert "Seq Scan on orders_order" not in found, found


def select_of(statement: str) -> str:
    """Return what a server-side cursor selects."""
    return statement[statement.index("SELECT") :]


def test_a_batch_finds_its_orders_by_the_index(large: Shop) -> None:
    today = clock.today()
    with large.scope():
        first = next_orders(seller_id=large.id, after=None, today=today)
        with CaptureQueriesContext(connection) as sent:
            ids = next_orders(seller_id=large.id, after=first[-1], today=today)
        found = plan_of(sent[0]["sql"])
    assert (len(first), len(ids), len({*first, *ids})) == (BATCH, BATCH, 2 * BATCH)
    assert "using orders_recipient_once" in found, found
    assert "Sort" not in found, found


def test_the_marketplaces_in_use_are_probed_not_counted(large: Shop) -> None:
    with large.scope(), CaptureQueriesContext(connection) as sent:
        assert judge().channels(seller_id=large.id) == ("amazon",)
    with large.scope():
        found = plan_of(sent[0]["sql"])
    assert len(sent) == 1
    assert "using orders_order_number" in found, found


def count_left(shop: Shop, channel: str = "amazon") -> tuple[int, list[str]]:
    """Return what is left to judge, and the statements that read orders or buyers."""
    with shop.scope(), CaptureQueriesContext(connection) as sent:
        left = judge().count_left(
            seller_id=shop.id, channel=channel, after=None, now=clock.now()
        )
    return left, [q["sql"] for q in sent if 'FROM "orders_' in q["sql"]]


def test_progress_counts_buyers_alone_and_joins_no_order(large: Shop) -> None:
    left, (probe, counted) = count_left(large)
    assert left == LIVE + 1
    assert "LIMIT" in probe
    assert "orders_order" not in counted, counted


def test_progress_beside_another_marketplace_reads_its_orders(large: Shop) -> None:
    with large.scope():
        some = Order.objects.filter(marketplace_order_id__lt="300-2")
        other = some.filter(marketplace_order_id__gte="300-1").update(channel="ebay")
    left, (_probe, counted) = count_left(large)
    assert left == LIVE + 1 - other
    assert "orders_recipient" not in counted, counted
    assert count_left(large, "ebay")[0] == other
