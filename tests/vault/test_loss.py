"""Lost is not purged: a secret that is missing without a record of its end."""

from datetime import datetime
from uuid import uuid4

import pytest

from orders.models import Recipient
from tests.shops import Shop
from tests.vault.planted import (
    DAY,
    FIRST_SECOND,
    LATER,
    NAME,
    NOW,
    buyer_in,
    loaded,
    lose_day,
    lose_seller,
    opened,
)
from vault.context import Scope
from vault.days import destroy_day, probe_opens
from vault.keys import data_keys
from vault.loss import note_lost_day, note_lost_keys, note_lost_seller
from vault.models import DayState, LostKey, PurgeDay
from vault.refusals import KeyDestroyed, KeyLost

DAY_BEGINS = datetime.fromisoformat(FIRST_SECOND)


def test_nothing_is_lost_where_all_is_there(shop: Shop) -> None:
    assert note_lost_keys(seller_ids=[shop.id], now=NOW) == 0
    assert not note_lost_day(day=DAY, now=NOW)
    assert not note_lost_seller(seller_id=shop.id, now=NOW)
    assert LostKey.objects.count() == 0


def test_a_lost_day_is_written_down_and_made_anew(shop: Shop, inside: Scope) -> None:
    old, other = buyer_in(shop), buyer_in(shop, day=LATER)
    lose_day(DAY)
    assert note_lost_keys(seller_ids=[shop.id], now=NOW) == 1
    assert list(LostKey.objects.values_list("day", "lost_seller_id", "found_at")) == [
        (DAY, None, NOW)
    ]
    with pytest.raises(KeyLost):
        opened(old)
    assert opened(buyer_in(shop)) == {"name": NAME}
    assert opened(other) == {"name": NAME}
    assert note_lost_keys(seller_ids=[shop.id], now=NOW) == 0


def test_the_probe_of_a_lost_day_is_made_anew(shop: Shop) -> None:
    """Else the probe of the dead secret would prove the death of the new one."""
    before = PurgeDay.objects.get(day=DAY)
    lose_day(DAY)
    assert not probe_opens(day=DAY)
    note_lost_day(day=DAY, now=NOW)
    after = PurgeDay.objects.get(day=DAY)
    assert probe_opens(day=DAY)
    assert after.fingerprint == data_keys().keystore.fingerprint(DAY)
    assert after.fingerprint != before.fingerprint


def test_a_lost_seller_is_written_down_and_made_anew(
    shop: Shop, other_shop: Shop
) -> None:
    with other_shop.scope():
        theirs = buyer_in(other_shop)
    with shop.scope():
        old = buyer_in(shop)
        lose_seller(shop.id)
        with pytest.raises(KeyLost):
            opened(old)
        assert note_lost_keys(seller_ids=[shop.id, other_shop.id], now=NOW) == 1
        with pytest.raises(KeyLost):
            opened(old)
        assert opened(buyer_in(shop)) == {"name": NAME}
    with other_shop.scope():
        assert opened(theirs) == {"name": NAME}
    assert list(LostKey.objects.values_list("day", "lost_seller_id")) == [
        (None, shop.id)
    ]


@pytest.mark.parametrize("both", [False, True])
def test_sealing_notices_the_loss_by_itself(
    shop: Shop, inside: Scope, both: bool
) -> None:
    old = buyer_in(shop)
    lose_day(DAY)
    if both:
        lose_seller(shop.id)
    assert opened(buyer_in(shop)) == {"name": NAME}
    assert LostKey.objects.count() == 1 + both
    with pytest.raises(KeyLost):
        opened(old)


def test_a_lost_value_can_be_filled_again(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    lose_day(DAY)
    row.name = NAME
    row.save(update_fields=["name"])
    assert opened(loaded(row)) == {"name": NAME}
    with pytest.raises(KeyLost):
        opened(loaded(row), "phone")
    assert Recipient.objects.count() == 1


def test_a_destroyed_day_is_not_lost(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    destroy_day(day=DAY, now=DAY_BEGINS)
    assert not note_lost_day(day=DAY, now=NOW)
    assert LostKey.objects.filter(day=DAY).count() == 0
    with pytest.raises(KeyDestroyed):
        opened(row)


def test_a_day_that_closes_is_not_lost(shop: Shop) -> None:
    """The process died between the keystore and the row: destroyed, not lost."""
    PurgeDay.objects.filter(day=DAY).update(state=DayState.CLOSING)
    data_keys().keystore.destroy_through(DAY)
    note_lost_keys(seller_ids=[shop.id], now=NOW)
    assert LostKey.objects.count() == 0


def test_a_seller_who_left_is_not_lost(shop: Shop) -> None:
    data_keys().keystore.destroy_seller(shop.id)
    assert not note_lost_seller(seller_id=shop.id, now=NOW)
    assert LostKey.objects.count() == 0


def test_a_seller_that_never_had_a_secret_gets_one(db: None) -> None:
    stranger = uuid4()
    assert note_lost_seller(seller_id=stranger, now=NOW)
    assert len(data_keys().keystore.seller_secret(stranger)) == 32


def test_a_lost_day_dies_like_any_other(shop: Shop, inside: Scope) -> None:
    lose_day(DAY)
    row = buyer_in(shop)
    destroy_day(day=DAY, now=DAY_BEGINS)
    assert not probe_opens(day=DAY)
    with pytest.raises(KeyDestroyed):
        opened(row)
