"""Archiving: what an item holds, who opens it, and what refuses it."""

import hashlib
from collections.abc import Callable
from datetime import date

import pytest

from orders.models import Recipient
from tests.compliance.holding import HoldKey
from tests.shops import Shop, at
from tests.vault.planted import (
    DAY,
    FIRST_SECOND,
    LAST_SECOND,
    NAME,
    PHONE,
    buyer_in,
    lose_day,
)
from vault.archiving import Archived, Cause, Outcome, Wanted, archive
from vault.clock import clock
from vault.context import Scope, ScopeMissing, person_actor, seller_scope
from vault.keys import data_keys
from vault.models import LedgerEntry
from vault.refusals import (
    KeyDestroyed,
    KeyLost,
    OpeningRefused,
    OpeningStopped,
    OpeningSuspended,
    OtherSeller,
    PastItsDay,
    Tampered,
)
from vault.sealed import Sealed
from vault.stops import stop_opening

ENDS_ON = date(2027, 5, 1)


def put_away(key: HoldKey, *rows: Recipient) -> Outcome:
    """Archive name, phone and company of buyers."""
    wanted = [
        Wanted(
            row=row,
            fields=("name", "phone", "company"),
            ends_on=ENDS_ON,
            label="H-0012",
            facts={"number": "114-1", "ground": "Court order 26-1184"},
        )
        for row in rows
    ]
    return archive(
        wanted=wanted, certificate=key.pem, cause=Cause.CASE, now=clock.now()
    )


def the_item(outcome: Outcome) -> Archived:
    """Return the only item."""
    [item] = outcome.items.values()
    return item


def records() -> list[LedgerEntry]:
    """Return the entries of the shop in scope about archived buyers."""
    return list(LedgerEntry.objects.filter(kind__startswith="pii:archived:"))


def test_openssl_opens_what_was_sealed_and_nothing_else_is_in_it(
    shop: Shop, inside: Scope, hold_key: HoldKey
) -> None:
    row = buyer_in(shop)
    item = the_item(put_away(hold_key, row))
    assert hold_key.opened(item.cms) == {
        "facts": {"number": "114-1", "ground": "Court order 26-1184"},
        "fields": {"name": NAME, "phone": PHONE},
        "for": "H-0012",
        "order": str(row.order_id),
        "sealed_at": "2026-11-22T17:14:00+00:00",
        "version": 1,
    }
    assert NAME.encode() not in item.cms
    assert isinstance(row.name, Sealed)


def test_letters_of_every_script_and_line_ends_stay_as_they_are(
    shop: Shop, inside: Scope, hold_key: HoldKey
) -> None:
    name, note = "Żofia 例子 Ünlü", "1st line\nSecond line\r\nThird"
    row = buyer_in(shop, name=name, company=note)
    item = the_item(put_away(hold_key, row))
    assert hold_key.opened(item.cms)["fields"] == {"name": name, "company": note}


def test_the_ledger_names_fields_and_print_never_a_value(
    shop: Shop, inside: Scope, hold_key: HoldKey
) -> None:
    row = buyer_in(shop)
    item = the_item(put_away(hold_key, row))
    [entry] = records()
    assert (entry.kind, entry.subject_id) == ("pii:archived:case", row.order_id)
    assert entry.facts == {
        "fields": "name phone",
        "sha256": hashlib.sha256(item.cms).hexdigest(),
        "last day": "2027-05-01",
        "name": "H-0012",
    }


def altered(row: Recipient) -> None:
    row.__dict__["name"] = Sealed(row.name.blob[:-1] + b"?")


def moved(row: Recipient) -> None:
    row.__dict__["name"] = row.phone


def lost(row: Recipient) -> None:
    lose_day(row.purge_on)


def destroyed(row: Recipient) -> None:
    data_keys().keystore.destroy_through(row.purge_on)


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (altered, Tampered),
        (moved, Tampered),
        (lost, KeyLost),
        (destroyed, KeyDestroyed),
    ],
)
def test_a_row_that_opening_refuses_gives_no_item_at_all(
    shop: Shop,
    inside: Scope,
    hold_key: HoldKey,
    harm: Callable[[Recipient], None],
    error: type[OpeningRefused],
) -> None:
    row = buyer_in(shop)
    harm(row)
    outcome = put_away(hold_key, row)
    assert (outcome.items, type(outcome.refused[row.id])) == ({}, error)
    assert records() == []


def test_one_bad_row_holds_up_no_other(
    shop: Shop, inside: Scope, hold_key: HoldKey
) -> None:
    good, bad, bare = buyer_in(shop), buyer_in(shop), buyer_in(shop, city="X")
    altered(bad)
    outcome = put_away(hold_key, good, bad, bare)
    assert set(outcome.items) == {good.id}
    assert set(outcome.refused) == {bad.id}
    assert outcome.empty == {bare.id}
    assert [entry.subject_id for entry in records()] == [good.order_id]


def test_past_its_day_though_the_key_is_there(
    shop: Shop, inside: Scope, hold_key: HoldKey
) -> None:
    row = buyer_in(shop)
    with at(LAST_SECOND):
        assert set(put_away(hold_key, row).items) == {row.id}
    with at(FIRST_SECOND):
        outcome = put_away(hold_key, row)
    assert (outcome.items, type(outcome.refused[row.id])) == ({}, PastItsDay)
    data_keys().data_key(seller_id=shop.id, day=DAY)


def test_another_sellers_row(shop: Shop, other_shop: Shop, hold_key: HoldKey) -> None:
    with other_shop.scope():
        row = buyer_in(other_shop)
    with shop.scope(), pytest.raises(OtherSeller):
        put_away(hold_key, row)
    with pytest.raises(ScopeMissing):
        put_away(hold_key, row)


def test_a_value_of_another_seller_under_this_sellers_row(
    shop: Shop, other_shop: Shop, hold_key: HoldKey
) -> None:
    with other_shop.scope():
        foreign = buyer_in(other_shop)
    with shop.scope():
        row = buyer_in(shop)
        row.__dict__["name"] = foreign.name
        outcome = put_away(hold_key, row)
    assert (outcome.items, type(outcome.refused[row.id])) == ({}, OtherSeller)


def test_a_keystore_that_cannot_be_read(
    shop: Shop, inside: Scope, hold_key: HoldKey
) -> None:
    row = buyer_in(shop)
    folder = data_keys().keystore.folder
    folder.chmod(0)
    try:
        with pytest.raises(OpeningSuspended):
            put_away(hold_key, row)
    finally:
        folder.chmod(0o700)
    assert records() == []
    assert set(put_away(hold_key, row).items) == {row.id}


def test_staffs_stop(shop: Shop, hold_key: HoldKey) -> None:
    actor = person_actor(shop.people["owner"].id)
    with seller_scope(seller_id=shop.id, actor=actor):
        row = buyer_in(shop)
        stop_opening(reason="A planted reason", ticket="", now=clock.now())
        with pytest.raises(OpeningStopped):
            put_away(hold_key, row)
        assert records() == []
