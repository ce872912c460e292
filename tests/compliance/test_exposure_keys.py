"""Which orders open: lost keys, new keys, old keystores, and the page's word on it."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from compliance.queries.keys_there import KEY_NAME_AT, keys_there
from orders.enums import FulfillmentStatus
from orders.models import Recipient
from tests.compliance.planting import (
    forget_day,
    forget_seller,
    plant,
)
from tests.compliance.test_exposure import figures, measure
from tests.shops import Shop, at
from vault.clock import clock
from vault.envelope import read_header, seal
from vault.keys import data_keys
from vault.loss import note_lost_keys
from vault.models import DayState, LostKey, PurgeDay

TODAY = date(2026, 11, 22)


def test_an_old_keystore_put_back_outweighs_the_record_of_destruction(
    shop: Shop,
) -> None:
    plant(shop, days_old=27, orders=3)
    PurgeDay.objects.filter(day=date(2026, 11, 23)).update(
        state=DayState.DESTROYED, destroyed_at=clock.now()
    )
    with at("2026-11-25T00:05Z"):
        assert figures(measure(shop)) == {"refused_key_exists": 3, "past_limit": 3}


def test_a_lost_day_is_lost_and_not_readable(shop: Shop) -> None:
    plant(shop, days_old=1, orders=5)
    plant(shop, days_old=2, orders=2)
    forget_day(TODAY + timedelta(days=27))
    assert figures(measure(shop)) == {"readable": 2, "lost": 5}


def test_what_is_sealed_under_the_new_key_of_a_lost_day_is_readable(
    shop: Shop,
) -> None:
    plant(shop, days_old=1, orders=5)
    forget_day(TODAY + timedelta(days=27))
    assert note_lost_keys(seller_ids=[shop.id], now=clock.now()) == 1
    assert figures(measure(shop)) == {"lost": 5}
    plant(shop, days_old=1, orders=2)
    assert figures(measure(shop)) == {"readable": 2, "lost": 5}


def test_a_loss_found_while_sealing_does_not_hide_what_was_sealed(shop: Shop) -> None:
    """Sealing notes the loss after the instant that the rows bear."""
    plant(shop, days_old=1, orders=5)
    forget_day(TODAY + timedelta(days=27))
    plant(shop, days_old=1, orders=2)
    later = clock.now() + timedelta(minutes=3)
    LostKey.objects.create(day=TODAY + timedelta(days=27), found_at=later)
    assert figures(measure(shop)) == {"readable": 2, "lost": 5}


def test_a_lost_seller_secret_loses_everything_of_that_shop_alone(
    shop: Shop, other_shop: Shop
) -> None:
    plant(shop, days_old=1, orders=5)
    plant(other_shop, days_old=1, orders=4)
    forget_seller(shop)
    assert figures(measure(shop)) == {"lost": 5}
    note_lost_keys(seller_ids=[shop.id, other_shop.id], now=clock.now())
    plant(shop, days_old=4, orders=3)
    assert figures(measure(shop)) == {"readable": 3, "lost": 5}
    assert figures(measure(other_shop)) == {"readable": 4}


def test_with_an_unreadable_keystore_everything_ahead_counts(shop: Shop) -> None:
    plant(shop, days_old=1, orders=5)
    folder = data_keys().keystore.folder
    folder.rename(folder.with_name("elsewhere"))
    try:
        measured = measure(shop)
    finally:
        folder.with_name("elsewhere").rename(folder)
    assert measured.suspended is True
    assert figures(measured) == {"readable": 5}


def test_the_key_is_named_where_the_envelope_names_it(shop: Shop) -> None:
    day, start = TODAY + timedelta(days=5), KEY_NAME_AT[0] - 1
    key = data_keys().data_key(seller_id=shop.id, day=day)
    blob = seal(key=key, seller_id=shop.id, day=day, where=b"somewhere", text="Testa")
    assert (
        blob[start : start + KEY_NAME_AT[1]] == read_header(blob).key_name == key.name
    )


def test_a_seller_loss_is_forgotten_when_no_row_can_bear_its_key(shop: Shop) -> None:
    LostKey.objects.create(
        lost_seller_id=shop.id, found_at=datetime(2026, 9, 1, tzinfo=UTC)
    )
    assert keys_there(seller_id=shop.id, today=TODAY).renewed == {}
    LostKey.objects.create(lost_seller_id=uuid4(), found_at=clock.now())
    assert keys_there(seller_id=shop.id, today=TODAY).renewed == {}
    LostKey.objects.create(lost_seller_id=shop.id, found_at=clock.now())
    assert len(keys_there(seller_id=shop.id, today=TODAY).renewed) == 63


@pytest.mark.usefixtures("inside")
def test_kept_is_never_more_than_what_is_readable(shop: Shop) -> None:
    plant(shop, days_old=1, orders=2, status=FulfillmentStatus.UNSHIPPED)
    forget_day(TODAY + timedelta(days=27))
    plant(shop, days_old=1, orders=1, status=FulfillmentStatus.UNSHIPPED)
    measured = measure(shop)
    assert (measured.readable, measured.kept_until_shipped, measured.lost) == (1, 1, 2)
    assert Recipient.objects.filter(seller_id=shop.id).count() == 3
