"""Moving rows to another purge day: the values survive, the old seal dies."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from orders.models import Recipient
from tests.shops import Shop, at
from tests.vault.moving import BOTH, EARLIER, days_of, move, spoil
from tests.vault.planted import (
    DAY,
    FIRST_SECOND,
    LATER,
    NAME,
    NOW,
    SECRETS,
    buyer_in,
    loaded,
    opened,
    stored,
    unsaved_buyer,
)
from vault import resealing
from vault.context import Scope
from vault.days import days_held, destroy_day
from vault.envelope import read_header
from vault.models import LedgerEntry
from vault.refusals import KeyDestroyed, PastItsDay
from vault.resealing import Move, Moved, reseal_many
from vault.sealing import holds_text


@pytest.mark.parametrize("day", [EARLIER, LATER])
def test_values_survive_a_move(shop: Shop, inside: Scope, day: date) -> None:
    row = buyer_in(shop)
    assert move((row, day)) == Moved(rows={row.pk}, left={})
    assert days_of(row) == {day}
    assert opened(loaded(row), "name", "phone") == BOTH
    assert loaded(row).limit_on == day + timedelta(days=2)
    assert loaded(row).sealed_at == NOW


def test_an_import_still_knows_the_text(shop: Shop, inside: Scope) -> None:
    """The fingerprint is made anew, under the key of the new day."""
    row = buyer_in(shop)
    before = loaded(row).name.blob
    move((row, LATER))
    after = loaded(row)
    assert holds_text(row=after, field="name", text=NAME) is True
    assert holds_text(row=after, field="name", text="Testa Other") is False
    old, new = read_header(before), read_header(after.name.blob)
    assert {old.fingerprint, new.fingerprint} != {old.fingerprint}


def test_the_old_bytes_die_with_the_old_day(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    old = Recipient(id=row.id, seller_id=shop.id, order_id=row.order_id, purge_on=DAY)
    old.__dict__["name"] = row.name
    move((row, LATER))
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
    move((row, LATER), (shortened, EARLIER))
    with at("2026-12-01T00:00:00+00:00"):
        assert opened(loaded(row)) == {"name": NAME}
        with pytest.raises(PastItsDay):
            opened(loaded(shortened))
    with at("2026-12-28T00:00:00+00:00"), pytest.raises(PastItsDay):
        opened(loaded(row))


def test_one_entry_for_each_direction(shop: Shop, inside: Scope) -> None:
    rows = [buyer_in(shop) for _ in range(3)]
    move(*zip(rows, [LATER, EARLIER, LATER], strict=True))
    entries = LedgerEntry.objects.filter(kind__startswith="pii:resealed:")
    assert dict(entries.values_list("kind", "facts")) == {
        "pii:resealed:later": {"rows": 2},
        "pii:resealed:earlier": {"rows": 1},
    }
    assert not LedgerEntry.objects.filter(kind__startswith="pii:opened:").exists()


def test_nothing_moved_is_nothing_written(shop: Shop, inside: Scope) -> None:
    assert move() == Moved()
    gone = buyer_in(shop)
    Recipient.objects.filter(pk=gone.pk).delete()
    assert move((gone, LATER)) == Moved()
    assert not LedgerEntry.objects.filter(kind__startswith="pii:").exists()


def test_a_limit_alone_is_changed_without_a_seal(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    before = stored(row)
    limit = DAY + timedelta(days=4)
    moved = reseal_many(model=Recipient, moves=[Move(row.pk, DAY, limit)], now=NOW)
    assert moved.rows == {row.pk}
    assert (loaded(row).limit_on, stored(row)) == (limit, before)
    assert not LedgerEntry.objects.filter(kind__startswith="pii:resealed").exists()


def test_it_tells_ids_and_words_alone(shop: Shop, inside: Scope) -> None:
    rows = [buyer_in(shop), buyer_in(shop)]
    spoil(rows[1])
    moved = move(*((row, LATER) for row in rows))
    assert not any(secret in repr(moved) for secret in SECRETS)
    assert moved == Moved({rows[0].pk}, {rows[1].pk: "Tampered"})


def test_empty_values_stay_empty(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop, name="")
    move((row, LATER))
    assert (opened(loaded(row)), loaded(row).phone) == ({"name": ""}, None)


def test_a_day_behind_the_limit_is_refused_by_the_table(
    shop: Shop, inside: Scope
) -> None:
    row = buyer_in(shop)
    refused = pytest.raises(IntegrityError, match="orders_recipient_limit")
    with refused, transaction.atomic():
        reseal_many(model=Recipient, moves=[Move(row.pk, LATER, DAY)], now=NOW)


def test_rows_by_the_hundred_are_moved_in_few_queries(
    shop: Shop, inside: Scope, django_assert_max_num_queries: object
) -> None:
    rows = [unsaved_buyer(shop, name=f"Testa {n}") for n in range(60)]
    Recipient.objects.bulk_create(rows)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        move(*((row, LATER) for row in rows))
    names = {opened(loaded(row))["name"] for row in rows}
    assert names == {f"Testa {n}" for n in range(60)}


def test_more_rows_than_one_part(
    shop: Shop, inside: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "PART", 4)
    rows = [buyer_in(shop) for _ in range(11)]
    spoil(rows[5])
    moved = move(*((row, LATER) for row in rows))
    assert moved.left == {rows[5].pk: "Tampered"}
    assert moved.rows == {row.pk for row in rows} - {rows[5].pk}
    assert [days_of(row) for row in rows] == [
        {DAY if row is rows[5] else LATER} for row in rows
    ]


def test_days_are_held_for_the_whole_batch(
    shop: Shop, inside: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[set[date]] = []

    def note(days: set[date]) -> object:
        held.append(set(days))
        return days_held(days)

    row = buyer_in(shop)
    monkeypatch.setattr(resealing, "days_held", note)
    move((row, LATER))
    assert held == [{DAY, LATER}]
