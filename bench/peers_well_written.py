"""The same package in careful hands: bulk inserts, keyset pages, one UPDATE."""

from collections.abc import Iterable
from datetime import date
from itertools import islice
from uuid import UUID

from django.db import models, transaction

from bench.peers import PeerLine, PeerOrder, line_values, order_values
from orders.incoming import BUYER_FIELDS, IncomingOrder

BATCH = 1_000
#: What a row of the list shows.
_SHOWN = (
    "channel",
    "marketplace_order_id",
    "purchased_at",
    "status",
    "fulfilled_by",
    "currency",
    "items_total",
    "line_count",
    "first_sku",
    "first_title",
    "ship_country",
    "ship_state",
    "ship_by",
    "purge_on",
)


class WellWrittenOrder(PeerOrder):
    """An order of this peer."""

    objects: "models.Manager[WellWrittenOrder]" = models.Manager()


class WellWrittenLine(PeerLine):
    """An item of this peer."""

    objects: "models.Manager[WellWrittenLine]" = models.Manager()

    order = models.ForeignKey(WellWrittenOrder, on_delete=models.CASCADE)


def store(incoming: Iterable[IncomingOrder], *, seller_id: UUID) -> None:
    """Insert orders and lines in batches, each in one transaction."""
    source = iter(incoming)
    while batch := list(islice(source, BATCH)):
        with transaction.atomic():
            orders = WellWrittenOrder.objects.bulk_create(
                [
                    WellWrittenOrder(**order_values(one, seller_id=seller_id))
                    for one in batch
                ]
            )
            WellWrittenLine.objects.bulk_create(
                [
                    WellWrittenLine(order=order, **line_values(line))
                    for order, one in zip(orders, batch, strict=True)
                    for line in one.lines
                ]
            )


def page(
    *, seller_id: UUID, after: WellWrittenOrder | None, size: int
) -> list[WellWrittenOrder]:
    """Return the first page, or the page behind an order, with what is shown alone."""
    orders = WellWrittenOrder.objects.filter(seller_id=seller_id)
    if after is not None:
        orders = orders.filter(
            models.Q(purchased_at__lt=after.purchased_at) | models.Q(id__lt=after.pk),
            purchased_at__lte=after.purchased_at,
        )
    return list(orders.only(*_SHOWN).order_by("-purchased_at", "-id")[: size + 1])


def before_last_page(*, seller_id: UUID, size: int) -> WellWrittenOrder:
    """Return the order behind which the last page begins."""
    orders = WellWrittenOrder.objects.filter(seller_id=seller_id)
    return orders.order_by("purchased_at", "id")[size : size + 1].get()


def purge(*, seller_id: UUID, today: date) -> None:
    """Empty the buyer fields of all due orders in one statement."""
    due = WellWrittenOrder.objects.filter(seller_id=seller_id, purge_on__lte=today)
    due.update(**dict.fromkeys(BUYER_FIELDS))
