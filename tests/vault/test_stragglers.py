"""Who still holds a day at its last minute is waited for, then ended and named."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date, datetime
from threading import Event

import pytest
from django.db import DatabaseError, connection, transaction

from orders.models import Recipient
from tests.shops import Shop
from tests.vault.planted import (
    DAY,
    FIRST_SECOND,
    LATER,
    NAME,
    NOW,
    buyer_in,
    in_session,
    loaded,
    opened,
)
from tests.vault.test_days_protocol import PATIENCE, rows_of_the_day, wait_for_a_lock
from vault import days, resealing
from vault.days import DayBusy, destroy_day, renew_probe
from vault.models import DayState, PurgeDay
from vault.resealing import Move, reseal_many

DAY_BEGINS = datetime.fromisoformat(FIRST_SECOND)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Give threads, each with a database session of its own."""
    with ThreadPoolExecutor(max_workers=3) as threads:
        yield threads


class Straggler:
    """A session that did something and has not yet committed."""

    def __init__(self, pool: ThreadPoolExecutor, do: Callable[[], None]) -> None:
        """Start the session; return when it is done but for the commit."""
        self._did, self._go = Event(), Event()
        self.pid = 0
        self.ended: Future[None] = in_session(pool, lambda: self._run(do))
        if not self._did.wait(PATIENCE):
            self.ended.result()

    def commit(self) -> None:
        """Let the session commit, and wait until it has."""
        self._go.set()
        self.ended.result()

    def _run(self, do: Callable[[], None]) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.pid = cursor.fetchone()[0]
            do()
            self._did.set()
            self._go.wait(PATIENCE)


@pytest.fixture
def buyer(transactional_db: None, shop: Shop) -> Recipient:
    """Return a buyer who is due on the day."""
    with shop.scope():
        return buyer_in(shop)


def moving(shop: Shop, buyer: Recipient) -> Callable[[], None]:
    """Return what moves a buyer to a later day, the scope left open as by an import."""

    def move() -> None:
        with shop.scope():
            moves = [Move(row_id=buyer.id, purge_on=LATER, limit_on=LATER)]
            assert reseal_many(model=Recipient, moves=moves, now=NOW).left == {}

    return move


def destroying(wait_seconds: int = PATIENCE) -> Callable[[], bool]:
    """Return the destruction of the day, for a session of its own."""
    return lambda: destroy_day(day=DAY, now=DAY_BEGINS, wait_seconds=wait_seconds)


def state() -> str:
    """Return how far the day is."""
    return PurgeDay.objects.get(day=DAY).state


def test_a_move_away_is_waited_for_and_the_buyer_lives(
    shop: Shop, buyer: Recipient, pool: ThreadPoolExecutor
) -> None:
    mover = Straggler(pool, moving(shop, buyer))
    destroyer = in_session(pool, destroying())
    wait_for_a_lock()
    assert (destroyer.done(), state()) == (False, DayState.OPEN)
    mover.commit()
    assert destroyer.result() is True
    assert (state(), rows_of_the_day(shop)) == (DayState.DESTROYED, 0)
    with shop.scope():
        assert opened(loaded(buyer)) == {"name": NAME}


def test_control_a_move_that_holds_no_day_outlives_its_record(
    shop: Shop,
    buyer: Recipient,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The day is done with the buyer counted in it, who then opens all the same."""
    monkeypatch.setattr(resealing, "days_held", lambda _days: nullcontext())
    mover = Straggler(pool, moving(shop, buyer))
    assert in_session(pool, destroying()).result() is True
    assert (state(), rows_of_the_day(shop)) == (DayState.DESTROYED, 1)
    mover.commit()
    with shop.scope():
        assert opened(loaded(buyer)) == {"name": NAME}


def test_a_move_that_does_not_end_is_ended_named_and_dies_with_its_day(
    shop: Shop, buyer: Recipient, pool: ThreadPoolExecutor
) -> None:
    mover = Straggler(pool, moving(shop, buyer))
    with pytest.raises(DayBusy, match=rf": 1; session {mover.pid}, since \d\d:"):
        in_session(pool, destroying(wait_seconds=1)).result()
    with pytest.raises(DatabaseError):
        mover.commit()
    assert destroy_day(day=DAY, now=DAY_BEGINS) is True
    assert rows_of_the_day(shop) == 1


def test_control_a_straggler_that_is_not_ended_holds_the_day_on(
    shop: Shop,
    buyer: Recipient,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(days, "_end_holders", lambda **_which: [])
    mover = Straggler(pool, moving(shop, buyer))
    for _ in range(2):
        with pytest.raises(DayBusy):
            in_session(pool, destroying(wait_seconds=1)).result()
    assert state() == DayState.OPEN
    mover.commit()


def test_one_that_holds_the_row_and_says_no_day_is_ended_as_well(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    """A destroyer that was stopped halfway; a writer of the day's probe."""
    for hold in (lambda: renew_probe(DAY), lambda: locked(DAY)):
        holder = Straggler(pool, hold)
        with pytest.raises(DayBusy, match=f"session {holder.pid}"):
            in_session(pool, destroying(wait_seconds=1)).result()
        with pytest.raises(DatabaseError):
            holder.commit()
    assert destroy_day(day=DAY, now=DAY_BEGINS) is True


def locked(day: date) -> None:
    """Lock the day's row as a destroyer does."""
    PurgeDay.objects.select_for_update().get(day=day)


def test_one_that_holds_another_day_is_left_alone(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    def other() -> None:
        with shop.scope():
            buyer_in(shop, day=LATER)

    bystander = Straggler(pool, other)
    holder = Straggler(pool, lambda: locked(DAY))
    with pytest.raises(DayBusy, match=rf": 1; session {holder.pid}, "):
        in_session(pool, destroying(wait_seconds=1)).result()
    bystander.commit()
    with shop.scope():
        assert Recipient.objects.filter(purge_on=LATER).count() == 1
    with pytest.raises(DatabaseError):
        holder.commit()
