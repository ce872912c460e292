"""Search: whole number, beginning, SKU; what is refused; which index is used."""

import re
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from orders.models import Order, OrderLine
from orders.queries.search import matching
from tests import bed
from tests.factories.orders import incoming, line, take_in
from tests.shops import Shop


@pytest.fixture
def orders(shop: Shop) -> None:
    """Take in orders whose numbers and SKUs resemble each other."""
    take_in(
        shop.id,
        incoming(marketplace_order_id="114-3928471-5520913", lines=(line(sku="AB"),)),
        incoming(marketplace_order_id="114-3928471-5520914", lines=(line(sku="AB-1"),)),
        incoming(marketplace_order_id="114-4000000-0000000", lines=(line(sku="ab"),)),
        incoming(
            marketplace_order_id="702-1194830-7726405",
            lines=(line(sku="X"), line(sku="114-3"), line(sku="AB")),
        ),
    )


def found(shop: Shop, text: str) -> list[str]:
    """Return the last digits of the numbers that a search lists, sorted."""
    answer = shop.client("owner").get(shop.url(), {"q": text})
    assert answer.status_code == 200
    html = answer.content.decode()
    numbers = re.findall(r'<a class="strong" href="[^"]*">([^<]*)</a>', html)
    return sorted(number[-3:] for number in numbers)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("114-3928471-5520913", ["913"]),
        ("  114-3928471-5520913\t", ["913"]),
        ("114-3928471", ["913", "914"]),
        ("114", ["000", "913", "914"]),
        ("114-3", ["405", "913", "914"]),
        ("AB", ["405", "913"]),
        ("ab", ["000"]),
        ("3928471", []),
        ("14-3928471", []),
        ("11%", []),
        ("114_3928471", []),
        ("'", []),
        ("\\", []),
        ("", ["000", "405", "913", "914"]),
        ("   ", ["000", "405", "913", "914"]),
    ],
)
def test_number_beginning_or_sku(
    shop: Shop, orders: None, text: str, expected: list[str]
) -> None:
    assert found(shop, text) == expected


def test_another_shop_is_not_searched(
    shop: Shop, other_shop: Shop, orders: None
) -> None:
    take_in(other_shop.id, incoming(marketplace_order_id="114-3928471-5520999"))
    assert found(shop, "114-3928471") == ["913", "914"]
    assert found(other_shop, "114-3928471") == ["999"]


def test_tabs_count_what_the_search_finds(shop: Shop, orders: None) -> None:
    html = shop.client("owner").get(shop.url(), {"q": "114"}).content.decode()
    counts = re.findall(
        r'\?(?:view=\w+&amp;)?q=114"[^>]*>[^<]* <span class="n">(\d)', html
    )
    assert counts == ["3", "3", "0"]


def test_too_long_gets_one_clear_sentence_and_keeps_the_text(
    shop: Shop, orders: None
) -> None:
    html = shop.client("owner").get(shop.url(), {"q": "9" * 81}).content.decode()
    assert (
        "The search text has 81 characters and 80 are the most; paste one order number "
        "or one SKU." in html
    )
    assert f'value="{"9" * 81}"' in html
    assert found(shop, "9" * 80) == []


def test_a_nul_character_is_refused_in_words(shop: Shop, orders: None) -> None:
    html = shop.client("owner").get(shop.url(), {"q": "114\0"}).content.decode()
    assert "holds a character that no order number has" in html


def test_filtered_to_nothing_offers_to_clear(shop: Shop, orders: None) -> None:
    answer = shop.client("owner").get(shop.url("orders/?view=unshipped&q=%3Cb%3E"))
    html = answer.content.decode()
    assert "No order matches" in html
    assert "begins with “&lt;b&gt;”" in html
    assert f'href="{shop.url()}?view=unshipped">Clear the search</a>' in html


def copies(model: type[Model], number: int, changes: dict[str, str]) -> None:
    """Copy a first row many times; ``changes`` is SQL by column, ``n`` counts."""
    columns = [str(field.column) for field in model._meta.local_fields]
    chosen = [changes.get(name, f"first.{name}") for name in columns]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(chosen)} "
            f"FROM (SELECT * FROM {table} LIMIT 1) first, generate_series(1, %s) n",
            [number],
        )


@pytest.fixture
def many(transactional_db: None, shop: Shop) -> Shop:
    """Fill a shop, so that reading all of it costs more than an index; analyse it."""
    take_in(shop.id, incoming())
    with shop.scope():
        number = {"id": "gen_random_uuid()", "marketplace_order_id": "'200-' || n"}
        copies(Order, 3_000, number)
        line = {"id": "gen_random_uuid()", "line_key": "n::text", "sku": "'S-' || n"}
        copies(OrderLine, 3_000, line)
    with bed.owner_connection() as owner:
        owner.execute("ANALYZE orders_order, orders_orderline")
    return shop


def conditions(sql: str, params: tuple[Any, ...]) -> list[str]:
    """Return by which conditions PostgreSQL would look into indexes."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    return re.findall(r"Index Cond: (.*)", plan)


def test_row_security_leaves_the_search_its_indexes_and_takes_them_from_like(
    many: Shop,
) -> None:
    like = (
        "SELECT id FROM orders_order WHERE seller_id = %s AND channel = 'amazon' "
        "AND marketplace_order_id LIKE '200-77%%'"
    )
    with many.scope():
        search = matching(orders=Order.objects.all(), seller_id=many.id, text="200-77")
        ours = conditions(*search.values("id").query.sql_with_params())
        theirs = conditions(like, (many.id,))
    assert any("marketplace_order_id" in c and ">=" in c for c in ours)
    assert any("sku" in c for c in ours)
    assert [c for c in theirs if "marketplace_order_id" in c] == []
