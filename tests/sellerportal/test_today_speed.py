"""Today reads indexes, and asks as often for 300 orders as for one."""

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Order
from orders.queries.due import first_due, must_ship
from orders.queries.listing import ListView, orders_in_view
from sellerportal.today.counts import menu_counts
from tests import bed
from tests.compliance.planting import plant
from tests.factories.orders import incoming, take_in
from tests.orders.test_search import copies
from tests.sellerportal.today_pages import due
from tests.shops import Shop
from vault.clock import clock

#: Session, person, staff, memberships, rights: before any page of a shop.
BEFORE = 6
#: What the page itself asks, the menu's one statement included.
QUERIES = 24
UTC = ZoneInfo("UTC")


@pytest.fixture
def queries(shop: Shop) -> Callable[[str], list[str]]:
    """Return what one request asks the database."""
    client = shop.client("owner")
    client.get(shop.url(""))

    def ask(tail: str) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(shop.url(tail)).status_code == 200
        return [query["sql"] for query in asked if " FROM " in query["sql"]]

    return ask


def test_the_number_of_statements_does_not_grow(
    shop: Shop, queries: Callable[[str], list[str]]
) -> None:
    due(shop, ship_in=-1)
    plant(shop, days_old=27)
    few = queries("")
    take_in(
        shop.id,
        *(incoming(ship_by=clock.now() + timedelta(minutes=n)) for n in range(299)),
    )
    many = queries("")
    assert len(many) == len(few)
    assert len(many) <= BEFORE + QUERIES


@pytest.mark.parametrize("tail", ["", "orders/", "exposure/"])
def test_the_menu_asks_once_on_each_page(
    shop: Shop, queries: Callable[[str], list[str]], tail: str
) -> None:
    due(shop)
    menu = [sql for sql in queries(tail) if "SELECT NULL::date, count(*)" in sql]
    assert len(menu) == 1


def test_a_fragment_asks_nothing_for_the_menu(shop: Shop) -> None:
    client, order = shop.client("fulfilment"), due(shop)
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(
            shop.url(f"orders/{order.id}/show/ship-to/"),
            {"purpose": "deliver"},
            headers={"HX-Request": "true"},
        )
    assert answer.status_code == 200
    assert [q for q in asked if "NULL::date" in q["sql"]] == []


@pytest.fixture
def large(transactional_db: None, shop: Shop) -> Shop:
    """Fill a shop with 50,000 shipped orders and 600 that wait; analyse it."""
    due(shop, ship_in=-1)
    number = {"id": "gen_random_uuid()", "marketplace_order_id": "'200-' || n"}
    by = "first.ship_by + n * interval '10 minutes'"
    shipped = {"status": "'SHIPPED'", "marketplace_order_id": "'300-' || n"}
    with shop.scope():
        copies(Order, 600, {**number, "ship_by": by})
        copies(Order, 50_000, {**number, **shipped})
    with bed.owner_connection() as owner:
        owner.execute("VACUUM ANALYZE orders_order, orders_recipient")
    return shop


def plan_of(statement: str) -> str:
    """Return how PostgreSQL would answer a statement that it was just sent."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


def plans(shop: Shop, ask: Callable[[], object]) -> str:
    """Return the plans of what a query asks of orders, in the shop."""
    with shop.scope(), CaptureQueriesContext(connection) as asked:
        ask()
        sent = [q["sql"] for q in asked if "orders_order" in q["sql"]]
    with shop.scope():
        return "\n".join(plan_of(sql) for sql in sent)


def test_fifty_thousand_orders_are_not_read_for_it(large: Shop) -> None:
    now = clock.now()
    asked: dict[str, Callable[[], object]] = {
        "counts": lambda: must_ship(seller_id=large.id, now=now, zone=UTC),
        "rows": lambda: list(first_due(seller_id=large.id, now=now, zone=UTC, most=5)),
        "menu": lambda: menu_counts(seller_id=large.id, now=now),
        "late": lambda: orders_in_view(
            seller_id=large.id, view=ListView.LATE, now=now, zone=UTC
        ).count(),
    }
    for name, ask in asked.items():
        plan = plans(large, ask)
        assert re.search(r"orders_order_(due|unshipped)", plan), (name, plan)
        assert "Seq Scan on orders_order" not in plan, (name, plan)


def test_the_counts_are_right_among_many(large: Shop) -> None:
    with large.scope():
        found = must_ship(seller_id=large.id, now=clock.now(), zone=UTC)
        orders = Order.objects.filter(status="UNSHIPPED")
        late = [o for o in orders if o.ship_by and o.ship_by <= clock.now()]
    assert found.late == len(late)
    assert found.due + found.later == 601
