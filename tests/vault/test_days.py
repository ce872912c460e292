"""Purge days: made ahead, held while something is sealed, destroyed once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.shops import Shop, at
from tests.vault.planted import (
    DAY,
    FIRST_SECOND,
    LATER,
    NAME,
    NOW,
    PHONE,
    buyer_in,
    opened,
)
from vault import days
from vault.context import Scope
from vault.days import (
    DAYS_AHEAD,
    DayNotBegun,
    DayTooFar,
    ProbeStillOpens,
    days_held,
    destroy_day,
    due_days,
    hold_days,
    open_days,
    probe_opens,
)
from vault.faults import KEYSTORE_POINTS, FaultPoint
from vault.keys import DataKeys, data_keys
from vault.keystore import FileKeystore, SecretDestroyed
from vault.models import DayState, PurgeDay
from vault.refusals import KeyDestroyed, PastItsDay

TODAY = NOW.date()
DAY_BEGINS = datetime.fromisoformat(FIRST_SECOND)


class Death(Exception):
    """Stands for the end of the process."""


def die_at(
    point: FaultPoint, reached: list[FaultPoint]
) -> Callable[[FaultPoint], None]:
    """Return a hook that dies at a point."""

    def hook(here: FaultPoint) -> None:
        if here is point:
            reached.append(here)
            raise Death

    return hook


def row_of(day: date = DAY) -> PurgeDay:
    """Return a day's row."""
    return PurgeDay.objects.get(day=day)


def test_days_are_made_ahead_with_secret_and_probe(db: None) -> None:
    open_days(today=TODAY)
    expected = [TODAY + timedelta(days=n) for n in range(1, DAYS_AHEAD + 1)]
    found = PurgeDay.objects.order_by("day")
    assert list(found.values_list("day", flat=True)) == expected
    assert data_keys().keystore.live_days == tuple(expected)
    assert {probe_opens(day=day) for day in expected} == {True}
    assert row_of().fingerprint == data_keys().keystore.fingerprint(DAY)


def test_making_days_again_changes_nothing(db: None) -> None:
    open_days(today=TODAY)
    before = (list(PurgeDay.objects.values()), data_keys().keystore.signature())
    open_days(today=TODAY)
    assert before == (
        list(PurgeDay.objects.values()),
        data_keys().keystore.signature(),
    )


def test_no_day_is_made_that_was_destroyed(db: None) -> None:
    data_keys().keystore.destroy_through(TODAY + timedelta(days=3))
    open_days(today=TODAY, ahead=5)
    assert PurgeDay.objects.count() == 2
    with pytest.raises(KeyDestroyed):
        hold_days([TODAY + timedelta(days=2)])


def test_holding_makes_a_day_that_is_missing(db: None) -> None:
    far = TODAY + timedelta(days=DAYS_AHEAD)
    assert not PurgeDay.objects.filter(day=far).exists()
    hold_days([far])
    assert (row_of(far).state, probe_opens(day=far)) == (DayState.OPEN, True)


def test_a_day_further_ahead_than_any_ceiling_is_not_held(db: None) -> None:
    with pytest.raises(DayTooFar):
        hold_days([TODAY + timedelta(days=DAYS_AHEAD + 1)])


@pytest.mark.parametrize("back", [0, 1, 365])
def test_a_day_that_has_begun_is_not_held(db: None, back: int) -> None:
    with pytest.raises(PastItsDay):
        hold_days([LATER, TODAY - timedelta(days=back)])


def test_days_are_held_once_for_a_block(db: None) -> None:
    open_days(today=TODAY)
    with days_held({DAY, LATER}), days_held({DAY}):
        PurgeDay.objects.update(state=DayState.CLOSING)
        days.hold_day(DAY)
    with pytest.raises(KeyDestroyed):
        days.hold_day(DAY)


def test_days_are_no_longer_held_after_an_error(db: None) -> None:
    open_days(today=TODAY)
    with pytest.raises(Death), days_held({DAY}):
        raise Death
    assert days._held.get() == frozenset()


def test_due_are_the_days_that_have_begun(db: None) -> None:
    open_days(today=TODAY)
    assert due_days(today=TODAY) == []
    tomorrow = TODAY + timedelta(days=1)
    assert due_days(today=tomorrow) == [tomorrow]
    destroy_day(day=tomorrow, now=NOW + timedelta(days=1))
    assert due_days(today=tomorrow) == []


def test_a_destroyed_day_and_its_record(shop: Shop, inside: Scope) -> None:
    row, other = buyer_in(shop), buyer_in(shop, day=LATER)
    destroy_day(day=DAY, now=DAY_BEGINS)
    day = row_of()
    assert (day.state, day.closing_at) == (DayState.DESTROYED, DAY_BEGINS)
    assert (day.destroyed_at, day.probe_dead_at) == (DAY_BEGINS, DAY_BEGINS)
    assert not probe_opens(day=DAY)
    with pytest.raises(KeyDestroyed):
        opened(row)
    assert opened(other) == {"name": NAME}
    assert probe_opens(day=LATER)


