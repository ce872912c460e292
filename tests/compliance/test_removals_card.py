"""The exposure page says what was removed early, and which old orders leave tonight."""

from datetime import timedelta

import pytest

from compliance.queries.removals import MOST_REMOVALS
from compliance.services.sweep import sweep
from orders.enums import RemovedWhy
from orders.models import Order
from orders.services.removal import remove_buyers
from tests.compliance.planting import plant
from tests.orders.detail_pages import words
from tests.orders.old_orders import EDGE, order_at
from tests.shops import Shop, at, signed_in
from vault.clock import clock
from vault.context import person_actor, seller_scope


def page(shop: Shop) -> str:
    """Return the text of the page."""
    html = signed_in(shop.people["auditor"]).get(shop.url("exposure/"))
    assert html.status_code == 200
    return words(html.content.decode())


def remove_all(shop: Shop, *, why: RemovedWhy = RemovedWhy.REQUEST) -> None:
    """Remove all buyers, by default at a buyer's request, as the manager."""
    actor = person_actor(shop.people["manager"].id)
    with seller_scope(seller_id=shop.id, actor=actor):
        ids = list(Order.objects.values_list("id", flat=True))
        remove_buyers(
            seller_id=shop.id,
            order_ids=ids,
            why=why,
            now=clock.now(),
        )


def test_both_dates_until_the_key_is_dead(shop: Shop) -> None:
    plant(shop, days_old=3, orders=2)
    assert "No buyer was removed before its day" in page(shop)
    remove_all(shop)
    text = page(shop)
    assert "Removed early 2 buyers in 30 days; each with two dates" in text
    assert (
        "At the buyer's request · Manager Exampleton 22 Nov, 17:14 dies on 17 Dec"
        in text
    )
    with at("2026-12-17T00:02Z"):
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        assert "22 Nov, 17:14 destroyed 17 Dec 00:02" in page(shop)
    with at("2026-12-22T10:00Z"):
        assert "Removed early" not in page(shop)


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (RemovedWhy.REQUEST, "At the buyer's request"),
        (RemovedWhy.NOT_NEEDED, "Not needed any more"),
        (RemovedWhy.OTHER, "By hand"),
        (RemovedWhy.CANCELLED, "Order cancelled"),
        (RemovedWhy.AMAZON_SHIPS, "Amazon ships"),
        (RemovedWhy.SHORTENED, "The shop keeps buyers for fewer days"),
        (RemovedWhy.DAY_CAME, "Its day came earlier"),
    ],
)
def test_each_reason_has_its_words(shop: Shop, why: RemovedWhy, said: str) -> None:
    plant(shop, days_old=3)
    remove_all(shop, why=why)
    assert f"{said} · Manager Exampleton 22 Nov, 17:14" in page(shop)


def test_every_reason_is_tried() -> None:
    (tried,) = test_each_reason_has_its_words.pytestmark  # type: ignore[attr-defined]
    assert {why for why, _ in tried.args[1]} == set(RemovedWhy)


def test_a_long_list_says_how_much_of_it_is_shown(shop: Shop) -> None:
    plant(shop, days_old=3, orders=MOST_REMOVALS)
    remove_all(shop)
    assert "of them." not in page(shop)
    plant(shop, days_old=4)
    remove_all(shop)
    text = page(shop)
    assert "Removed early 21 buyers in 30 days; each with two dates" in text
    assert "The latest 20 of them." in text


def test_what_leaves_tonight_is_told(shop: Shop) -> None:
    plant(shop, days_old=3)
    assert "No order from before 23 May 2025 is left Amazon: kept for 18" in page(shop)
    order_at(shop, EDGE + timedelta(hours=3))
    text = page(shop)
    assert "1 order from before 23 May 2025 leaves tonight" in text
    assert "Their sums by day and destination stay, tax too." in text
