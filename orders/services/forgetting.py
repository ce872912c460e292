"""Forgetting orders whose second clock has run out; their sums stay.

A batch is added up, deleted and noted in the log in one transaction: each order is
counted once, wherever a run is killed. An order that comes late adds to the sum that
is there. Archive items of a hold or a tax rule point at an order by its id alone: they
stay, and end on their own day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from orders.queries.forgotten import (
    PLACE,
    SUMS,
    Edge,
    edges_of,
    outlived,
    sums_of,
)
from orders.services.turns import one_at_a_time
from vault.context import SYSTEM, seller_scope
from vault.kinds import Kind
from vault.ledger import append
from vault.rows import new_id

#: Orders in one transaction: no import waits for longer.
BATCH = 2_000
#: Tables whose rows belong to an order, before the order itself; a test compares them
#: with the keys in the catalogue. Buyers are gone long before.
PARTS = ("orders_orderline", "orders_shipment")

_COLUMNS = (*PLACE, "orders", *SUMS)
_ADDED = ", ".join(
    f"{name} = orders_dailysales.{name} + excluded.{name}" for name in ("orders", *SUMS)
)
_UPSERT = (
    f"INSERT INTO orders_dailysales (id, seller_id, {', '.join(_COLUMNS)}) "  # noqa: S608 - names of ours
    f"VALUES ({', '.join(['%s'] * (2 + len(_COLUMNS)))}) "
    f"ON CONFLICT (seller_id, {', '.join(PLACE)}) DO UPDATE SET {_ADDED}"
)


class Step(StrEnum):
    """Where a run can be cut short."""

    SUMMED = "added up"
    DELETED = "deleted"
    COMMITTED = "batch committed"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What one run took of a marketplace's orders; ``before`` is an instant in UTC."""

    channel: str
    before: datetime
    orders: int


def _go_on(step: Step) -> None:
    del step


def forget_orders(
    *, seller_id: UUID, now: datetime, fault: Callable[[Step], None] = _go_on
) -> list[Forgotten]:
    """Add up and delete all orders of a seller that are older than their edge.

    Idempotent; ``fault`` is called at each step. ``now`` is in UTC.
    """
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        edges = list(edges_of(seller_id=seller_id, now=now))
    done = []
    for edge in edges:
        total = 0
        while taken := _one_batch(seller_id, edge, now, fault):
            total += taken
        if total:
            done.append(Forgotten(edge.channel, edge.before, total))
    return done


def _one_batch(
    seller_id: UUID, edge: Edge, now: datetime, fault: Callable[[Step], None]
) -> int:
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        one_at_a_time(seller_id=seller_id)
        found = outlived(seller_id=seller_id, edge=edge).select_for_update(of=["self"])
        ids = list(found.values_list("id", flat=True)[:BATCH])
        if not ids:
            return 0
        sums = sums_of(seller_id=seller_id, ids=ids)
        _add(seller_id, sums)
        fault(Step.SUMMED)
        _delete(seller_id, ids)
        fault(Step.DELETED)
        append(
            kind=Kind.ORDER_FORGOTTEN_MONTHS,
            now=now,
            facts={
                "channel": edge.channel,
                "months": edge.months,
                "before": edge.before.date().isoformat(),
                "orders": len(ids),
                "lines": sum(row["sum_lines"] for row in sums),
            },
        )
    fault(Step.COMMITTED)
    return len(ids)


def _add(seller_id: UUID, sums: list[dict[str, Any]]) -> None:
    """Add to the sums that are there, or begin new ones."""
    rows = [
        [
            new_id(),
            seller_id,
            *(row[name] for name in PLACE),
            row["number"],
            *(row[f"sum_{name}"] for name in SUMS),
        ]
        for row in sums
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT, rows)


def _delete(seller_id: UUID, ids: list[UUID]) -> None:
    with connection.cursor() as cursor:
        for table in PARTS:
            cursor.execute(
                f"DELETE FROM {table} "  # noqa: S608 - names of ours
                "WHERE seller_id = %s AND order_id = ANY(%s)",
                [seller_id, ids],
            )
        cursor.execute(
            "DELETE FROM orders_order WHERE seller_id = %s AND id = ANY(%s)",
            [seller_id, ids],
        )
