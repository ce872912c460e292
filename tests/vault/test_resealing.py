"""Moving a row to another purge day: the values survive, the old seal dies."""

from datetime import date

import pytest
from django.db import transaction

from orders.models import Recipient
from tests.shops import Shop, at
from tests.vault.planted import (
    DAY,
    FIRST_SECOND,
    LAST_SECOND,
    LATER,
    NAME,
    NOW,
    PHONE,
    SECRETS,
    buyer_in,
    loaded,
    lose_day,
    opened,
    unsaved_buyer,
)
from vault import resealing, sealed_rows
from vault.context import Scope, ScopeMissing
from vault.days import days_held, destroy_day
from vault.envelope import read_header
from vault.keys import data_keys
from vault.models import DayState, LedgerEntry, PurgeDay
from vault.refusals import KeyDestroyed, KeyLost, OtherSeller, PastItsDay, Tampered
from vault.resealing import reseal
from vault.sealed import Sealed

EARLIER = date(2026, 12, 1)
BOTH = {"name": NAME, "phone": PHONE}


def days_of(row: Recipient) -> set[date]:
    """Return the days that a row and its values say."""
    return {row.purge_on, *(read_header(v.blob).day for v in (row.name, row.phone))}


@pytest.mark.parametrize("day", [EARLIER, LATER])
def test_values_survive_a_move(shop: Shop, inside: Scope, day: date) -> None:
    row = buyer_in(shop)
    (moved,) = reseal(moves=[(row, day)], now=NOW)
    assert moved is row
    assert days_of(row) == days_of(loaded(row)) == {day}
    assert opened(loaded(row), "name", "phone") == BOTH


