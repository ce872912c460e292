"""Orders without news: which they are, on Today and in the list, by their index."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.enums import FulfillmentStatus
from orders.models import Order
from orders.queries.news import Silence, silence_of, without_news
from tests import bed
from tests.orders.evidence_pages import plan_of, said, waiting
from tests.orders.list_pages import cells
from tests.orders.list_pages import page as list_html
from tests.orders.test_search import copies
from tests.shops import Shop
from vault.clock import clock

NOW = datetime(2026, 11, 22, 17, 14, tzinfo=UTC)


def bought(days: int) -> datetime:
    """Return an instant so many days ago."""
    return NOW - timedelta(days=days)


@pytest.fixture
def silent(shop: Shop) -> Order:
    """Take in one order of each kind; return the one without news."""
    order = waiting(shop, "114-0000001-0000001", purchased_at=bought(23))
    waiting(shop, "114-0000002-0000002", purchased_at=bought(12))
    waiting(
        shop,
        "114-0000003-0000003",
        purchased_at=bought(23),
        status=FulfillmentStatus.SHIPPED,
    )
    with shop.scope():
        # Its stored day is near, but something certain was heard of it.
        heard = waiting(shop, "114-0000004-0000004", purchased_at=bought(23))
        Order.objects.filter(id=heard.id).update(clock_at=bought(9))
    return order


def test_the_view_holds_what_waits_unheard_of_near_its_day(
    shop: Shop, silent: Order
) -> None:
    rows = cells(list_html(shop, "?view=without-news"))
    assert [row[0].split()[0] for row in rows] == [silent.marketplace_order_id]
    with shop.scope():
        assert silence_of(seller_id=shop.id, now=NOW) == Silence(
            orders=1, since=bought(23), first_day=date(2026, 11, 27)
        )


def test_today_names_them_and_leads_to_them(shop: Shop, silent: Order) -> None:
    answer = shop.client("fulfilment").get(shop.url(""))
    assert "1 order without news for 23 days" in said(answer)
    assert "or the first buyer leaves on 27 Nov" in said(answer)
    assert "orders/?view=without-news" in answer.content.decode()
    reader = shop.client("auditor").get(shop.url(""))
    assert "The first buyer leaves on 27 Nov" in said(reader)


def test_answered_they_are_gone_from_it(shop: Shop, silent: Order) -> None:
    form = {"everything": "1", "view": "without-news"}
    shop.client("owner").post(shop.url("orders/unshipped/"), form)
    with shop.scope():
        assert silence_of(seller_id=shop.id, now=clock.now()).orders == 0
    assert "without news" not in said(shop.client("owner").get(shop.url("")))


def planted(number: int, prefix: str, changes: dict[str, str]) -> None:
    """Copy the first order; each copy gets a number of its own."""
    own = {"id": "gen_random_uuid()", "marketplace_order_id": f"'{prefix}-' || n"}
    copies(Order, number, {**own, **changes})


def test_an_index_finds_them_among_many(transactional_db: None, shop: Shop) -> None:
    waiting(shop, "114-0000001-0000001", purchased_at=bought(23))
    gone = {
        "status": "'SHIPPED'",
        "purchased_at": "first.purchased_at - n * '10m'::interval",
        "purge_on": "date '2026-11-22' - n / 100",
    }
    leaving = {**gone, "purge_on": "date '2026-11-23' + n / 100"}
    with shop.scope():
        # A shop as it stands: most buyers gone, many parcels under way, some waiting.
        planted(500, "200", {"purge_on": "date '2027-01-09'"})
        planted(2_500, "300", leaving)
        planted(37_000, "400", gone)
    with bed.owner_connection() as owner:
        # The sample is the whole table.
        owner.execute("SET default_statistics_target = 1000")
        owner.execute("VACUUM ANALYZE orders_order")
    with shop.scope(), CaptureQueriesContext(connection) as asked:
        silence_of(seller_id=shop.id, now=NOW)
        list(without_news(seller_id=shop.id, now=NOW).order_by("-purchased_at")[:51])
    sent = [q["sql"] for q in asked if "orders_order" in q["sql"]]
    with shop.scope():
        plans = [plan_of(sql) for sql in sent]
    assert [("orders_order_no_news" in p, "Seq Scan" in p) for p in plans] == [
        (True, False),
        (True, False),
    ]
