"""Sealing under a scope and a day, and comparing with what is sealed."""

from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet

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
    buyer_in,
    lose_day,
    opened,
    order_in,
    unsaved_buyer,
)
from vault.context import Scope, ScopeMissing
from vault.days import destroy_day
from vault.envelope import read_header
from vault.keys import data_keys
from vault.models import DayState, PurgeDay
from vault.refusals import KeyDestroyed, OtherSeller, PastItsDay
from vault.sealed import Unsealed
from vault.sealing import holds_text, key_lives, seal_text


def test_nothing_is_sealed_without_a_scope(shop: Shop) -> None:
    with shop.scope():
        row = unsaved_buyer(shop)
    with pytest.raises(ScopeMissing):
        seal_text(row=row, field="name", text=NAME)
    with pytest.raises(ScopeMissing), transaction.atomic():
        row.save()
    with pytest.raises(ScopeMissing), transaction.atomic():
        Recipient.objects.bulk_create([row])
    assert isinstance(row.name, Unsealed)


def test_nothing_is_sealed_for_another_seller(shop: Shop, other_shop: Shop) -> None:
    with other_shop.scope():
        row = unsaved_buyer(other_shop)
    with shop.scope():
        with pytest.raises(OtherSeller):
            seal_text(row=row, field="name", text=NAME)
        with pytest.raises(OtherSeller), transaction.atomic():
            row.save()


@pytest.mark.parametrize("instant", [FIRST_SECOND, "2026-12-19T12:00:00+00:00"])
def test_nothing_is_sealed_for_a_day_that_has_begun(
    shop: Shop, inside: Scope, instant: str
) -> None:
    row = unsaved_buyer(shop)
    with at(instant):
        with pytest.raises(PastItsDay), transaction.atomic():
            row.save()
        with pytest.raises(PastItsDay):
            Recipient.objects.bulk_create([row])
        with pytest.raises(PastItsDay):
            Recipient.objects.bulk_update([row], ["name"])
    with at(LAST_SECOND):
        row.save()
        assert opened(row) == {"name": NAME}


@pytest.mark.parametrize("state", [DayState.CLOSING, DayState.DESTROYED])
def test_nothing_is_sealed_for_a_day_that_closes(
    shop: Shop, inside: Scope, state: DayState
) -> None:
    row = unsaved_buyer(shop)
    PurgeDay.objects.filter(day=DAY).update(
        state=state, destroyed_at=NOW if state == DayState.DESTROYED else None
    )
    with pytest.raises(KeyDestroyed), transaction.atomic():
        row.save()
    assert opened(buyer_in(shop, day=LATER)) == {"name": NAME}


def test_past_our_query_set_the_day_is_held_as_well(shop: Shop, inside: Scope) -> None:
    PurgeDay.objects.filter(day=DAY).update(state=DayState.CLOSING)
    past: Any = QuerySet(Recipient)
    with pytest.raises(KeyDestroyed), transaction.atomic():
        past.bulk_create([unsaved_buyer(shop)])
    with pytest.raises(KeyDestroyed):
        past.create(
            seller_id=shop.id,
            order=order_in(shop),
            purge_on=DAY,
            limit_on=DAY,
            sealed_at=NOW,
            name=NAME,
        )


def test_no_new_key_is_made_for_a_destroyed_day(shop: Shop, inside: Scope) -> None:
    """Also where the row of the day is gone: the keystore's mark says no."""
    row = unsaved_buyer(shop)
    data_keys().keystore.destroy_through(DAY)
    with pytest.raises(KeyDestroyed):
        row.save()


def test_no_new_key_is_made_without_the_days_row(shop: Shop, inside: Scope) -> None:
    early = unsaved_buyer(shop)
    with at(FIRST_SECOND):
        destroy_day(day=DAY, now=NOW.replace(month=12, day=18))
    PurgeDay.objects.filter(day=DAY).update(state=DayState.OPEN, destroyed_at=None)
    with pytest.raises(KeyDestroyed):
        early.save()


def test_the_header_names_the_rows_seller_and_day(shop: Shop, inside: Scope) -> None:
    header = read_header(buyer_in(shop).name.blob)
    assert (header.seller_id, header.day) == (shop.id, DAY)


def test_a_fingerprint_tells_the_same_text_from_another(
    shop: Shop, inside: Scope
) -> None:
    row, other = buyer_in(shop), buyer_in(shop, company=NAME)
    assert holds_text(row=row, field="name", text=NAME)
    for text in ("", NAME.upper(), f"{NAME} ", PHONE):
        assert not holds_text(row=row, field="name", text=text)
    assert not holds_text(row=row, field="phone", text=NAME)
    assert not holds_text(row=row, field="company", text=NAME)
    assert not holds_text(row=other, field="name", text=NAME)


def test_a_fingerprint_moved_to_another_place_tells_nothing(
    shop: Shop, inside: Scope
) -> None:
    row, other = buyer_in(shop), buyer_in(shop, company="Nobody", phone=PHONE)
    for place, value in (("name", row.name), ("company", row.name)):
        other.__dict__[place] = value
        assert not holds_text(row=other, field=place, text=NAME)


def test_equal_texts_have_different_fingerprints(shop: Shop, inside: Scope) -> None:
    rows = [buyer_in(shop, name=NAME, company=NAME) for _ in range(3)]
    rows.append(buyer_in(shop, day=LATER, name=NAME, company=NAME))
    prints = {
        read_header(value.blob).fingerprint
        for row in rows
        for value in (row.name, row.company)
    }
    assert len(prints) == 8


def test_a_fingerprint_dies_with_its_key(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    assert key_lives(row=row, field="name")
    data_keys().keystore.destroy_through(DAY)
    assert not holds_text(row=row, field="name", text=NAME)
    assert not key_lives(row=row, field="name")


def test_a_fingerprint_is_not_compared_past_its_day(shop: Shop, inside: Scope) -> None:
    """Though the key still lives: a comparison is a guess at the value."""
    row = buyer_in(shop)
    with at(LAST_SECOND):
        assert holds_text(row=row, field="name", text=NAME)
    with at(FIRST_SECOND):
        assert not holds_text(row=row, field="name", text=NAME)
    assert key_lives(row=row, field="name")


def test_a_fingerprint_of_a_lost_key_tells_nothing(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    lose_day(DAY)
    assert not holds_text(row=row, field="name", text=NAME)
    assert not key_lives(row=row, field="name")
    buyer_in(shop)
    assert not holds_text(row=row, field="name", text=NAME)
    assert not key_lives(row=row, field="name")


def test_another_sellers_value_is_not_compared(shop: Shop, other_shop: Shop) -> None:
    with other_shop.scope():
        row = buyer_in(other_shop)
    with shop.scope(), pytest.raises(OtherSeller):
        holds_text(row=row, field="name", text=NAME)
    with pytest.raises(ScopeMissing):
        holds_text(row=row, field="name", text=NAME)


def test_what_is_not_sealed_holds_no_text(shop: Shop, inside: Scope) -> None:
    row = unsaved_buyer(shop)
    assert not holds_text(row=row, field="name", text=NAME)
    assert not holds_text(row=row, field="company", text="")
    assert not key_lives(row=row, field="name")


def test_a_deferred_value_is_compared(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    light = Recipient.objects.only("order").get(pk=row.pk)
    assert holds_text(row=light, field="name", text=NAME)
    assert key_lives(row=light, field="phone")
