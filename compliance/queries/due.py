"""Rows with buyer data whose purge day has begun, read through declarations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Count, Model

from compliance.queries.counted import counted, counted_in_sql
from vault.models import DayState, PurgeDay
from vault.privacy import Privacy, buyer_models


@dataclass(frozen=True, slots=True)
class DueGroup:
    """Orders of one table that are due on one day; 0 where all buyers are invented."""

    table: str
    day: date
    orders: int
    key_destroyed: bool


def due_orders(*, seller_id: UUID, today: date) -> list[DueGroup]:
    """Return what is due for the seller in scope, by table and day."""
    groups = []
    for model, privacy in buyer_models():
        rows = (
            model._default_manager.filter(seller_id=seller_id, purge_on__lte=today)
            .values("purge_on")
            .annotate(orders=Count("pk", filter=counted(privacy=privacy)))
            .order_by("purge_on")
        )
        groups += [(model._meta.db_table, r["purge_on"], r["orders"]) for r in rows]
    destroyed = destroyed_days(days={day for _, day, _ in groups})
    return [DueGroup(table, day, n, day in destroyed) for table, day, n in groups]


def destroyed_days(*, days: set[date]) -> frozenset[date]:
    """Return those of the days whose key is destroyed, by record."""
    rows = PurgeDay.objects.filter(day__in=days, state=DayState.DESTROYED)
    return frozenset(rows.values_list("day", flat=True))


def due_subjects(
    *, model: type[Model], privacy: Privacy, seller_id: UUID, day: date
) -> Iterator[tuple[UUID, int]]:
    """Yield (order id, number of filled fields) of a day's rows, by order id.

    Reads ids and null flags, never a value. Invented buyers are left out.
    """
    quote = connection.ops.quote_name
    columns = ", ".join(
        quote(model._meta.get_field(name).column)  # type: ignore[union-attr,arg-type]
        for name in privacy.buyer
    )
    subject = quote(privacy.subject)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {subject}, num_nonnulls({columns}) "  # noqa: S608 - names of ours
            f"FROM {quote(model._meta.db_table)} "
            f"WHERE seller_id = %s AND purge_on = %s{counted_in_sql(privacy=privacy)} "
            f"ORDER BY {subject}",
            [seller_id, day],
        )
        while rows := cursor.fetchmany(10_000):
            yield from rows
