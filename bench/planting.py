"""More rows than a file holds: copies of those that the import stored.

A copied value does not open, since it is sealed for the id of another row; for keys,
records and deletion it is the same row.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection, models

from bench.peers import PeerOrder
from orders.models import Order, Recipient
from vault.context import SYSTEM, seller_scope

#: Rows in one statement; the portal's role may not take long for one.
PART = 10_000


def grow(*, seller_id: UUID, by: int) -> None:
    """Add copies of a shop's orders, each with its buyer."""
    order = {"id": "gen_random_uuid()", "marketplace_order_id": "'9-' || n"}
    buyer = {"id": "gen_random_uuid()", "order_id": "made.id"}
    names, values = _columns(Recipient, buyer)
    statement = (
        f"WITH made AS ({_copies(Order, order)} RETURNING id) "
        f"INSERT INTO orders_recipient ({names}) SELECT {values} FROM made, "
        "(SELECT * FROM orders_recipient WHERE seller_id = %s LIMIT 1) first"
    )
    for first, last in _parts(by):
        with (
            seller_scope(seller_id=seller_id, actor=SYSTEM),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [seller_id, first, last, seller_id])


def grow_peer(model: type[PeerOrder], *, seller_id: UUID, by: int) -> None:
    """Add copies of a peer's orders."""
    statement = _copies(model, {"marketplace_order_id": "'9-' || n"})
    for first, last in _parts(by):
        with connection.cursor() as cursor:
            cursor.execute(statement, [seller_id, first, last])


def _parts(number: int) -> Iterator[tuple[int, int]]:
    for first in range(1, number + 1, PART):
        yield first, min(first + PART - 1, number)


def _copies(model: type[models.Model], changes: dict[str, str]) -> str:
    names, values = _columns(model, changes)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} "
        f"FROM (SELECT * FROM {table} WHERE seller_id = %s LIMIT 1) first, "
        "generate_series(%s::int, %s::int) n"
    )


def _columns(model: type[models.Model], changes: dict[str, str]) -> tuple[str, str]:
    columns = [
        str(field.column)
        for field in model._meta.local_fields
        if not isinstance(field, models.AutoField)
    ]
    chosen = (changes.get(name, f"first.{name}") for name in columns)
    return ", ".join(columns), ", ".join(chosen)
