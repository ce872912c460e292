"""Checking a carrier's file: what it would change in the shop; nothing changes."""

from collections.abc import Sequence
from dataclasses import asdict
from heapq import nsmallest
from typing import Any

from marketplaces.carriers.event_files import KIND, ParsedEvents
from marketplaces.enums import RunState
from marketplaces.flatfile.faults import RowFault
from marketplaces.flatfile.refusals import RowError
from marketplaces.models import ImportRun
from marketplaces.services.contents import FIRST_ROWS, kept_errors, with_refused
from marketplaces.services.importing import run_name
from orders.services.carrier_events import RowRefused, plan_events
from orders.services.event_work import EventResult
from vault.clock import clock
from vault.context import SYSTEM, seller_scope


def keep_event_check(*, run: ImportRun, parsed: ParsedEvents, file_print: str) -> None:
    """Compare a file with the shop's packages, and keep what the page shows."""
    total, refused = EventResult(), list[RowRefused]()
    for done, work in plan_events(
        incoming=parsed.items, seller_id=run.seller_id, actor=SYSTEM, now=clock.now()
    ):
        total.add(done)
        refused += work.refused
    errors = with_refused(parsed=parsed, refused=refused)
    with seller_scope(seller_id=run.seller_id, actor=SYSTEM):
        ImportRun.objects.filter(
            seller_id=run.seller_id, id=run.id, state=RunState.CHECKING
        ).update(
            state=RunState.CHECKED,
            file_name=run_name(kind=KIND, data=parsed.text.encode()),
            kind=KIND,
            encoding=parsed.encoding,
            rows=parsed.rows,
            rejected=len(errors),
            checked_print=file_print,
            plan={
                **asdict(total),
                "columns": parsed.columns,
                "columns_used": parsed.columns_used,
                "unknown": list(parsed.unknown_columns),
            },
            first_rows=_first_rows(parsed, errors),
            errors=kept_errors(errors=errors),
        )


def _first_rows(
    parsed: ParsedEvents, errors: Sequence[RowError]
) -> list[dict[str, Any]]:
    """Return the first rows as they are read: words, times, and the shop's numbers.

    A number that no package has may be a buyer's, where cells have moved.
    """
    wrong = {error.row for error in errors}
    nobodys = {e.row for e in errors if e.code is RowFault.NUMBER_UNKNOWN}
    rows = [
        {
            "row": event.row,
            "number": "" if event.row in nobodys else package.tracking_number,
            "word": event.word.value,
            "at": event.at.isoformat(),
            "what": "rejected" if event.row in wrong else "read",
        }
        for package in parsed.items
        for event in package.events
    ]
    unread = wrong - {int(row["row"]) for row in rows}
    rows += [{"row": row, "what": "rejected"} for row in unread]
    return nsmallest(FIRST_ROWS, rows, key=lambda row: int(row["row"]))
