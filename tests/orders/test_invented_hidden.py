"""The test buyer's order among the others: its page and the forms do not betray it."""

import re

import pytest

from orders.enums import FulfillmentStatus
from orders.models import Order
from orders.services.keeping_test_buyer import keep_test_buyer
from tests.orders.detail_pages import get
from tests.orders.evidence_pages import said, say, waiting
from tests.shops import Shop
from vault.clock import clock


@pytest.fixture
def real(shop: Shop) -> Order:
    """Take in a shipped order of the shop's own, and let it have a test buyer."""
    order = waiting(shop, "114-0000001-0000001", status=FulfillmentStatus.SHIPPED)
    assert keep_test_buyer(seller_id=shop.id, now=clock.now())
    return order


@pytest.fixture
def invented(shop: Shop, real: Order) -> Order:
    """Return the order of the test buyer."""
    with shop.scope():
        return Order.objects.get(test_buyer=True)


def acts(shop: Shop, order: Order) -> set[str]:
    """Return what whoever owns the shop can record on an order's page."""
    return set(re.findall(rf"{order.id}/([a-z]+)/", get(shop, order)))


def test_its_page_offers_what_that_of_a_shipped_order_does(
    shop: Shop, real: Order, invented: Order
) -> None:
    assert acts(shop, invented) == acts(shop, real) >= {"delivered", "lost", "shipped"}


@pytest.mark.parametrize("what", ["delivered", "lost", "shipped"])
def test_what_is_recorded_of_it_is_refused_without_a_word_of_what_it_is(
    shop: Shop, invented: Order, what: str
) -> None:
    told = {"day": "2026-11-22", "time": "10:00", "carrier": "UPS", "follows": "last"}
    answer = say(shop, invented, what, **told)
    assert answer.status_code == 422
    assert "this order takes its state from its marketplace alone" in said(answer)
    with shop.scope():
        after = Order.objects.get(id=invented.id)
    assert (after.delivered_at, after.undeliverable_at, after.shipped_at) == (
        None,
        None,
        None,
    )


@pytest.mark.parametrize("address", ["unshipped", "cancelled"])
def test_a_selection_of_all_neither_names_nor_counts_it(
    shop: Shop, invented: Order, address: str
) -> None:
    waits = waiting(shop, "114-0000002-0000002")
    whole = {"everything": "1", "view": "all", "seen": "1 2"}
    url = shop.url(f"orders/{address}/")
    page = said(shop.client("owner").post(url, whole, follow=True))
    assert "Recorded for 1 order" in page
    assert "1 order was left out" in page
    assert invented.marketplace_order_id not in page
    ticked = {"order": [str(invented.id)], "seen": "0 1"}
    again = said(shop.client("owner").post(url, ticked, follow=True))
    for word in ("invented", "test buyer"):
        assert word not in again
    assert waits.id != invented.id
