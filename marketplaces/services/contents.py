"""What a file brings decides who reads it, who takes it in, and what is recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from marketplaces.amazon.order_reports import ParsedReport, read_order_report
from marketplaces.carriers.event_files import (
    ParsedEvents,
    Reading,
    read_carrier_events,
)
from marketplaces.enums import DayOrder, What
from marketplaces.flatfile.faults import RowFault
from marketplaces.flatfile.refusals import FileRefused, RowError
from marketplaces.flatfile.rejected import rejected_lines, rejected_rows
from marketplaces.models import ImportRun
from marketplaces.services.mistaken import taken_for_another
from orders.incoming import IncomingOrder, IncomingPackage
from orders.services.carrier_events import RowRefused, plan_events, receive_events
from orders.services.event_work import EventResult
from orders.services.evidence import WhyNot
from orders.services.intake import IntakeResult, receive_orders
from vault.context import Actor
from vault.kinds import Kind

#: So many rows of the file are shown as they will be stored.
FIRST_ROWS: Final = 20
#: So many rejected rows are kept for the page; the file of rejected rows has all.
KEPT_ERRORS: Final = 200
Parsed = ParsedReport | ParsedEvents
_WHY: Final = {
    WhyNot.MISSING: (RowFault.NUMBER_UNKNOWN, "no package has this number"),
    WhyNot.BEFORE_PURCHASE: (
        RowFault.BEFORE_PURCHASE,
        "lies before the order was bought",
    ),
    WhyNot.BEFORE_SHIPPING: (RowFault.BEFORE_SHIPPING, "lies before it was shipped"),
}


def parse(*, run: ImportRun, data: bytes) -> Parsed:
    """Read a run's file the same way each time: as at the instant of its arrival.

    So check and import come to the same rows. Raises `FileRefused`, which says so
    where the file is surely of the other kind.
    """
    try:
        return _parse(run, data)
    except FileRefused:
        other = taken_for_another(what=run.what, data=data, charset=run.charset)
        if other is None:
            raise
        raise other from None


def _parse(run: ImportRun, data: bytes) -> Parsed:
    if run.what == What.EVENTS:
        reading = Reading(
            now=run.started_at,
            zone=ZoneInfo(run.time_zone or "UTC"),
            day_order=DayOrder(run.day_order),
            charset=run.charset,
        )
        return read_carrier_events(data=data, reading=reading)
    return read_order_report(data=data, now=run.started_at, charset=run.charset)


def take_in(
    *,
    run: ImportRun,
    batch: Sequence[IncomingOrder | IncomingPackage],
    actor: Actor,
    now: datetime,
) -> IntakeResult | EventResult:
    """Take in one batch of a run, in the scope that is open; count what it did."""
    packages = [item for item in batch if isinstance(item, IncomingPackage)]
    if not packages:
        orders = [item for item in batch if isinstance(item, IncomingOrder)]
        return receive_orders(
            incoming=orders, seller_id=run.seller_id, actor=actor, now=now
        )
    done = receive_events(
        incoming=packages, seller_id=run.seller_id, actor=actor, now=now
    )
    run.did = {
        name: run.did.get(name, 0) + count for name, count in asdict(done).items()
    }
    return done


def all_errors(
    *, run: ImportRun, parsed: Parsed, actor: Actor, now: datetime
) -> tuple[RowError, ...]:
    """Return every rejected row, those too that only the shop's packages refuse.

    After a run: what was taken in is judged again and changes nothing, and what was
    refused is refused again.
    """
    if isinstance(parsed, ParsedReport):
        return parsed.errors
    planned = plan_events(
        incoming=parsed.items, seller_id=run.seller_id, actor=actor, now=now
    )
    refused = [row for _, work in planned for row in work.refused]
    return with_refused(parsed=parsed, refused=refused)


def with_refused(
    *, parsed: ParsedEvents, refused: Iterable[RowRefused]
) -> tuple[RowError, ...]:
    """Add the rows that the shop's packages refuse to those that cannot be read."""
    return (*parsed.errors, *(_error(row) for row in refused))


def _error(row: RowRefused) -> RowError:
    code, reason = _WHY[row.why]
    if row.why is WhyNot.MISSING:
        # Where cells have moved, what stands there may be a buyer's: it is not kept.
        return RowError(row.row, "tracking number", reason, code)
    return RowError(row.row, "time", reason, code, row.tracking_number)


def kept_errors(*, errors: Iterable[RowError]) -> list[dict[str, Any]]:
    """Return the first errors as they are kept: places and codes, no cell."""
    return [
        {"row": e.row, "order": e.order_id, "column": e.column, "code": e.code.value}
        for e in sorted(errors, key=lambda error: error.row)[:KEPT_ERRORS]
    ]


def rejected_file(
    *, run: ImportRun, parsed: Parsed, data: bytes, errors: Sequence[RowError]
) -> bytes:
    """Return the rejected rows as a file that can be corrected and imported again."""
    if not errors:
        return b""
    if isinstance(parsed, ParsedEvents):
        return rejected_lines(text=parsed.text, errors=errors, harmless=True)
    return rejected_rows(data=data, errors=errors, charset=run.charset)


def finish_entry(*, run: ImportRun) -> tuple[Kind, dict[str, int | str]]:
    """Return what the log says of a finished run."""
    facts = {"rows": run.rows, "updated": run.updated, "rejected": run.rejected}
    if run.what == What.EVENTS:
        names = ("delivered", "lost", "removed", "earlier", "later")
        counts = {name: int(run.did.get(name, 0)) for name in names}
        return Kind.FILE_IMPORTED_EVENTS, {**facts, **counts}
    more = {"created": run.created, "sealed": run.sealed}
    return Kind.FILE_IMPORTED_ORDERS, {**facts, **more}
