"""Buyer rows counted by day and category, read through declarations.

Counts rows, days, null flags and the names of keys; a sealed value is neither loaded
nor opened.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Model

from compliance.queries.counted import counted_in_sql
from compliance.queries.keys_there import KEY_NAME_AT
from vault.privacy import Category, Privacy, buyer_models

_RENEWED = (
    " LEFT JOIN unnest(%s::date[], %s::bytea[]) "
    "AS renewed (renewed_day, renewed_name) ON renewed_day = purge_on"
)


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows with the same two days. ``bears_key``: not sealed under a lost key."""

    clock: str
    purge_on: date
    limit_on: date
    bears_key: bool
    orders: int
    by_category: Mapping[Category, int] = field(default_factory=dict)


def row_groups(
    *, seller_id: UUID, renewed: Mapping[date, bytes], with_categories: bool
) -> list[RowGroup]:
    """Return the groups of every table with buyer data, of the seller in scope.

    Without categories and without lost keys the index on the days alone answers.
    ``renewed``: the key names of days on which something may be lost.
    """
    return [
        group
        for model, privacy in buyer_models()
        for group in _groups(
            model=model,
            privacy=privacy,
            seller_id=seller_id,
            renewed=renewed,
            categories=_categories(privacy) if with_categories else (),
        )
    ]


def sealed_since(*, seller_id: UUID, since: datetime) -> bool:
    """Tell whether any buyer of the seller in scope was sealed after an instant (UTC).

    A value comes, changes or goes only with its row sealed anew; rows that are deleted
    show in the counts. The index on the days holds the instant.
    """
    return any(
        model._default_manager.filter(seller_id=seller_id, sealed_at__gt=since).exists()
        for model, _ in buyer_models()
    )


def _groups(
    *,
    model: type[Model],
    privacy: Privacy,
    seller_id: UUID,
    renewed: Mapping[date, bytes],
    categories: tuple[Category, ...],
) -> Iterator[RowGroup]:
    held = [_holds(model, privacy, category) for category in categories]
    counts = "".join(f", count(*) FILTER (WHERE {condition})" for condition in held)
    bears, joined, values = _bears_key(model, privacy, renewed)
    table = connection.ops.quote_name(model._meta.db_table)
    statement = (
        f"SELECT purge_on, limit_on, {bears}, count(*){counts} "  # noqa: S608 - ours
        f"FROM {table}{joined} WHERE seller_id = %s{counted_in_sql(privacy=privacy)} "
        "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, seller_id])
        for purge_on, limit_on, bears_key, orders, *filled in cursor.fetchall():
            yield RowGroup(
                clock=privacy.clock,
                purge_on=purge_on,
                limit_on=limit_on,
                bears_key=bears_key,
                orders=orders,
                by_category=dict(zip(categories, filled, strict=True)),
            )


def _bears_key(
    model: type[Model], privacy: Privacy, renewed: Mapping[date, bytes]
) -> tuple[str, str, list[list[date] | list[bytes]]]:
    """Return the expression, join and parameters that tell lost rows from the rest.

    A sealed value names its key in its header, in the clear (vault.envelope).
    """
    if not renewed:
        return "true", "", []
    start, length = KEY_NAME_AT
    names = ", ".join(
        f"substring({column} FROM {start} FOR {length})"
        for column in _quoted(model, privacy.buyer)
    )
    return (
        f"(renewed_day IS NULL OR coalesce(renewed_name IN ({names}), false))",
        _RENEWED,
        [list(renewed), list(renewed.values())],
    )


def _categories(privacy: Privacy) -> tuple[Category, ...]:
    held = set(privacy.buyer.values())
    return tuple(category for category in Category if category in held)


def _holds(model: type[Model], privacy: Privacy, category: Category) -> str:
    """Return the condition that a row holds a value of a category.

    Plain null tests take half the time of ``num_nonnulls`` over the same columns.
    """
    fields = [name for name, held in privacy.buyer.items() if held is category]
    return " OR ".join(f"{column} IS NOT NULL" for column in _quoted(model, fields))


def _quoted(model: type[Model], fields: Container[str]) -> list[str]:
    quote = connection.ops.quote_name
    return [
        quote(str(field.column))
        for field in model._meta.local_concrete_fields
        if field.name in fields
    ]
