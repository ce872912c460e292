"""Pages by key: every order once, in order, and no cursor that breaks anything."""

import re
from datetime import timedelta

import pytest
from django.core.signing import Signer

from orders.models import Order
from orders.queries import paging
from orders.queries.paging import CursorRefused, cursor_of, read_cursor
from tests.factories.orders import NOW, incoming, take_in
from tests.shops import Shop

NOTE = "That page of the list is no longer there: this is the first one."


@pytest.fixture
def orders(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """Take in 23 orders, ten of them bought at one instant; pages of five rows."""
    monkeypatch.setattr(paging, "ROWS", 5)
    minutes = [*range(8), *([60] * 10), *range(100, 105)]
    return take_in(
        shop.id,
        *(incoming(purchased_at=NOW - timedelta(minutes=m)) for m in minutes),
    )


def read(shop: Shop, url: str) -> tuple[list[str], dict[str, str], str]:
    """Return the numbers on a page, its links and its markup."""
    html = shop.client("owner").get(url).content.decode()
    numbers = re.findall(r'<a class="strong" href="[^"]*">([^<]*)</a>', html)
    links = dict(re.findall(r'rel="(prev|next)" href="([^"]*)"', html))
    return numbers, {rel: u.replace("&amp;", "&") for rel, u in links.items()}, html


def newest_first(orders: list[Order]) -> list[str]:
    """Return the numbers in the order of the list."""
    ranked = sorted(orders, key=lambda o: (o.purchased_at, o.id), reverse=True)
    return [order.marketplace_order_id for order in ranked]


def test_older_walks_through_every_order_once(shop: Shop, orders: list[Order]) -> None:
    url, seen, pages = shop.url(), [], 0
    while url:
        numbers, links, _ = read(shop, url)
        seen += numbers
        pages += 1
        url = links.get("next", "")
    assert seen == newest_first(orders)
    assert pages == 5


def test_newer_leads_back_the_same_way(shop: Shop, orders: list[Order]) -> None:
    url, way = shop.url(), []
    while url:
        numbers, links, _ = read(shop, url)
        way.append(numbers)
        last, url = links, links.get("next", "")
    back, url = [way[-1]], last["prev"]
    while url:
        numbers, links, _ = read(shop, url)
        back.append(numbers)
        url = links.get("prev", "")
    assert back == way[::-1]


def test_the_first_page_has_no_newer_and_the_last_no_older(
    shop: Shop, orders: list[Order]
) -> None:
    _, links, html = read(shop, shop.url())
    assert sorted(links) == ["next"]
    assert "5 of 23 orders" in html
    while "next" in links:
        _, links, html = read(shop, links["next"])
    assert sorted(links) == ["prev"]
    assert "3 of 23 orders" in html


def test_exactly_one_page_has_no_neighbours(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS", 2)
    take_in(shop.id, incoming(), incoming())
    numbers, links, _ = read(shop, shop.url())
    assert (len(numbers), links) == (2, {})


def test_paging_keeps_view_and_search(shop: Shop, orders: list[Order]) -> None:
    _, links, _ = read(shop, shop.url("orders/?view=unshipped&q=114"))
    assert "view=unshipped&q=114&after=" in links["next"]


@pytest.mark.parametrize(
    "cursor",
    ["x", "x:y", ":", "%00", "é:ü", "W10:W10", "a" * 5_000, "../..", "'; DROP TABLE--"],
)
@pytest.mark.parametrize("name", ["after", "before"])
def test_a_made_up_cursor_is_the_first_page_with_a_note(
    shop: Shop, orders: list[Order], name: str, cursor: str
) -> None:
    numbers, _, html = read(shop, shop.url(f"orders/?{name}={cursor}"))
    assert numbers == newest_first(orders)[:5]
    assert NOTE in html


def test_a_tampered_cursor_is_refused_and_the_right_one_is_not(
    shop: Shop, orders: list[Order]
) -> None:
    right = cursor_of(order=orders[0], seller_id=shop.id)
    assert read_cursor(text=right, seller_id=shop.id).order_id == orders[0].id
    for wrong in (right[:-1], "A" + right, right.replace(":", "", 1), right + "A"):
        with pytest.raises(CursorRefused):
            read_cursor(text=wrong, seller_id=shop.id)


def test_a_cursor_of_another_shop_is_refused(
    shop: Shop, other_shop: Shop, orders: list[Order]
) -> None:
    cursor = cursor_of(order=orders[0], seller_id=other_shop.id)
    assert NOTE in read(shop, shop.url(f"orders/?after={cursor}"))[2]


@pytest.mark.parametrize("value", [[], ["x"], ["2026-11-22", 7], "text", None, {}])
def test_a_signed_cursor_of_another_shape_is_refused(shop: Shop, value: object) -> None:
    signed = Signer(salt=f"orders.paging.1.{shop.id}").sign_object(value)
    with pytest.raises(CursorRefused):
        read_cursor(text=signed, seller_id=shop.id)


def test_a_page_that_has_emptied_leads_to_the_first(
    shop: Shop, orders: list[Order]
) -> None:
    oldest = min(orders, key=lambda o: (o.purchased_at, o.id))
    cursor = cursor_of(order=oldest, seller_id=shop.id)
    numbers, _, html = read(shop, shop.url(f"orders/?after={cursor}"))
    assert (numbers, NOTE in html) == (newest_first(orders)[:5], True)


def test_a_good_cursor_shows_no_note(shop: Shop, orders: list[Order]) -> None:
    _, links, html = read(shop, shop.url())
    assert NOTE not in html
    assert NOTE not in read(shop, links["next"])[2]
