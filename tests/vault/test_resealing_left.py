"""What is not moved to another purge day: left, named, and no hindrance to others."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction

from tests.shops import Shop, at
from tests.vault.moving import days_of, move, spoil
from tests.vault.planted import (
    DAY,
    FIRST_SECOND,
    LAST_SECOND,
    LATER,
    NAME,
    buyer_in,
    loaded,
    lose_day,
    opened,
    store,
    stored,
)
from vault import anew
from vault.context import Scope, ScopeMissing
from vault.keys import data_keys
from vault.keystore import KeystoreDamaged
from vault.models import DayState, PurgeDay
from vault.refusals import KeyDestroyed, KeyLost, OpeningSuspended, PastItsDay
from vault.resealing import Moved
from vault.stored import Stream

_TOUCH = "UPDATE orders_recipient SET phone = name WHERE id = %s"


def test_a_row_past_its_day_is_not_moved(shop: Shop, inside: Scope) -> None:
    row, other = buyer_in(shop), buyer_in(shop, day=LATER)
    with at(LAST_SECOND):
        move((row, date(2026, 12, 19)))
    with at("2026-12-19T00:00:00+00:00"):
        moved = move((row, date(2026, 12, 21)), (other, date(2026, 12, 21)))
    assert moved == Moved({other.pk}, {row.pk: "PastItsDay"})
    assert days_of(row) == {date(2026, 12, 19)}


def test_the_day_in_the_bytes_counts_and_not_the_one_in_the_row(
    shop: Shop, inside: Scope
) -> None:
    row = buyer_in(shop)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_recipient SET purge_on = %s, limit_on = %s", [LATER, LATER]
        )
    with at(FIRST_SECOND):
        assert move((row, date(2026, 12, 30))).left == {row.pk: "PastItsDay"}


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 1)])
def test_nothing_is_moved_to_a_day_that_has_begun(
    shop: Shop, inside: Scope, day: date
) -> None:
    row = buyer_in(shop)
    with pytest.raises(PastItsDay):
        move((row, day))
    assert days_of(row) == {DAY}


@pytest.mark.parametrize("closing", [DAY, LATER])
def test_nothing_is_moved_from_or_to_a_day_that_closes(
    shop: Shop, inside: Scope, closing: date
) -> None:
    row = buyer_in(shop)
    PurgeDay.objects.filter(day=closing).update(state=DayState.CLOSING)
    with pytest.raises(KeyDestroyed):
        move((row, LATER))


def test_another_sellers_row_is_not_moved(
    shop: Shop, other_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with other_shop.scope():
        row = buyer_in(other_shop)
    monkeypatch.setattr(anew, "seal_anew", lambda **_: pytest.fail("opened"))
    with shop.scope():
        assert move((row, LATER)) == Moved()
    with pytest.raises(ScopeMissing), transaction.atomic():
        move((row, LATER))
    with other_shop.scope():
        assert days_of(row) == {DAY}


def test_a_value_of_another_seller_is_left(
    shop: Shop, other_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with other_shop.scope():
        foreign = stored(buyer_in(other_shop))
    monkeypatch.setattr(anew, "seal_anew", lambda **_: pytest.fail("opened"))
    with shop.scope():
        row = buyer_in(shop)
        store(row, foreign)
        assert move((row, LATER)).left == {row.pk: "OtherSeller"}


def test_altered_and_lost_values_stop_no_other(shop: Shop, inside: Scope) -> None:
    fine, spoilt, lost = buyer_in(shop), buyer_in(shop), buyer_in(shop, day=LATER)
    spoil(spoilt)
    lose_day(LATER)
    day = date(2026, 12, 21)
    moved = move((spoilt, day), (lost, day), (fine, day))
    assert moved == Moved({fine.pk}, {spoilt.pk: "Tampered", lost.pk: "KeyLost"})
    assert days_of(fine) == {day}
    assert (days_of(spoilt), days_of(lost)) == ({DAY}, {LATER})
    with pytest.raises(KeyLost):
        opened(loaded(lost))


def test_a_lost_new_day_is_noted_and_made_again(shop: Shop, inside: Scope) -> None:
    row, other = buyer_in(shop), buyer_in(shop, day=LATER)
    lose_day(LATER)
    assert move((row, LATER)).rows == {row.pk}
    assert opened(loaded(row)) == {"name": NAME}
    with pytest.raises(KeyLost):
        opened(loaded(other))


def test_a_keystore_that_cannot_be_read_says_nothing_of_a_row(
    shop: Shop, inside: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = buyer_in(shop)

    def broken(**_: object) -> None:
        raise KeystoreDamaged

    monkeypatch.setattr(data_keys(), "_look_up", broken)
    with pytest.raises(OpeningSuspended):
        move((row, LATER))
    monkeypatch.undo()
    assert days_of(row) == {DAY}


@pytest.mark.parametrize("guarded", [True, False])
def test_a_row_that_changed_meanwhile_is_left(
    shop: Shop, inside: Scope, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    """Read at one moment and written at another; without the guard the change is gone.

    The change is planted between reading and writing, as another session's commit is.
    """
    row, other = buyer_in(shop), buyer_in(shop)
    before = stored(row)
    write: Callable[..., None] = Stream.write

    def late(self: Stream, rows: list[object], **facts: object) -> None:
        # A savepoint has a transaction id of its own, as another session has.
        for sql in ("SAVEPOINT s", _TOUCH, "RELEASE s"):
            cursor = self._session.cursor()
            cursor.execute(sql, [row.pk] if sql is _TOUCH else None)
        write(self, rows, **facts)

    monkeypatch.setattr(Stream, "write", late)
    if not guarded:
        monkeypatch.setattr("vault.stored.SAME_VERSION", "")
    moved = move((row, LATER), (other, LATER))
    if guarded:
        assert moved == Moved({other.pk}, {row.pk: "Changed"})
        assert (stored(row), stored(row, "phone")) == (before, before)
    else:
        assert moved.rows == {row.pk, other.pk}
        assert stored(row, "phone") != before
