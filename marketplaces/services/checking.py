"""Checking an uploaded file: what it holds, what it would change; nothing changes."""

from collections import Counter
from datetime import datetime
from heapq import nsmallest
from typing import Any, Final
from uuid import UUID

from marketplaces.amazon.order_reports import ParsedReport
from marketplaces.carriers.event_files import ParsedEvents
from marketplaces.enums import Part, RunState, Why
from marketplaces.flatfile.refusals import FileRefused, RowError
from marketplaces.models import ImportRun
from marketplaces.services.checking_events import keep_event_check
from marketplaces.services.contents import FIRST_ROWS, kept_errors, parse
from marketplaces.services.file_pieces import FileGone, delete_file, read_part
from marketplaces.services.importing import run_name
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models.order import BuyerState
from orders.services.intake import IntakeResult, Judged, plan_orders
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
from vault.kinds import Kind
from vault.ledger import append
from vault.refusals import OpeningRefused, OpeningSuspended

#: A file up to this many bytes is checked while the person waits: well under a second.
SMALL: Final = 256 * 1024


def check_upload(*, seller_id: UUID, run_id: UUID) -> None:
    """Check a file that waits for it; does nothing for one that was checked already.

    Refused files are deleted at once. Raises `OpeningSuspended` where the keystore
    cannot be read at present; then the file goes on waiting.
    """
    now = clock.now()
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        run = ImportRun.objects.filter(
            seller_id=seller_id, id=run_id, state=RunState.CHECKING
        ).first()
        if run is None:
            return
        try:
            data, print_ = read_part(run=run, part=Part.UPLOAD, now=now)
        except OpeningSuspended:
            raise
        except (FileGone, OpeningRefused) as refused:
            _give_up(run, _why(refused), now)
            return
    try:
        report = parse(run=run, data=data)
    except FileRefused as refusal:
        _refuse(seller_id, run_id, str(refusal), now)
        return
    if isinstance(report, ParsedEvents):
        keep_event_check(run=run, parsed=report, file_print=print_)
        return
    _checked(run, report, print_, run_name(kind=report.kind.value, data=data))


def _checked(run: ImportRun, report: ParsedReport, print_: str, name: str) -> None:
    """Compare with what is stored, and keep what the page shows."""
    total, plan = IntakeResult(), Counter[str]()
    numbers = (n for order in report.orders for n in order.rows)
    errors = {error.row for error in report.errors}
    wanted = set(nsmallest(FIRST_ROWS, (*numbers, *errors)))
    rows = [_rejected_row(e) for e in report.errors if e.row in wanted]
    for done, judged in plan_orders(
        incoming=report.orders, seller_id=run.seller_id, actor=SYSTEM, now=clock.now()
    ):
        total.add(done)
        for order in judged:
            plan.update(_counted(order))
            rows += _rows(order, wanted)
    with seller_scope(seller_id=run.seller_id, actor=SYSTEM):
        ImportRun.objects.filter(
            seller_id=run.seller_id, id=run.id, state=RunState.CHECKING
        ).update(
            state=RunState.CHECKED,
            file_name=name,
            kind=report.kind.value,
            encoding=report.encoding,
            rows=report.rows,
            rejected=len(report.errors),
            checked_print=print_,
            plan={
                **plan,
                "orders": total.orders,
                "created": total.created,
                "updated": total.updated,
                "unchanged": total.unchanged,
                "sealed": total.sealed,
                "columns": report.columns,
                "columns_used": report.columns_used,
                "unknown": list(report.unknown_columns),
            },
            first_rows=sorted(rows, key=lambda row: int(row["row"])),
            errors=kept_errors(errors=report.errors),
        )


def _counted(judged: Judged) -> list[str]:
    """Name what happens to one order, for counting."""
    if judged.too_old:
        return ["same too old"]
    if not judged.was:
        return [f"new {judged.order.buyer_state}"]
    if not judged.changes:
        return ["same purged"] if judged.purged else []
    words = ["changed purged"] if judged.purged else []
    return [*words, f"changed {_turn(judged)}"]


def _turn(judged: Judged) -> str:
    """Say what a known order becomes: shipped, cancelled, or otherwise changed."""
    status = judged.order.status
    if status == judged.was:
        return "otherwise"
    if status == FulfillmentStatus.SHIPPED:
        return "shipped"
    return "cancelled" if status == FulfillmentStatus.CANCELLED else "otherwise"


def _what(judged: Judged) -> str:
    if judged.too_old:
        return "too old"
    if not judged.was:
        return "new"
    if judged.changes:
        return _turn(judged)
    return "purged" if judged.purged else "same"


def _rows(judged: Judged, wanted: set[int]) -> list[dict[str, Any]]:
    """Return the wanted rows of an order: plain columns only, never a buyer's."""
    order, lines = judged.order, judged.incoming.lines
    return [
        {
            "row": number,
            "order": order.marketplace_order_id,
            "ordered": order.purchased_at.isoformat(),
            "item": line.title,
            "sku": line.sku,
            "qty": line.quantity,
            "total": "" if line.item_price is None else str(line.item_price),
            "currency": order.currency,
            "region": ", ".join(
                part for part in (order.ship_country, order.ship_state) if part
            ),
            "buyer": _buyer(judged),
            "what": _what(judged),
            "line": position,
        }
        for position, (number, line) in enumerate(
            zip(judged.incoming.rows, lines, strict=True), start=1
        )
        if number in wanted
    ]


def _buyer(judged: Judged) -> str:
    if judged.order.fulfilled_by == FulfilledBy.AMAZON:
        return "amazon"
    none = judged.purged or judged.order.buyer_state != BuyerState.SEALED
    return "none" if none else "hidden"


def _rejected_row(error: RowError) -> dict[str, Any]:
    return {"row": error.row, "order": error.order_id, "what": "rejected", "line": 1}


def _why(refused: Exception) -> Why:
    return Why.EXPIRED if isinstance(refused, FileGone) else Why.UNREADABLE


def _give_up(run: ImportRun, why: Why, now: datetime) -> None:
    """End a run whose file does not open any more, in the scope that is open."""
    run.state, run.why, run.ended_at = RunState.DROPPED, why, now
    append(
        kind=Kind.FILE_FAILED_IMPORT,
        now=now,
        subject_id=run.id,
        facts={"why": why.value, "rows": 0},
    )
    delete_file(run=run, why=why, now=now)


def _refuse(seller_id: UUID, run_id: UUID, sentence: str, now: datetime) -> None:
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        run = (
            ImportRun.objects.select_for_update()
            .filter(seller_id=seller_id, id=run_id, state=RunState.CHECKING)
            .first()
        )
        if run is None:
            return
        run.state, run.why, run.ended_at = RunState.REFUSED, Why.REFUSED, now
        run.says = sentence[:400]
        delete_file(run=run, why=Why.REFUSED, now=now)
