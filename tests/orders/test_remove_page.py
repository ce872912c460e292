"""The page on which a buyer is purged early, as a person uses it."""

from html import unescape

import pytest

from compliance.services.sweep import sweep
from orders.enums import FulfillmentStatus
from orders.models import Order, Recipient
from tests.factories.orders import one_order
from tests.orders.detail_pages import get, words
from tests.shops import Shop, at
from vault.clock import clock
from vault.models import LedgerEntry


def address(shop: Shop, order: Order) -> str:
    """Return the address of the page."""
    return shop.url(f"orders/{order.id}/remove/")


def ask(shop: Shop, order: Order) -> str:
    """Return the text of the page, as the owner sees it."""
    answer = shop.client("owner").get(address(shop, order))
    assert answer.status_code == 200
    return words(answer.content.decode())


def rows(shop: Shop) -> int:
    """Count the rows with buyers."""
    with shop.scope():
        return Recipient.objects.count()


def test_both_dates_and_what_cannot_be_undone(shop: Shop) -> None:
    order = one_order(shop.id, status=FulfillmentStatus.SHIPPED)
    text = ask(shop, order)
    assert (
        "Removed now, 22 Nov, 17:14 UTC Last key dies 20 Dec, 00:00 UTC Fields 9"
        in text
    )
    assert "No import and no sync brings them back." in text
    assert "Nobody can open them without the key, and that dies on 20 Dec." in text
    assert "not shipped yet" not in text


def test_an_order_that_waits_to_be_shipped_is_warned_of(shop: Shop) -> None:
    text = ask(shop, one_order(shop.id))
    assert "This order is not shipped yet: without the address nobody can ship" in text


def test_removed_by_a_person_the_order_says_so_until_the_key_is_dead(
    shop: Shop,
) -> None:
    order = one_order(shop.id)
    client = shop.client("manager")
    answer = client.post(address(shop, order), {"why": "buyer-request"}, follow=True)
    text = unescape(words(answer.content.decode()))
    assert answer.status_code == 200
    assert "The buyer data was removed. Its last key dies on 20 Dec." in text
    assert (
        "Removed on 22 Nov, 17:14 UTC at the buyer's request; the last key that sealed "
        "it dies on 20 Dec." in text
    )
    assert "Manager Exampleton removed the buyer data" in text
    assert "Purge buyer data early" not in text
    assert rows(shop) == 0
    with shop.scope():
        entry = LedgerEntry.objects.get(kind="pii:removed:early")
    assert entry.actor_id == shop.people["manager"].id
    assert entry.facts["why"] == "buyer-request"


def test_once_its_key_is_destroyed_the_order_says_when(shop: Shop) -> None:
    order = one_order(shop.id)
    shop.client("owner").post(address(shop, order), {"why": "not-needed"})
    with at("2026-12-20T00:02Z"):
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        text = words(get(shop, order))
    assert (
        "because it was not needed any more; the last key that sealed it was destroyed "
        "on 20 Dec, 00:02 UTC." in text
    )


@pytest.mark.parametrize("entry", [{}, {"why": "cancelled"}, {"why": "x"}])
def test_without_a_reason_nothing_is_removed(shop: Shop, entry: dict[str, str]) -> None:
    order = one_order(shop.id)
    answer = shop.client("owner").post(address(shop, order), entry)
    assert answer.status_code == 422
    assert "Nothing was removed. Choose why, from the list." in answer.content.decode()
    assert rows(shop) == 1


def test_twice_says_that_it_is_gone(shop: Shop) -> None:
    order = one_order(shop.id)
    client = shop.client("owner")
    client.post(address(shop, order), {"why": "other"})
    assert "There is no buyer data to purge Removed on 22 Nov" in ask(shop, order)
    again = client.post(address(shop, order), {"why": "other"}, follow=True)
    assert "Removed on 22 Nov, 17:14 UTC by hand" in again.content.decode()
    with shop.scope():
        assert LedgerEntry.objects.filter(kind="pii:removed:early").count() == 1


@pytest.mark.parametrize("role", ["fulfilment", "support", "auditor", "inventory"])
def test_roles_without_the_right_see_no_way_to_it(shop: Shop, role: str) -> None:
    order = one_order(shop.id)
    assert "Purge buyer data early" not in get(shop, order, role)
    answer = shop.client(role).post(address(shop, order), {"why": "other"})
    assert answer.status_code == 403
    assert rows(shop) == 1


def test_an_order_of_another_shop_is_not_there(shop: Shop, other_shop: Shop) -> None:
    order = one_order(other_shop.id)
    answer = shop.client("owner").post(address(shop, order), {"why": "other"})
    assert answer.status_code == 404
    assert rows(other_shop) == 1
