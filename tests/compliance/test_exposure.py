"""The figures of the exposure page, by equality, on shops made for it."""

import re
from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.queries.exposure import Exposure, State, exposure_of
from compliance.services.sweep import sweep
from orders.enums import FulfillmentStatus
from orders.models import Order
from tests.compliance.planting import (
    FULL_BUYER,
    forget_day,
    instant,
    plant,
)
from tests.shops import Shop, at
from vault.clock import clock
from vault.keys import data_keys
from vault.privacy import Category, buyer_models

TODAY = date(2026, 11, 22)


def measure(shop: Shop, *, categories: bool = False) -> Exposure:
    """Measure a shop at the clock's instant."""
    with shop.scope():
        return exposure_of(
            seller_id=shop.id, now=clock.now(), with_categories=categories
        )


def figures(exposure: Exposure) -> dict[str, int]:
    """Return every figure that is not 0."""
    names = (
        "readable",
        "kept_until_shipped",
        "lost",
        "refused_key_exists",
        "past_limit",
        "due_7_days",
        "due_tonight",
        "on_hold",
        "purged_30_days",
    )
    return {n: value for n in names if (value := getattr(exposure, n))}


def test_an_empty_shop_is_exposed_nowhere(shop: Shop) -> None:
    assert figures(measure(shop)) == {}


def test_orders_count_by_what_the_clock_says_of_them(shop: Shop) -> None:
    plant(shop, days_old=1, orders=5)
    plant(shop, days_old=20, orders=3)
    plant(shop, days_old=21, orders=2)
    plant(shop, days_old=27, orders=4)
    assert figures(measure(shop)) == {
        "readable": 14,
        "due_7_days": 6,
        "due_tonight": 4,
    }


def test_the_seventh_day_counts_as_leaving_and_the_eighth_does_not(shop: Shop) -> None:
    plant(shop, days_old=21)
    assert measure(shop).due_7_days == 1
    plant(shop, days_old=20)
    assert measure(shop).due_7_days == 1


def test_an_order_without_a_buyer_is_no_exposure(shop: Shop) -> None:
    plant(shop, days_old=3, buyer={})
    with shop.scope():
        assert Order.objects.filter(seller_id=shop.id).count() == 1
    assert figures(measure(shop)) == {}


def test_unshipped_orders_stand_apart_and_still_are_readable(shop: Shop) -> None:
    plant(shop, days_old=2, orders=4)
    plant(shop, days_old=9, orders=3, status=FulfillmentStatus.UNSHIPPED)
    plant(shop, days_old=9, orders=2, status=FulfillmentStatus.PARTIALLY_SHIPPED)
    plant(shop, days_old=26, orders=1, status=FulfillmentStatus.PENDING)
    assert figures(measure(shop)) == {
        "readable": 10,
        "kept_until_shipped": 6,
        "due_7_days": 1,
    }


def test_rows_of_another_shop_are_never_counted(shop: Shop, other_shop: Shop) -> None:
    plant(shop, days_old=3, orders=2)
    plant(other_shop, days_old=27, orders=7, status=FulfillmentStatus.UNSHIPPED)
    assert figures(measure(shop)) == {"readable": 2}
    assert measure(other_shop).due_tonight == 7


def test_a_cancelled_order_leaves_at_the_next_midnight(shop: Shop) -> None:
    plant(shop, days_old=3, orders=2, cancelled=True)
    assert figures(measure(shop)) == {
        "readable": 2,
        "due_7_days": 2,
        "due_tonight": 2,
    }


def test_past_its_day_an_order_is_refused_and_past_day_30_past_the_limit(
    shop: Shop,
) -> None:
    plant(shop, days_old=27, orders=3)
    plant(shop, days_old=26, orders=2)
    plant(shop, days_old=1, orders=1)
    with at("2026-11-23T00:00Z"):
        assert figures(measure(shop)) == {
            "readable": 3,
            "refused_key_exists": 3,
            "due_7_days": 2,
            "due_tonight": 2,
        }
    with at("2026-11-25T00:00Z"):
        assert figures(measure(shop)) == {
            "readable": 1,
            "refused_key_exists": 5,
            "past_limit": 3,
        }