def test_the_old_bytes_die_with_the_old_day(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    old = Recipient(id=row.id, seller_id=shop.id, order_id=row.order_id, purge_on=DAY)
    old.__dict__["name"] = row.name
    reseal(moves=[(row, LATER)], now=NOW)
    assert opened(old) == {"name": NAME}
    with at(FIRST_SECOND):
        destroy_day(day=DAY, now=NOW.replace(month=12, day=18))
        assert opened(loaded(row), "name", "phone") == BOTH
        with pytest.raises(PastItsDay):
            opened(old)
    with pytest.raises(KeyDestroyed):
        opened(old)


def test_a_moved_row_stays_within_its_new_day(shop: Shop, inside: Scope) -> None:
    row, shortened = buyer_in(shop), buyer_in(shop)
    reseal(moves=[(row, LATER), (shortened, EARLIER)], now=NOW)
    with at("2026-12-01T00:00:00+00:00"):
        assert opened(loaded(row)) == {"name": NAME}
        with pytest.raises(PastItsDay):
            opened(loaded(shortened))
    with at("2026-12-28T00:00:00+00:00"), pytest.raises(PastItsDay):
        opened(loaded(row))


def test_one_entry_for_each_direction(shop: Shop, inside: Scope) -> None:
    rows = [buyer_in(shop) for _ in range(3)]
    days = [LATER, EARLIER, LATER]
    reseal(moves=list(zip(rows, days, strict=True)), now=NOW)
    entries = LedgerEntry.objects.filter(kind__startswith="pii:resealed:")
    assert dict(entries.values_list("kind", "facts")) == {
        "pii:resealed:later": {"rows": 2},
        "pii:resealed:earlier": {"rows": 1},
    }
    assert not LedgerEntry.objects.filter(kind__startswith="pii:opened:").exists()


def test_nothing_moved_is_nothing_written(shop: Shop, inside: Scope) -> None:
    assert reseal(moves=[], now=NOW) == ()
    assert not LedgerEntry.objects.filter(kind__startswith="pii:").exists()


def test_it_takes_and_gives_sealed_values_alone(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    (moved,) = reseal(moves=[(row, LATER)], now=NOW)
    held = {type(moved.__dict__[f]) for f in ("name", "phone")}
    assert held == {Sealed}
    assert not any(secret in repr(vars(moved)) for secret in SECRETS)


def test_empty_values_stay_empty(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop, name="")
    reseal(moves=[(row, LATER)], now=NOW)
    assert (opened(loaded(row)), loaded(row).phone) == ({"name": ""}, None)


@pytest.mark.parametrize("day", [EARLIER, LATER])
def test_values_that_were_not_loaded_move_as_well(
    shop: Shop, inside: Scope, day: date
) -> None:
    """Else they would keep the old day, which may be the later one."""
    row = buyer_in(shop)
    light = Recipient.objects.only("name", "purge_on", "seller").get(pk=row.pk)
    reseal(moves=[(light, day)], now=NOW)
    assert days_of(loaded(row)) == {day}
    assert opened(loaded(row), "name", "phone") == BOTH


def test_a_pending_text_is_sealed_for_the_new_day(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    row.phone = "+1 555 0199"
    reseal(moves=[(row, LATER)], now=NOW)
    assert days_of(loaded(row)) == {LATER}
    assert opened(loaded(row), "phone") == {"phone": "+1 555 0199"}


def test_a_row_past_its_day_is_not_moved(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    with at(LAST_SECOND):
        reseal(moves=[(row, date(2026, 12, 19))], now=NOW)
    with at("2026-12-19T00:00:00+00:00"), pytest.raises(PastItsDay):
        reseal(moves=[(loaded(row), LATER)], now=NOW)
    assert days_of(loaded(row)) == {date(2026, 12, 19)}


def test_the_day_in_the_bytes_counts_and_not_the_one_in_the_row(
    shop: Shop, inside: Scope
) -> None:
    row = buyer_in(shop)
    row.purge_on = LATER
    with at(FIRST_SECOND), pytest.raises(PastItsDay):
        reseal(moves=[(row, date(2026, 12, 30))], now=NOW)


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 1)])
def test_nothing_is_moved_to_a_day_that_has_begun(
    shop: Shop, inside: Scope, day: date
) -> None:
    row = buyer_in(shop)
    with pytest.raises(PastItsDay):
        reseal(moves=[(row, day)], now=NOW)
    assert days_of(loaded(row)) == {DAY}


@pytest.mark.parametrize("closing", [DAY, LATER])
def test_nothing_is_moved_from_or_to_a_day_that_closes(
    shop: Shop, inside: Scope, closing: date
) -> None:
    row = buyer_in(shop)
    PurgeDay.objects.filter(day=closing).update(state=DayState.CLOSING)
    with pytest.raises(KeyDestroyed):
        reseal(moves=[(row, LATER)], now=NOW)


def test_another_sellers_row_is_not_moved(
    shop: Shop, other_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with other_shop.scope():
        row = buyer_in(other_shop)
    monkeypatch.setattr(resealing, "unseal", lambda **_: pytest.fail("opened"))
    with shop.scope(), pytest.raises(OtherSeller):
        reseal(moves=[(row, LATER)], now=NOW)
    with pytest.raises(ScopeMissing), transaction.atomic():
        reseal(moves=[(row, LATER)], now=NOW)
    with other_shop.scope():
        assert days_of(loaded(row)) == {DAY}


def test_altered_and_lost_values_are_not_moved(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    row.__dict__["name"] = Sealed(row.name.blob[:-1] + b"?")
    with pytest.raises(Tampered):
        reseal(moves=[(row, LATER)], now=NOW)
    row = buyer_in(shop)
    lose_day(DAY)
    with pytest.raises(KeyLost):
        reseal(moves=[(row, LATER)], now=NOW)


def test_a_failure_leaves_the_whole_batch_as_it_was(shop: Shop, inside: Scope) -> None:
    rows = [buyer_in(shop) for _ in range(3)]
    rows[2].__dict__["name"] = Sealed(rows[2].name.blob[:-1] + b"?")
    with pytest.raises(Tampered):
        reseal(moves=[(row, LATER) for row in rows], now=NOW)
    assert [days_of(loaded(row)) for row in rows] == [{DAY}] * 3


def test_rows_by_the_hundred_are_moved_in_few_queries(
    shop: Shop, inside: Scope, django_assert_max_num_queries: object
) -> None:
    rows = [unsaved_buyer(shop, name=f"Testa {n}") for n in range(60)]
    Recipient.objects.bulk_create(rows)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        reseal(moves=[(row, LATER) for row in rows], now=NOW)
    names = {opened(loaded(row))["name"] for row in rows}
    assert names == {f"Testa {n}" for n in range(60)}


def test_the_guard_is_back_after_a_move(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    reseal(moves=[(row, LATER)], now=NOW)
    row.purge_on = DAY
    with pytest.raises(Exception, match=r"vault\.resealing"):
        row.save()
    assert not sealed_rows._moving.get()


def test_days_are_held_for_the_whole_batch(
    shop: Shop, inside: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[set[date]] = []

    def note(days: set[date]) -> object:
        held.append(set(days))
        return days_held(days)

    row = buyer_in(shop)
    monkeypatch.setattr(resealing, "days_held", note)
    reseal(moves=[(row, LATER)], now=NOW)
    assert held == [{DAY, LATER}]
    data_keys().data_key(seller_id=shop.id, day=LATER)
