"""One order that comes twice in what is taken in: merged, wherever it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

import pytest
from django.db import IntegrityError

from marketplaces.services.importing import OrderFile, import_order_file
from orders.enums import FulfillmentStatus
from orders.incoming import IncomingLine, IncomingOrder
from orders.models import Order, OrderLine, Recipient
from orders.services import intake
from tests.marketplaces.test_hostile_reports import GOOD
from tests.orders.incoming import BUYER, ORDER, incoming, receive, the_buyer, the_order
from tests.shops import Shop
from vault.clock import clock
from vault.context import SYSTEM
from vault.models import LedgerEntry

CANDLE = IncomingLine(
    item_id="1002",
    sku="HP-BC-3",
    title="Beeswax candle",
    quantity=1,
    item_price=Decimal("22.00"),
)
OTHER = incoming(marketplace_order_id="114-0000002-0000002")


def counts(shop: Shop) -> tuple[int, int, int]:
    """Return how many orders, lines and buyers the shop holds."""
    with shop.scope():
        return (
            Order.objects.count(),
            OrderLine.objects.count(),
            Recipient.objects.count(),
        )


def test_a_new_order_twice_in_one_batch_is_stored_once(shop: Shop) -> None:
    done = receive(shop, ORDER, OTHER, ORDER)
    assert (done.orders, done.created, done.unchanged, done.sealed) == (3, 2, 1, 2)
    assert counts(shop) == (2, 2, 2)
    assert the_buyer(shop) == BUYER


def test_the_second_coming_completes_the_first(shop: Shop) -> None:
    done = receive(
        shop,
        incoming(buyer={"name": BUYER["name"]}),
        OTHER,
        incoming(lines=(CANDLE,), status=FulfillmentStatus.SHIPPED),
    )
    assert (done.created, done.updated, done.sealed) == (2, 1, 3)
    assert counts(shop) == (2, 3, 2)
    order = the_order(shop)
    assert (order.status, order.items_total, order.line_count) == (
        FulfillmentStatus.SHIPPED,
        Decimal("106.00"),
        2,
    )
    with shop.scope():
        kinds = LedgerEntry.objects.filter(subject_id=order.id).order_by("id")
        assert list(kinds.values_list("kind", flat=True)) == [
            "pii:sealed:import",
            "pii:sealed:import",
            "order:imported:changed",
        ]
    assert the_buyer(shop) == BUYER


def test_a_known_order_twice_takes_a_new_line_once(shop: Shop) -> None:
    receive(shop)
    longer = replace(ORDER, lines=(*ORDER.lines, CANDLE))
    done = receive(shop, longer, longer)
    assert (done.updated, done.unchanged) == (1, 1)
    assert counts(shop) == (1, 2, 1)


def test_across_batches_and_many_times(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH", 2)
    orders = [ORDER, OTHER, ORDER, ORDER, OTHER, ORDER]
    done = receive(shop, *orders)
    assert (done.orders, done.created, done.unchanged) == (6, 2, 4)
    assert counts(shop) == (2, 2, 2)
    cut = [len(batch) for batch in intake._batches(orders)]
    assert (cut, sum(cut)) == ([2, 1, 2, 1], 6)


def test_control_in_one_batch_it_fails_and_leaves_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the cut between the two the database refuses the whole batch."""

    def uncut(orders: Sequence[IncomingOrder]) -> Iterator[list[IncomingOrder]]:
        source = iter(orders)
        while batch := list(islice(source, intake.BATCH)):
            yield batch

    monkeypatch.setattr(intake, "_batches", uncut)
    with pytest.raises(IntegrityError):
        receive(shop, ORDER, OTHER, ORDER)
    assert counts(shop) == (0, 0, 0)


def test_a_file_with_an_order_in_two_places_gives_it_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader gathers rows wherever they stand, so no batch meets it again."""
    monkeypatch.setattr(intake, "BATCH", 2)
    first, last = GOOD, GOOD | {"order-item-id": "2", "sku": "TEA"}
    others = [
        GOOD | {"order-id": f"305-0000000-000000{n}", "order-item-id": f"9{n}"}
        for n in range(5)
    ]
    rows = [tuple(GOOD), *(tuple(row.values()) for row in (first, *others, last))]
    data = "".join("\t".join(row) + "\n" for row in rows).encode()
    done = import_order_file(
        seller_id=shop.id,
        file=OrderFile(data=data, name="orders.txt"),
        actor=SYSTEM,
        now=clock.now(),
    )
    assert (done.errors, done.created, done.lines, done.unchanged) == ((), 6, 7, 0)
    assert counts(shop) == (6, 7, 6)
    with shop.scope():
        order = Order.objects.get(marketplace_order_id=GOOD["order-id"])
        skus = OrderLine.objects.filter(order=order).values_list("sku", flat=True)
        assert sorted(skus) == ["MUG", "TEA"]


def test_a_cancellation_told_twice_counts_from_the_earlier_one(shop: Shop) -> None:
    for hour in (15, 9, 16):
        told = datetime(2026, 11, 21, hour, tzinfo=UTC)
        receive(shop, incoming(cancelled_at=told, buyer={}))
    assert the_order(shop).cancelled_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
