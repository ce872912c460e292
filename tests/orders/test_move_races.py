"""A buyer is sealed anew while its day is purged, it is imported, or it is shown."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from compliance.models import PurgeRecord
from compliance.services.sweep import sweep
from orders.enums import FulfillmentStatus
from orders.services.disclosure import DisclosureRefused, disclose_recipient
from orders.services.moving_on import OrderMover
from tests.orders.incoming import BUYER, incoming, receive, the_buyer, the_order
from tests.orders.racing import lock_no_orders, race
from tests.orders.test_moving_on import OWED, days_of, swept, wait_for_news
from tests.shops import Shop
from vault import days
from vault.clock import clock
from vault.kinds import Purpose
from vault.refusals import OpeningRefused

#: Of the day before the first one; the first day; a day on which only moved ones live.
LAST_SECOND, MIDNIGHT = "2026-12-17T23:59:59Z", "2026-12-18T00:00:00Z"
AFTER = "2026-12-19T08:00Z"
PHONE = "+1 555 0199"


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Return threads, each with a database session of its own."""
    with ThreadPoolExecutor(max_workers=2) as threads:
        yield threads


@pytest.fixture
def number(transactional_db: None, shop: Shop) -> str:
    """Return the number of an order of the first day that is owed a later one."""
    made = wait_for_news(shop)
    clock.move(LAST_SECOND)
    return made


def move(shop: Shop) -> None:
    """Move on what is near."""
    assert OrderMover().move_on(seller_id=shop.id, now=clock.now()) == 1


def bring(shop: Shop, number: str) -> None:
    """Import the order again, with another telephone number."""
    told = {"phone": PHONE}
    receive(shop, incoming(marketplace_order_id=number, buyer=told))


def purged_while_moving(shop: Shop, pool: ThreadPoolExecutor) -> int:
    """Let midnight and its sweep come before a move commits.

    Returns how many orders the sweep named as purged.
    """

    def purge() -> None:
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)

    _, done = race(
        *(shop, pool),
        first=lambda: move(shop),
        between=lambda: clock.move(MIDNIGHT),
        second=purge,
    )
    assert done.exception() is None
    with shop.scope():
        return sum(PurgeRecord.objects.values_list("orders", flat=True))


def test_a_purge_waits_for_a_move_that_has_begun(
    shop: Shop, number: str, pool: ThreadPoolExecutor
) -> None:
    assert purged_while_moving(shop, pool) == 0
    assert days_of(shop, number) == (OWED, OWED)
    clock.move(AFTER)
    assert the_buyer(shop, number) == BUYER


def test_control_a_move_that_holds_no_day_is_recorded_as_purged(
    shop: Shop, number: str, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A purge record names an order whose buyer lives on."""
    monkeypatch.setattr(
        days, "_lock_for_share", lambda wanted: dict.fromkeys(wanted, "open")
    )
    assert purged_while_moving(shop, pool) == 1
    assert the_buyer(shop, number) == BUYER


def imported_while_moving(shop: Shop, number: str, pool: ThreadPoolExecutor) -> None:
    """Let an import of the order come before a move commits; then its old day."""
    _, done = race(
        *(shop, pool),
        first=lambda: move(shop),
        second=lambda: bring(shop, number),
    )
    assert done.exception() is None
    swept(shop, AFTER)


def test_an_import_waits_for_a_move(
    shop: Shop, number: str, pool: ThreadPoolExecutor
) -> None:
    imported_while_moving(shop, number, pool)
    assert days_of(shop, number) == (OWED, OWED)
    assert the_buyer(shop, number) == {**BUYER, "phone": PHONE}


def test_control_an_import_that_locks_no_order_undoes_the_move(
    shop: Shop, number: str, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes back the values that it read: the buyer dies on its former day."""
    lock_no_orders(monkeypatch)
    imported_while_moving(shop, number, pool)
    assert days_of(shop, number) == (OWED, OWED)
    with pytest.raises(OpeningRefused):
        the_buyer(shop, number)


def moved_while_cancelling(shop: Shop, number: str, pool: ThreadPoolExecutor) -> date:
    """Let a move come before an import commits that cancels; return the order's day."""
    cancelled = incoming(
        marketplace_order_id=number,
        status=FulfillmentStatus.CANCELLED,
        cancelled_at=datetime(2026, 11, 26, 8, tzinfo=UTC),
    )

    def go_on() -> int:
        return OrderMover().move_on(seller_id=shop.id, now=clock.now())

    _, done = race(shop, pool, first=lambda: receive(shop, cancelled), second=go_on)
    assert done.exception() is None
    day, buyer = days_of(shop, number)
    assert buyer is None
    return day


def test_a_move_waits_for_an_import_that_cancels(
    shop: Shop, number: str, pool: ThreadPoolExecutor
) -> None:
    assert moved_while_cancelling(shop, number, pool) <= clock.today()


def test_control_a_move_that_locks_no_order_gives_a_cancelled_one_a_later_day(
    shop: Shop, number: str, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_no_orders(monkeypatch)
    assert moved_while_cancelling(shop, number, pool) == OWED


def shown_while_moving(shop: Shop, number: str, pool: ThreadPoolExecutor) -> str:
    """Ask for a buyer after midnight, before the move of the evening commits."""
    order = the_order(shop, number)

    def show() -> str:
        with shop.scope():
            return disclose_recipient(
                order=order,
                group="phone",
                purpose=Purpose.DELIVER,
                reference="",
                now=clock.now(),
            ).values["phone"]

    _, done = race(
        *(shop, pool),
        first=lambda: move(shop),
        between=lambda: clock.move(MIDNIGHT),
        second=show,
    )
    return done.result()


def test_who_asks_for_a_buyer_waits_for_its_move(
    shop: Shop, number: str, pool: ThreadPoolExecutor
) -> None:
    assert shown_while_moving(shop, number, pool) == BUYER["phone"]


def test_control_who_locks_no_order_is_refused_a_buyer_that_lives(
    shop: Shop, number: str, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_no_orders(monkeypatch)
    with pytest.raises(DisclosureRefused, match="past its day"):
        shown_while_moving(shop, number, pool)
    assert the_buyer(shop, number) == BUYER
