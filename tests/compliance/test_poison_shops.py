"""A shop at which a step fails in a way nobody foresaw holds up no other shop."""

from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest

from compliance.models import Hold, SweepRun
from compliance.services import isolation, sweep
from compliance.services.isolation import for_each_shop
from compliance.tasks import sequence_ledgers
from orders.models import Order
from orders.tasks import forget_old_orders, keep_test_buyers
from tests.compliance.test_sweep_races import many, rows_left, take_in
from tests.orders.test_moving_on import wait_for_news
from tests.shops import Shop
from vault.clock import clock
from vault.models import DayState, LedgerEntry, PurgeDay

DUE = date(2026, 12, 18)
#: What a row can make a step raise that is neither the database nor the keystore.
POISONS = (
    LookupError("planted"),
    ValueError("planted"),
    Hold.DoesNotExist("planted"),
    OverflowError("planted"),
    TypeError("planted"),
)


@pytest.fixture
def dropped(transactional_db: None, shop: Shop, other_shop: Shop) -> Shop:
    """Return a shop with an order of a marketplace that a release dropped.

    Its day is near and it is owed more, so that each sweep judges it anew. Buyers of
    another shop are due.
    """
    number = wait_for_news(shop)
    take_in(other_shop, many(10, 14))
    with shop.scope():
        Order.objects.filter(marketplace_order_id=number).update(channel="dropped")
    clock.move("2026-12-18T00:10Z")
    with shop.scope():
        # Still near on the day that the others are due on.
        Order.objects.update(purge_on=date(2026, 12, 21), counted_on=date(2026, 12, 23))
    return shop


@pytest.fixture
def pair(transactional_db: None, shop: Shop, other_shop: Shop) -> tuple[Shop, Shop]:
    """Return two shops, with real commits."""
    return shop, other_shop


def run(*shops: Shop) -> sweep.SweepResult:
    """Sweep at the clock's instant."""
    return sweep.sweep(
        seller_ids=[shop.id for shop in shops], now=clock.now(), clock_is_right=True
    )


def test_an_order_of_a_dropped_marketplace_stops_no_key_from_dying(
    dropped: Shop, other_shop: Shop
) -> None:
    result = run(dropped, other_shop)
    assert DUE in result.days_destroyed
    assert result.failed == {dropped.id}
    assert rows_left(other_shop) == 0
    assert PurgeDay.objects.get(day=DUE).state == DayState.DESTROYED
    assert SweepRun.objects.latest("started_at").failed == 1


def test_control_it_stopped_every_shop_s_purge_where_it_was_not_foreseen(
    dropped: Shop, other_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "SHOP_FAILURES", isolation.FORESEEN)
    with pytest.raises(LookupError):
        run(dropped, other_shop)
    assert rows_left(other_shop) == 4
    assert PurgeDay.objects.get(day=DUE).state == DayState.OPEN


@pytest.mark.parametrize("poison", POISONS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("step", ["move_on", "remove_early", "keep_archive"])
def test_a_step_that_raises_anything_serves_the_next_shop(
    pair: tuple[Shop, Shop],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    poison: Exception,
) -> None:
    shop, other_shop = pair
    take_in(other_shop, many(0, 3))
    clock.move("2026-12-18T00:10Z")
    whole = getattr(sweep, step)

    def poisoned(*, seller_id: UUID, **which: Any) -> Any:
        if seller_id == shop.id:
            raise poison
        return whole(seller_id=seller_id, **which)

    monkeypatch.setattr(sweep, step, poisoned)
    result = run(shop, other_shop)
    assert (result.failed, rows_left(other_shop)) == ({shop.id}, 0)


def test_what_is_logged_of_a_failure_names_the_line_and_never_the_text(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_seller_id: UUID) -> int:
        message = "Testa Exampleton"
        raise ValueError(message)

    failed: set[UUID] = set()
    for_each_shop(seller_ids=[shop.id], act=fail, failed=failed)
    assert failed == {shop.id}
    assert "ValueError at test_poison_shops.py:" in caplog.text
    assert "Testa" not in caplog.text


def unchained(shop: Shop) -> int:
    """Return how many entries of the shop's log wait for their number."""
    with shop.scope():
        return LedgerEntry.objects.filter(seq=None).count()


def test_a_shop_whose_log_cannot_be_chained_holds_up_no_other(
    transactional_db: None,
    shop: Shop,
    other_shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # By their addresses the poisoned one comes first.
    first, second = sorted((shop, other_shop), key=lambda each: each.seller.slug)
    take_in(second, many(0, 3))
    chained_at = fails_first("compliance.tasks.chain_log", monkeypatch)
    sequence_ledgers()
    assert chained_at == [1, 2]
    assert (unchained(first) > 0, unchained(second)) == (True, 0)


def test_a_shop_that_cannot_forget_or_get_a_test_buyer_holds_up_no_other(
    transactional_db: None,
    shop: Shop,
    other_shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for task, step in (
        (forget_old_orders, "orders.tasks.forget_orders"),
        (keep_test_buyers, "orders.tasks.keep_test_buyer"),
    ):
        calls = fails_first(step, monkeypatch)
        task()
        assert calls == [1, 2]


def fails_first(place: str, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let a step fail at its first call; return the list that its calls go into."""
    module, _, name = place.rpartition(".")
    whole: Callable[..., Any] = getattr(import_module(module), name)
    calls: list[int] = []

    def once(**which: Any) -> Any:
        calls.append(len(calls) + 1)
        if len(calls) == 1:
            raise LookupError
        return whole(**which)

    monkeypatch.setattr(place, once)
    return calls
