"""A buyer is purged early while its order is imported or it is shown."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from orders.enums import RemovedWhy
from orders.models import Recipient
from orders.services.disclosure import DisclosureRefused, disclose_recipient
from orders.services.removal import remove_buyers
from tests.orders.incoming import BUYER, incoming, receive, the_order
from tests.orders.racing import lock_no_orders, race
from tests.shops import Shop
from vault.clock import clock
from vault.kinds import Purpose

WITHHELD = incoming(buyer={})


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Return threads, each with a database session of its own."""
    with ThreadPoolExecutor(max_workers=2) as threads:
        yield threads


def remove(shop: Shop) -> int:
    """Purge the one order's buyer early; return how many were."""
    order = the_order(shop)
    with shop.scope():
        return remove_buyers(
            seller_id=shop.id,
            order_ids=[order.id],
            why=RemovedWhy.REQUEST,
            now=clock.now(),
        ).removed


def bring(shop: Shop) -> None:
    """Import the order again, with another telephone number."""
    receive(shop, incoming(buyer={"phone": "+1 555 0199"}))


def show(shop: Shop) -> str:
    """Ask for the telephone number."""
    order = the_order(shop)
    with shop.scope():
        return disclose_recipient(
            order=order,
            group="phone",
            purpose=Purpose.DELIVER,
            reference="",
            now=clock.now(),
        ).values["phone"]


def buyers(shop: Shop) -> int:
    """Count the rows with buyers."""
    with shop.scope():
        return Recipient.objects.count()


def imported_while_removing(shop: Shop, pool: ThreadPoolExecutor) -> int:
    """Import before the removal commits, and once more; return the buyers there are."""
    receive(shop)
    _, done = race(shop, pool, first=lambda: remove(shop), second=lambda: bring(shop))
    assert done.exception() is None
    receive(shop)
    return buyers(shop)


def test_an_import_waits_for_a_removal_and_brings_nothing_back(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    assert imported_while_removing(shop, pool) == 0
    assert the_order(shop).removed_at == clock.now()


def test_control_an_import_that_locks_no_order_wipes_the_tombstone(
    transactional_db: None,
    shop: Shop,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It writes back that nothing was removed, and the next import fills it again."""
    lock_no_orders(monkeypatch)
    assert imported_while_removing(shop, pool) == 1


def removed_while_importing(shop: Shop, pool: ThreadPoolExecutor) -> tuple[int, int]:
    """Remove before the import that brings the buyer commits.

    Returns how many buyers the person was told are gone, and how many there are.
    """
    receive(shop, WITHHELD)
    _, done = race(shop, pool, first=lambda: receive(shop), second=lambda: remove(shop))
    return done.result(), buyers(shop)


def test_a_removal_waits_for_an_import_that_brings_the_buyer(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    assert removed_while_importing(shop, pool) == (1, 0)


def test_control_a_removal_that_locks_no_order_misses_the_buyer(
    transactional_db: None,
    shop: Shop,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock_no_orders(monkeypatch)
    assert removed_while_importing(shop, pool) == (0, 1)


def shown_while_removing(shop: Shop, pool: ThreadPoolExecutor) -> Future[str]:
    """Ask for a buyer that is being removed."""
    receive(shop)
    _, done = race(shop, pool, first=lambda: remove(shop), second=lambda: show(shop))
    return done


def test_who_asks_for_a_buyer_waits_for_its_removal_and_is_refused(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    with pytest.raises(DisclosureRefused, match="nothing stored"):
        shown_while_removing(shop, pool).result()


def test_control_who_locks_no_order_is_shown_a_buyer_that_is_removed(
    transactional_db: None,
    shop: Shop,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock_no_orders(monkeypatch)
    assert shown_while_removing(shop, pool).result() == BUYER["phone"]


def removed_while_showing(shop: Shop, pool: ThreadPoolExecutor) -> bool:
    """Remove while an answer has not left; tell whether it was done before."""
    receive(shop)
    before, done = race(
        shop, pool, first=lambda: show(shop), second=lambda: remove(shop)
    )
    assert done.result() == 1
    return before


def test_a_removal_waits_until_an_answer_has_left(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    assert not removed_while_showing(shop, pool)


def test_control_a_buyer_is_gone_before_the_answer_leaves(
    transactional_db: None,
    shop: Shop,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock_no_orders(monkeypatch)
    assert removed_while_showing(shop, pool)
