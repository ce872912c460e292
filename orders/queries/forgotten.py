"""Orders whose second clock has run out, and what they add up to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import TruncDate

from compliance.declarations.second_clock import DryRun, Outlook, Summed
from compliance.policies import policies
from compliance.queries.policies import policies_of
from compliance.second_clock import forget_before, leaves_on
from orders.models import Order, Recipient
from orders.queries.channels import channels_of
from vault.kinds import Kind
from vault.models import LedgerEntry

#: What a sum is made for, and how a page orders it.
PLACE = (
    "day",
    "channel",
    "fulfilled_by",
    "status",
    "ship_country",
    "ship_state",
    "currency",
)
#: Sums by the name of their column, with the order's column that they add up.
SUMS = {
    "lines": "line_count",
    "units": "unit_count",
    "items_total": "items_total",
    "shipping_total": "shipping_total",
    "tax_total": "tax_total",
    "discount_total": "discount_total",
}


@dataclass(frozen=True, slots=True)
class Edge:
    """Orders of a marketplace that were bought before an instant (UTC) leave."""

    channel: str
    months: int
    before: datetime


def edges_of(*, seller_id: UUID, now: datetime) -> Iterator[Edge]:
    """Yield the edge of each marketplace that the seller in scope has orders of.

    A marketplace without a second clock has none.
    """
    in_force = policies_of(seller_id=seller_id)
    for channel in channels_of(seller_id=seller_id):
        months = in_force[channel].second_clock_months
        if months is not None:
            yield Edge(channel, months, forget_before(now=now, months=months))


def forgotten_before(*, seller_id: UUID) -> dict[str, datetime]:
    """Return before which instant (UTC) each marketplace's orders were ever forgotten.

    From the log: a shop that now keeps orders longer does not get those back.
    """
    forgotten = LedgerEntry.objects.filter(
        seller_id=seller_id, kind=Kind.ORDER_FORGOTTEN_MONTHS.value
    )
    edges = forgotten.values(channel=KeyTextTransform("channel", "facts")).annotate(
        before=Max(KeyTextTransform("before", "facts"))
    )
    return {
        row["channel"]: datetime.combine(
            date.fromisoformat(row["before"]), time(), tzinfo=UTC
        )
        for row in edges
    }


def outlived(*, seller_id: UUID, edge: Edge) -> QuerySet[Order]:
    """Return the orders before an edge, the oldest first.

    Not the test buyer's, and none whose buyer's rows wait for the sweep.
    """
    buyers = Recipient.objects.filter(seller_id=seller_id, order_id=OuterRef("id"))
    return Order.objects.filter(
        ~Exists(buyers),
        seller_id=seller_id,
        channel=edge.channel,
        purchased_at__lt=edge.before,
        test_buyer=False,
    ).order_by("purchased_at", "id")


def sums_of(*, seller_id: UUID, ids: list[UUID]) -> list[dict[str, Any]]:
    """Add orders up by UTC day of purchase, destination, currency and state."""
    rows = Order.objects.filter(seller_id=seller_id, id__in=ids)
    return list(
        rows.annotate(day=TruncDate("purchased_at", tzinfo=UTC))
        .values(*PLACE)
        .annotate(
            **{f"sum_{name}": Sum(column) for name, column in SUMS.items()},
            number=Count("pk"),
        )
        .order_by(*PLACE)
    )


def outlook_of(*, seller_id: UUID, now: datetime) -> list[Outlook]:
    """Count by marketplace what leaves by the coming midnight (UTC)."""
    tonight = now + timedelta(days=1)
    return [
        Outlook(
            name=policies()[edge.channel].name,
            months=edge.months,
            before=edge.before.date(),
            rows=outlived(seller_id=seller_id, edge=edge).count(),
        )
        for edge in edges_of(seller_id=seller_id, now=tonight)
    ]


def dry_run_of(
    *, seller_id: UUID, channel: str, months: int, now: datetime, most: int
) -> DryRun:
    """Say what the next midnight (UTC) takes of a marketplace, and what sums stay.

    The oldest order alone is read where nothing is due; the sums, ``most`` of them,
    only where they are asked for.
    """
    before = forget_before(now=now + timedelta(days=1), months=months)
    orders = Order.objects.filter(
        seller_id=seller_id, channel=channel, test_buyer=False
    )
    oldest = orders.order_by("purchased_at", "id").values_list("purchased_at").first()
    if oldest is None:
        return DryRun(before.date(), 0, None)
    first_on = leaves_on(bought_at=oldest[0], months=months)
    if oldest[0] >= before:
        return DryRun(before.date(), 0, first_on)
    due = outlived(seller_id=seller_id, edge=Edge(channel, months, before))
    sums = (
        due.annotate(day=TruncDate("purchased_at", tzinfo=UTC))
        .values("day", "ship_country", "currency")
        .annotate(
            number=Count("pk"), sum_lines=Sum("line_count"), sum_tax=Sum("tax_total")
        )
        .order_by("-day", "ship_country", "currency")
    )
    shown = tuple(
        Summed(
            day=row["day"],
            country=row["ship_country"],
            currency=row["currency"],
            orders=row["number"],
            lines=row["sum_lines"],
            tax=row["sum_tax"],
        )
        for row in sums[:most]
    )
    more = sums.count() - len(shown) if most else 0
    return DryRun(before.date(), due.count(), first_on, shown, more)