def test_destroying_again_changes_nothing(shop: Shop) -> None:
    destroy_day(day=DAY, now=DAY_BEGINS)
    before = (row_of().destroyed_at, data_keys().keystore.signature())
    destroy_day(day=DAY, now=DAY_BEGINS + timedelta(days=1))
    assert before == (row_of().destroyed_at, data_keys().keystore.signature())


def test_a_day_that_lies_ahead_is_not_destroyed(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    with pytest.raises(DayNotBegun):
        destroy_day(day=DAY, now=DAY_BEGINS - timedelta(seconds=1))
    assert (row_of().state, opened(row)) == (DayState.OPEN, {"name": NAME})


def test_a_key_that_survives_is_noticed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FileKeystore, "destroy_through", lambda *_: ())
    with pytest.raises(ProbeStillOpens):
        destroy_day(day=DAY, now=DAY_BEGINS)
    assert (row_of().state, row_of().probe_dead_at) == (DayState.CLOSING, None)


@pytest.mark.parametrize(
    ("point", "state", "key_lives"),
    [
        (FaultPoint.DAY_CLOSING, DayState.CLOSING, True),
        (FaultPoint.DAY_KEY_DESTROYED, DayState.CLOSING, False),
        (FaultPoint.DAY_MARKED, DayState.DESTROYED, False),
    ],
)
def test_a_death_between_two_steps_is_repaired(
    shop: Shop, inside: Scope, point: FaultPoint, state: DayState, key_lives: bool
) -> None:
    row, other = buyer_in(shop), buyer_in(shop, day=LATER)
    with pytest.raises(Death):
        destroy_day(day=DAY, now=DAY_BEGINS, fault=die_at(point, []))
    assert (row_of().state, probe_opens(day=DAY)) == (state, key_lives)
    with pytest.raises(KeyDestroyed), transaction.atomic():
        buyer_in(shop, name=PHONE)
    destroy_day(day=DAY, now=DAY_BEGINS + timedelta(hours=1))
    assert (row_of().state, row_of().closing_at) == (DayState.DESTROYED, DAY_BEGINS)
    assert not probe_opens(day=DAY)
    with pytest.raises(SecretDestroyed):
        data_keys().keystore.day_secret(DAY)
    with pytest.raises(KeyDestroyed):
        opened(row)
    assert opened(other) == {"name": NAME}
    later = PurgeDay.objects.filter(day__gt=DAY).order_by("day")
    assert tuple(later.values_list("day", flat=True)) == data_keys().keystore.live_days


def test_a_death_inside_the_keystore_is_repaired(shop: Shop, inside: Scope) -> None:
    other = buyer_in(shop, day=date(2027, 1, 20))
    reached: list[FaultPoint] = []
    folder = data_keys().keystore.folder
    for number, point in enumerate(sorted(KEYSTORE_POINTS), start=1):
        day = TODAY + timedelta(days=number)
        now = NOW + timedelta(days=number)
        dying = DataKeys(FileKeystore(folder, fault=die_at(point, reached)))
        try:
            destroy_day(day=day, now=now, keys=dying)
        except Death:
            assert row_of(day).state == DayState.CLOSING
        destroy_day(day=day, now=now)
        assert (row_of(day).state, probe_opens(day=day)) == (DayState.DESTROYED, False)
        assert opened(other) == {"name": NAME}
    assert {
        FaultPoint.LOCK_HELD,
        FaultPoint.ROOT_WRITTEN,
        FaultPoint.KEYS_RENAMED,
        FaultPoint.OLD_ROOT_UNLINKED,
        FaultPoint.OLD_ROOT_FOLDER_SYNCED,
    } <= set(reached)


def test_a_row_cannot_say_destroyed_without_the_instant(db: None) -> None:
    open_days(today=TODAY)
    for state, instant in ((DayState.DESTROYED, None), (DayState.OPEN, NOW)):
        with pytest.raises(IntegrityError), transaction.atomic():
            PurgeDay.objects.update(state=state, destroyed_at=instant)


def test_a_row_that_is_put_back_to_open_brings_no_key_back(
    shop: Shop, inside: Scope
) -> None:
    row = buyer_in(shop)
    with at(FIRST_SECOND):
        destroy_day(day=DAY, now=DAY_BEGINS)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_purgeday SET state = 'open', destroyed_at = NULL, "
            "closing_at = NULL, probe_dead_at = NULL"
        )
    for attempt in (lambda: opened(row), lambda: buyer_in(shop)):
        with pytest.raises(KeyDestroyed):
            attempt()
