"""Buyers whose orders the clock judges alike, counted in the database.

A verdict is a day: it follows from the UTC days of what was told of an order, and from
which of two instants of one day came first (compliance.clock). Orders that have these
in common have one verdict, so a shop of a million orders is judged by its few kinds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from django.db.models import Count, F, Max, QuerySet
from django.db.models.functions import Greatest, TruncDate
from django.db.models.lookups import LessThan, LessThanOrEqual

from orders.models import Order, Recipient

#: What is told of an order's way to its buyer, by the column that holds it.
TOLD = (
    "purchased_at",
    "unshipped_seen_at",
    "shipped_at",
    "in_transit_seen_at",
    "delivered_seen_at",
    "delivered_at",
    "cancelled_at",
    "undeliverable_at",
)
#: What a poll that says delivered contradicts unless it came before.
_BEFORE_SEEN = (
    "unshipped_seen_at",
    "shipped_at",
    "in_transit_seen_at",
    "undeliverable_at",
)
_STORED = ("purge_on", "limit_on", "order__purge_on", "order__status")


@dataclass(frozen=True, slots=True)
class Alike:
    """Buyers with one verdict and the same stored days: ``orders`` of them.

    ``row`` and its order stand for all and are never saved. ``order.last_key_on`` is
    the latest of theirs.
    """

    row: Recipient
    orders: int


def alike(*, rows: QuerySet[Recipient], channel: str) -> Iterator[Alike]:
    """Yield the kinds that buyers of a marketplace fall into; one statement.

    The latest of each instant stands for all: members share its day, and the latest
    ones come in the same order as every member's own.
    """
    kinds = rows.order_by().values(
        *_STORED,
        **{f"day_{name}": _day(name) for name in TOLD},
        **{f"before_{name}": _before_seen(name) for name in _BEFORE_SEEN},
        exact=LessThanOrEqual(_told("delivered_at"), _told("delivered_seen_at")),
    )
    latest = {f"last_{name}": Max(f"order__{name}") for name in TOLD}
    counted = kinds.annotate(
        **latest, last_key=Max("order__last_key_on"), number=Count("pk")
    )
    for kind in counted:
        order = Order(
            channel=channel,
            status=kind["order__status"],
            purge_on=kind["order__purge_on"],
            last_key_on=kind["last_key"],
            **{name: kind[f"last_{name}"] for name in TOLD},
        )
        row = Recipient(
            order=order, purge_on=kind["purge_on"], limit_on=kind["limit_on"]
        )
        yield Alike(row=row, orders=kind["number"])


def _day(name: str) -> TruncDate:
    return TruncDate(f"order__{name}", tzinfo=UTC)


def _told(name: str) -> Greatest:
    """Return an instant as the clock reads it: none lies before the purchase."""
    return Greatest(F(f"order__{name}"), F("order__purchased_at"))


def _before_seen(name: str) -> LessThan:
    return LessThan(_told(name), _told("delivered_seen_at"))
