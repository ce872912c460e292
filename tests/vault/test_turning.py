"""Each UTC day one new root, also on a day on which no key dies; failures are known."""

import errno
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from unittest.mock import Mock

import pytest

from tests.shops import Shop
from tests.vault.planted import DAY, NAME, NOW, buyer_in, in_session, opened
from vault.days import destroy_day, open_days
from vault.faults import FaultPoint, KeystoreDamaged
from vault.keys import data_keys
from vault.keystore import FileKeystore
from vault.models import RootTurn
from vault.turning import (
    FailedTurn,
    expect_turn,
    failed_turns,
    last_turn,
    root_turned,
    turn_root,
)

TODAY = NOW.date()
NO_SPACE = OSError(errno.ENOSPC, "No space left on device")


class Death(Exception):
    """Stands for the end of the process."""


def epoch() -> int:
    """Return the number of the root in force."""
    return data_keys().keystore.epoch


def die(point: FaultPoint) -> Mock:
    """Return a hook that dies at a point."""

    def hook(here: FaultPoint) -> None:
        if here is point:
            raise Death

    return Mock(side_effect=hook)


def turns() -> list[tuple[date, int | None, datetime | None]]:
    """Return what is recorded, day by day."""
    return list(
        RootTurn.objects.order_by("day").values_list("day", "epoch", "turned_at")
    )


def test_a_day_without_destruction_gets_a_new_root_once(shop: Shop) -> None:
    before, secrets = epoch(), data_keys().keystore.live_days
    with shop.scope():
        row = buyer_in(shop)
    assert turn_root(now=NOW)
    assert turn_root(now=NOW + timedelta(hours=6))
    assert (epoch(), data_keys().keystore.live_days) == (before + 1, secrets)
    assert turns() == [(TODAY, before + 1, NOW)]
    with shop.scope():
        assert opened(row) == {"name": NAME}


def test_the_next_day_gets_the_next_root(db: None) -> None:
    open_days(today=TODAY)
    before, tomorrow = epoch(), NOW + timedelta(days=1)
    turn_root(now=NOW)
    assert (root_turned(on=TODAY), root_turned(on=tomorrow.date())) == (True, False)
    turn_root(now=tomorrow)
    assert turns() == [
        (TODAY, before + 1, NOW),
        (tomorrow.date(), before + 2, tomorrow),
    ]
    turn = last_turn()
    assert turn is not None
    assert (turn.day, epoch()) == (tomorrow.date(), before + 2)


def test_a_destruction_of_the_day_is_its_turn(db: None) -> None:
    open_days(today=TODAY)
    first = NOW + timedelta(days=1)
    expect_turn(now=first)
    destroy_day(day=first.date(), now=first)
    after = epoch()
    assert turn_root(now=first)
    assert (epoch(), turns()) == (after, [(first.date(), after, first)])


def test_a_death_after_the_ratchet_turns_no_second_root(transactional_db: None) -> None:
    before = epoch()
    with pytest.raises(Death):
        turn_root(now=NOW, fault=die(FaultPoint.ROOT_TURNED))
    assert (epoch(), RootTurn.objects.get().turned_at) == (before + 1, None)
    assert turn_root(now=NOW)
    assert turns() == [(TODAY, before + 1, NOW)]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Give threads, each with a database session of its own."""
    with ThreadPoolExecutor(max_workers=3) as threads:
        yield threads


def test_three_sweeps_at_once_turn_one_root(
    transactional_db: None, pool: ThreadPoolExecutor
) -> None:
    before = epoch()
    at_once = [in_session(pool, lambda: turn_root(now=NOW)) for _ in range(3)]
    assert [each.result() for each in at_once] == [True] * 3
    assert turns() == [(TODAY, before + 1, NOW)]


@pytest.mark.parametrize(
    "error", [NO_SPACE, KeystoreDamaged("planted")], ids=["full", "damaged"]
)
def test_a_failure_is_known_and_made_up_for(
    db: None, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    before = epoch()
    with monkeypatch.context() as broken:
        broken.setattr(FileKeystore, "ratchet", Mock(side_effect=error))
        assert not turn_root(now=NOW)
        assert not turn_root(now=NOW + timedelta(minutes=5))
    known = FailedTurn(TODAY, 2, NOW + timedelta(minutes=5), type(error).__name__)
    assert failed_turns(since=TODAY) == (known,)
    assert failed_turns(since=TODAY + timedelta(days=1)) == ()
    assert not root_turned(on=TODAY)
    later = NOW + timedelta(minutes=10)
    assert turn_root(now=later)
    assert (failed_turns(since=TODAY), epoch()) == ((), before + 1)
    assert turns() == [(TODAY, before + 1, later)]


def test_an_unreadable_keystore_fails_the_turn_and_no_more(db: None) -> None:
    keys = data_keys().keystore.folder / "keys"
    keys.rename(keys.with_name("away"))
    assert not turn_root(now=NOW)
    assert failed_turns(since=TODAY) == (FailedTurn(TODAY, 1, NOW, "KeystoreMissing"),)
    keys.with_name("away").rename(keys)
    before = epoch()
    assert turn_root(now=NOW)
    assert (failed_turns(since=TODAY), turns()) == ((), [(TODAY, before + 1, NOW)])


def test_control_without_the_turn_yesterdays_copy_still_opens(shop: Shop) -> None:
    """What the turn is for: the root of a copied folder unwraps nothing of today."""
    folder = data_keys().keystore.folder
    old = (folder / f"root.{epoch()}").read_bytes()
    assert old in {path.read_bytes() for path in folder.glob("root.*")}
    turn_root(now=NOW)
    assert old not in {path.read_bytes() for path in folder.glob("root.*")}
    assert DAY in data_keys().keystore.live_days
