"""Importing an order file: read, check, take in, record."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from marketplaces.amazon.order_reports import ParsedReport, read_order_report
from marketplaces.flatfile.refusals import RowError
from marketplaces.models import ImportRun
from orders.services.intake import IntakeResult, receive_orders
from vault.context import Actor, seller_scope
from vault.kinds import Kind
from vault.ledger import append


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do. ``rejected`` counts rows."""

    kind: str
    encoding: str
    orders: int
    lines: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    too_old: int
    errors: tuple[RowError, ...]
    unknown_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderFile:
    """A file to import: its bytes, its name, and the charset if one was told."""

    data: bytes
    name: str
    charset: str = ""
    country: str = ""


def import_order_file(
    *,
    seller_id: UUID,
    file: OrderFile,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
) -> ImportResult:
    """Import an Amazon order report for a seller.

    Raises `marketplaces.flatfile.refusals.FileRefused` where the file as a whole is
    refused; then nothing has changed. Bad rows are listed and the others imported. The
    same file twice changes nothing.
    """
    report = read_order_report(
        data=file.data,
        now=now,
        charset=file.charset,
        marketplace_country=file.country,
    )
    if dry_run:
        return _result(report, _rehearse(report, seller_id, actor, now))
    run_id = _begin(report=report, seller_id=seller_id, file=file, actor=actor, now=now)
    done = receive_orders(
        incoming=report.orders, seller_id=seller_id, actor=actor, now=now
    )
    _end(
        run_id=run_id,
        report=report,
        done=done,
        seller_id=seller_id,
        actor=actor,
        now=now,
    )
    return _result(report, done)


def run_name(*, kind: str, data: bytes) -> str:
    """Return the name of a file in our records; its own may hold personal data."""
    return f"{kind}-{hashlib.sha256(data).hexdigest()[:8]}"


def _rehearse(
    report: ParsedReport, seller_id: UUID, actor: Actor, now: datetime
) -> IntakeResult:
    """Take everything in and undo it, so that the counts are those of the real run."""
    with seller_scope(seller_id=seller_id, actor=actor):
        done = receive_orders(
            incoming=report.orders, seller_id=seller_id, actor=actor, now=now
        )
        transaction.set_rollback(True)
    return done


def _begin(
    *,
    report: ParsedReport,
    seller_id: UUID,
    file: OrderFile,
    actor: Actor,
    now: datetime,
) -> UUID:
    with seller_scope(seller_id=seller_id, actor=actor):
        run = ImportRun.objects.create(
            seller_id=seller_id,
            file_name=run_name(kind=report.kind.value, data=file.data),
            kind=report.kind.value,
            encoding=report.encoding,
            started_at=now,
            rows=report.rows,
            rejected=len(report.errors),
        )
    return run.id


def _end(
    *,
    run_id: UUID,
    report: ParsedReport,
    done: IntakeResult,
    seller_id: UUID,
    actor: Actor,
    now: datetime,
) -> None:
    with seller_scope(seller_id=seller_id, actor=actor):
        ImportRun.objects.filter(seller_id=seller_id, id=run_id).update(
            ended_at=now,
            orders=done.orders,
            lines=done.lines,
            created=done.created,
            updated=done.updated,
            unchanged=done.unchanged,
        )
        append(
            kind=Kind.FILE_IMPORTED_ORDERS,
            now=now,
            subject_id=run_id,
            facts={
                "rows": report.rows,
                "created": done.created,
                "updated": done.updated,
                "sealed": done.sealed,
                "rejected": len(report.errors),
            },
        )


def _result(report: ParsedReport, done: IntakeResult) -> ImportResult:
    return ImportResult(
        kind=report.kind.value,
        encoding=report.encoding,
        orders=done.orders,
        lines=done.lines,
        created=done.created,
        updated=done.updated,
        unchanged=done.unchanged,
        rejected=len(report.errors),
        too_old=done.too_old,
        errors=report.errors,
        unknown_columns=report.unknown_columns,
    )