def test_a_sweep_that_waits_for_the_clock_leaves_keys_past_the_limit(
    shop: Shop,
) -> None:
    plant(shop, days_old=27, orders=3)
    sweep(seller_ids=[shop.id], now=clock.now())
    with at("2026-12-24T09:00Z"):
        assert sweep(seller_ids=[shop.id], now=clock.now()).waiting != ""
        assert figures(measure(shop)) == {"refused_key_exists": 3, "past_limit": 3}


def test_a_purge_leaves_its_count_and_nothing_else(shop: Shop) -> None:
    plant(shop, days_old=27, orders=3)
    plant(shop, days_old=2, orders=1)
    with at("2026-11-23T00:05Z"):
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        measured = measure(shop)
    assert figures(measured) == {"readable": 1, "purged_30_days": 3}
    (record,) = measured.records
    assert (record.label, record.day, record.orders) == (
        "P-0001",
        date(2026, 11, 23),
        3,
    )
    assert record.key_destroyed_at == instant("2026-11-23 00:05")


def test_a_purge_counts_for_thirty_days(shop: Shop) -> None:
    plant(shop, days_old=27, orders=3)
    with at("2026-11-23T00:05Z"):
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
    with at("2026-12-22T23:59Z"):
        assert measure(shop).purged_30_days == 3
    with at("2026-12-23T00:00Z"):
        assert measure(shop).purged_30_days == 0


def test_rows_that_await_deletion_are_neither_readable_nor_refused(
    shop: Shop,
) -> None:
    plant(shop, days_old=27, orders=3)
    with at("2026-11-23T00:05Z"):
        data_keys().keystore.destroy_through(date(2026, 11, 23))
        measured = measure(shop)
        assert figures(measured) == {}
        assert [(c.state, c.orders) for c in measured.cells] == [(State.GONE, 3)]


def test_categories_count_orders_that_hold_a_value_of_them(shop: Shop) -> None:
    plant(shop, days_old=1, orders=3)
    plant(shop, days_old=27, orders=2, buyer={"name": "Proba Specimen"})
    plant(
        shop,
        days_old=25,
        buyer={**FULL_BUYER, "gift_message": "For nobody", "tax_id": "X-0"},
    )
    measured = measure(shop, categories=True)
    counts = {
        c: (measured.stored(c), measured.stored(c, leaving=True)) for c in Category
    }
    assert counts == {
        Category.NAME: (6, 3),
        Category.ADDRESS: (4, 1),
        Category.PHONE: (4, 1),
        Category.EMAIL: (4, 1),
        Category.PURCHASE: (6, 3),
        Category.MESSAGE: (1, 1),
        Category.TAX_ID: (1, 1),
    }
    assert max(stored for stored, _leaving in counts.values()) <= measured.readable


def test_lost_and_refused_orders_are_stored_in_no_category(shop: Shop) -> None:
    plant(shop, days_old=27, orders=3)
    plant(shop, days_old=1, orders=5)
    forget_day(TODAY + timedelta(days=27))
    with at("2026-11-23T00:00Z"):
        measured = measure(shop, categories=True)
        assert {measured.stored(c) for c in Category} == {0}


def test_no_sealed_column_is_loaded(shop: Shop) -> None:
    """Without lost keys a sealed column is named in null tests and nowhere else."""
    plant(shop, days_old=1, orders=3)
    with CaptureQueriesContext(connection) as seen:
        measure(shop, categories=True)
    sql = "\n".join(query["sql"] for query in seen)
    names = {f'"{name}"' for _, p in buyer_models() for name in p.buyer}
    rest = re.sub(r'"\w+" IS NOT NULL', "", sql)
    assert {name for name in names if name in sql} == names
    assert {name for name in names if name in rest} == set()


def test_the_number_of_queries_is_that_of_the_question(shop: Shop) -> None:
    plant(shop, days_old=1)
    with CaptureQueriesContext(connection) as few:
        measure(shop)
    plant(shop, days_old=1, orders=40)
    plant(shop, days_old=14, orders=40)
    with CaptureQueriesContext(connection) as many:
        measure(shop)
    assert len(many) == len(few)
