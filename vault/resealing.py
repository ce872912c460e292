"""Moving sealed rows to another purge day, in bulk; no text leaves this module.

Rows are named by their ids. What is read and written is sealed bytes; the text of a
value exists for the moment in which `seal_anew` runs. While PostgreSQL writes one part,
the next is sealed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from vault.anew import Turner
from vault.context import current_scope
from vault.days import days_held
from vault.kinds import Kind
from vault.ledger import append
from vault.refusals import OpeningRefused, OpeningSuspended
from vault.sealed_rows import SealedRow
from vault.stored import StoredTable, Turned

#: Rows that go to PostgreSQL in one statement.
PART = 500
#: Said of a row that somebody else changed meanwhile; the next move takes it.
CHANGED = "Changed"


@dataclass(frozen=True, slots=True)
class Move:
    """A row, and the days that it is to have (UTC), which the caller's clock bounds."""

    row_id: UUID
    purge_on: date
    limit_on: date


@dataclass(slots=True)
class Moved:
    """The rows that have their new days, and those left where they are, with why.

    ``left`` names the refusal's class; a row that is gone is in neither.
    """

    rows: set[UUID] = field(default_factory=set)
    left: dict[UUID, str] = field(default_factory=dict)


def reseal_many(
    *, model: type[SealedRow], moves: Sequence[Move], now: datetime
) -> Moved:
    """Seal rows of the seller in scope anew for their new days and store them.

    Holds the days of the rows until the scope's transaction ends; call it with few
    thousand rows at most. One ledger entry for the batch and direction. A row whose day
    has begun, whose value is lost or altered, or that changed meanwhile, is left and
    named, and stops no other. The table refuses a day behind its limit. Raises
    `PastItsDay` where a new day has begun, `KeyDestroyed` where a day is closing, and
    `OpeningSuspended` where the keystore cannot be read.
    """
    done = Moved()
    if not moves:
        return done
    table = StoredTable(model=model, seller_id=current_scope().seller_id)
    wanted = {move.row_id: move for move in moves}
    turner = Turner(model=model)
    days = table.days(list(wanted))
    for row_id, day in days.items():
        if turner.has_begun(day):
            done.left[row_id] = "PastItsDay"
    staying = {row_id: d for row_id, d in days.items() if row_id not in done.left}
    new = {wanted[row_id].purge_on for row_id in staying}
    with days_held({*staying.values(), *new}):
        turner.seal_for(new)
        same = [i for i, day in staying.items() if wanted[i].purge_on == day]
        done.rows |= table.set_limits({i: wanted[i].limit_on for i in same})
        away = {i: day for i, day in staying.items() if wanted[i].purge_on != day}
        _turn(table=table, turner=turner, days=away, wanted=wanted, now=now, done=done)
    _record(days=away, wanted=wanted, done=done, now=now)
    return done


def _turn(
    *,
    table: StoredTable,
    turner: Turner,
    days: Mapping[UUID, date],
    wanted: Mapping[UUID, Move],
    now: datetime,
    done: Moved,
) -> None:
    """Read, seal and write part by part; reading is one part ahead of writing."""
    tried: list[UUID] = []
    with table.overlapping() as stream:
        for rows in stream.read(list(days), part=PART):
            turned: list[Turned] = []
            for row in rows:
                move = wanted[row.id]
                if row.purge_on != days[row.id]:
                    done.left[row.id] = CHANGED
                    continue
                try:
                    values = turner.values(row=row, day=move.purge_on)
                except OpeningSuspended:
                    raise
                except OpeningRefused as refusal:
                    done.left[row.id] = type(refusal).__name__
                    continue
                turned.append(Turned(row, move.purge_on, move.limit_on, values))
            tried += [turn.row.id for turn in turned]
            stream.write(turned, sealed_at=now)
    if stream.written < len(tried):
        there = table.days(tried)
        moved = {i for i in tried if there.get(i) == wanted[i].purge_on}
        done.left |= {i: CHANGED for i in there if i not in moved}
        tried = list(moved)
    done.rows.update(tried)


def _record(
    *,
    days: Mapping[UUID, date],
    wanted: Mapping[UUID, Move],
    done: Moved,
    now: datetime,
) -> None:
    later = Counter(
        wanted[row_id].purge_on > day
        for row_id, day in days.items()
        if row_id in done.rows
    )
    for kind, is_later in (
        (Kind.PII_RESEALED_LATER, True),
        (Kind.PII_RESEALED_EARLIER, False),
    ):
        if later[is_later]:
            append(kind=kind, now=now, facts={"rows": later[is_later]})
