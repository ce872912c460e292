"""More rows than a file holds: copies of those that the import stored.

A copied value does not open, since it is sealed for the id of another row; for keys,
records and deletion it is the same row.
"""

from uuid import UUID

from django.db import connection, models

from bench.peers import PeerOrder
from orders.models import Order, Recipient
from vault.context import SYSTEM, seller_scope


def grow(*, seller_id: UUID, by: int) -> None:
    """Add copies of a shop's orders, each with its buyer."""
    if not by:
        return
    fresh = {"id": "gen_random_uuid()", "marketplace_order_id": "'9-' || n"}
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        _copy(Order, fresh, seller_id=seller_id, by=by)
        own = {"id": "gen_random_uuid()", "order_id": "o.id"}
        columns = [str(field.column) for field in Recipient._meta.local_fields]
        chosen = ", ".join(own.get(name, f"first.{name}") for name in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO orders_recipient ({', '.join(columns)}) SELECT {chosen} "
                "FROM orders_order o, (SELECT * FROM orders_recipient "
                "WHERE seller_id = %s LIMIT 1) first WHERE o.seller_id = %s "
                "AND o.marketplace_order_id LIKE '9-%%'",
                [seller_id, seller_id],
            )


def grow_peer(model: type[PeerOrder], *, seller_id: UUID, by: int) -> None:
    """Add copies of a peer's orders."""
    if by:
        _copy(model, {"marketplace_order_id": "'9-' || n"}, seller_id=seller_id, by=by)


def _copy(
    model: type[models.Model], changes: dict[str, str], *, seller_id: UUID, by: int
) -> None:
    columns = [
        str(field.column)
        for field in model._meta.local_fields
        if not isinstance(field, models.AutoField)
    ]
    chosen = ", ".join(changes.get(name, f"first.{name}") for name in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} "
            f"FROM (SELECT * FROM {table} WHERE seller_id = %s LIMIT 1) first, "
            "generate_series(1, %s) n",
            [seller_id, by],
        )
