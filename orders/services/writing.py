"""Writing many orders at once, in one statement whatever their number.

Django's ``bulk_update`` writes a CASE for each order and column: for 500 orders that
took more time than all the rest of a batch.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field

from orders.models import Order


def write_orders(
    *, seller_id: UUID, orders: Sequence[Order], columns: Sequence[str]
) -> None:
    """Write some columns of orders of the seller in scope, in the open transaction.

    The orders are locked by the caller. What is not there any more is left out.
    """
    if not orders:
        return
    quote = connection.ops.quote_name
    fields = [_field(name) for name in columns]
    names = [quote(str(field.column)) for field in fields]
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(Order._meta.db_table)} AS stored SET "  # noqa: S608 - names of ours
            + ", ".join(f"{name} = told.{name}" for name in names)
            + f" FROM unnest(%s::uuid[], {arrays}) AS told (id, {', '.join(names)}) "
            "WHERE stored.seller_id = %s AND stored.id = told.id",
            [
                [order.id for order in orders],
                *([_plain(order, field) for order in orders] for field in fields),
                seller_id,
            ],
        )


def _field(name: str) -> "Field[Any, Any]":
    field: Field[Any, Any] = Order._meta.get_field(name)  # type: ignore[assignment]
    return field


def _plain(order: Order, field: "Field[Any, Any]") -> Any:
    """Return a value as the database takes it; a word of an enum as its text."""
    value = getattr(order, field.attname)
    return str(value) if isinstance(value, str) else value
