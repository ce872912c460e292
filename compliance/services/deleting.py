"""Deleting dead rows in batches, past the ones that resist."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import Model

from compliance.services.isolation import stay_connected
from compliance.services.stuck import failing, left_out, note_failure, solve
from vault.context import SYSTEM, seller_scope
from vault.faults import FaultPoint, no_fault
from vault.privacy import Privacy, buyer_models

#: Rows of one batch, where a row resists or is held and the others go around it.
BATCH = 10_000
#: Milliseconds that all rows together wait for one that somebody holds.
LOCK_PATIENCE = 500
#: The name under which tries at rows that cannot be deleted are counted.
STEP = "delete"
#: Milliseconds for one deletion while the row that resists is looked for.
PATIENCE = 5_000

#: Classes of SQLSTATE that are the server's: no room or memory, it ends, its disk.
_OF_THE_SERVER = ("53", "57P", "58")

#: A row's id and that of the order it belongs to.
Found: TypeAlias = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class DeadRows:
    """The rows of one table, seller and purge day, whose key is destroyed."""

    model: type[Model]
    privacy: Privacy
    seller_id: UUID
    day: date


def delete_rows(
    *,
    rows: DeadRows,
    now: datetime,
    fault: Callable[[FaultPoint], None] = no_fault,
) -> None:
    """Delete the rows at once; those that somebody holds are left for later.

    Where that fails they go in batches, and a batch that fails is halved until the row
    is found that resists. That one counts a try, and after three it is left out
    (`compliance.services.stuck`); the others go. Raises OperationalError where the
    database itself is gone, or has no room: that is no row's fault, and must leave none
    out.
    """
    with seller_scope(seller_id=rows.seller_id, actor=SYSTEM):
        past = set(left_out(step=STEP))
    done = BATCH
    while done:
        try:
            done = _delete_all(rows, past)
        except DatabaseError as error:
            _raise_unless_of_a_row(error)
            stay_connected()
            done = _delete_around(rows, past, now)
        fault(FaultPoint.BATCH_DELETED)


def solve_gone(*, seller_id: UUID, now: datetime) -> None:
    """Close the notes on rows that resisted and are gone, however they went."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        noted = failing(step=STEP)
        if not noted:
            return
        left: set[UUID] = set()
        for model, privacy in buyer_models():
            there = model._default_manager.filter(
                **{"seller_id": seller_id, f"{privacy.subject}__in": noted}
            )
            left |= set(there.values_list(privacy.subject, flat=True))
        solve(step=STEP, subject_ids=noted - left, now=now)


def _delete_all(rows: DeadRows, past: set[UUID]) -> int:
    """Delete the rows in one statement; return how many went.

    One reading of the table, whatever the planner knows of it: batches by id read it
    once each. Dead rows are nobody's, so it does not matter that all are locked.
    """
    table, where, values = _where(rows, past)
    with (
        seller_scope(seller_id=rows.seller_id, actor=SYSTEM),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true)", [str(LOCK_PATIENCE)]
        )
        cursor.execute(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608
        return int(cursor.rowcount)


def _delete_around(rows: DeadRows, past: set[UUID], now: datetime) -> int:
    """Delete a batch without the rows that resist; return how many were tried."""
    subject = connection.ops.quote_name(rows.privacy.subject)
    table, where, values = _where(rows, past)
    with (
        seller_scope(seller_id=rows.seller_id, actor=SYSTEM),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"SELECT id, {subject} FROM {table} WHERE {where} "  # noqa: S608 - ours
            "LIMIT %s FOR UPDATE SKIP LOCKED",
            [*values, BATCH],
        )
        found: list[Found] = cursor.fetchall()
    for subject_id, error in _delete_or_halve(rows, found):
        with seller_scope(seller_id=rows.seller_id, actor=SYSTEM):
            note_failure(
                subject_id=subject_id, step=STEP, error=type(error).__name__, now=now
            )
        past.add(subject_id)
    return len(found)


def _delete_or_halve(
    rows: DeadRows, found: Sequence[Found]
) -> list[tuple[UUID, DatabaseError]]:
    """Delete rows; return those that resist, by their order, each with its error."""
    if not found:
        return []
    try:
        _delete_these(rows, [row_id for row_id, _ in found])
    except DatabaseError as error:
        _raise_unless_of_a_row(error)
        stay_connected()
        if len(found) == 1:
            return [(found[0][1], error)]
        half = len(found) // 2
        return [
            *_delete_or_halve(rows, found[:half]),
            *_delete_or_halve(rows, found[half:]),
        ]
    return []


def _raise_unless_of_a_row(error: DatabaseError) -> None:
    """Raise an error again that any row would have met: no room, or a server ending."""
    state = getattr(error.__cause__, "sqlstate", None) or ""
    if state.startswith(_OF_THE_SERVER):
        raise error


def _delete_these(rows: DeadRows, row_ids: Sequence[UUID]) -> None:
    table = connection.ops.quote_name(rows.model._meta.db_table)
    with (
        seller_scope(seller_id=rows.seller_id, actor=SYSTEM),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE)]
        )
        cursor.execute(
            f"DELETE FROM {table} "  # noqa: S608 - a name of ours
            "WHERE seller_id = %s AND purge_on = %s AND id = ANY(%s)",
            [rows.seller_id, rows.day, list(row_ids)],
        )


def _where(rows: DeadRows, past: set[UUID]) -> tuple[str, str, list[Any]]:
    """Return the table, and the condition and values that choose the rows."""
    quote = connection.ops.quote_name
    table = quote(rows.model._meta.db_table)
    where, values = "seller_id = %s AND purge_on = %s", [rows.seller_id, rows.day]
    if not past:
        return table, where, values
    subject = quote(rows.privacy.subject)
    return table, f"{where} AND NOT {subject} = ANY(%s)", [*values, list(past)]
