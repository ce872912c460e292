"""Importing a carrier's file for a command: read, check, take in, record."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from marketplaces.carriers.event_files import (
    KIND,
    ParsedEvents,
    Reading,
    read_carrier_events,
)
from marketplaces.enums import What
from marketplaces.flatfile.refusals import RowError
from marketplaces.models import ImportRun
from marketplaces.services.contents import all_errors, finish_entry
from marketplaces.services.importing import run_name
from orders.services.carrier_events import receive_events
from orders.services.event_work import EventResult
from vault.context import Actor, seller_scope
from vault.ledger import append


@dataclass(frozen=True, slots=True)
class EventImport:
    """What an import did, or would do, and which rows were left out."""

    rows: int
    encoding: str
    done: EventResult
    errors: tuple[RowError, ...]
    unknown_columns: tuple[str, ...]


def import_event_file(
    *,
    seller_id: UUID,
    data: bytes,
    reading: Reading,
    actor: Actor,
    dry_run: bool = False,
) -> EventImport:
    """Import a carrier's file for a seller; the same file twice changes nothing.

    Raises `marketplaces.flatfile.refusals.FileRefused` where the file as a whole is
    refused; then nothing has changed. Bad rows are listed and the others imported.
    """
    parsed, now = read_carrier_events(data=data, reading=reading), reading.now
    if dry_run:
        with seller_scope(seller_id=seller_id, actor=actor):
            result = _take_in(parsed, seller_id, actor, now)
            transaction.set_rollback(True)
        return result
    result = _take_in(parsed, seller_id, actor, now)
    with seller_scope(seller_id=seller_id, actor=actor):
        _note(result, run_name(kind=KIND, data=data), seller_id, now)
    return result


def _take_in(
    parsed: ParsedEvents, seller_id: UUID, actor: Actor, now: datetime
) -> EventImport:
    done = receive_events(
        incoming=parsed.items, seller_id=seller_id, actor=actor, now=now
    )
    run = ImportRun(seller_id=seller_id, what=What.EVENTS)
    errors = all_errors(run=run, parsed=parsed, actor=actor, now=now)
    return EventImport(
        rows=parsed.rows,
        encoding=parsed.encoding,
        done=done,
        errors=errors,
        unknown_columns=parsed.unknown_columns,
    )


def _note(result: EventImport, name: str, seller_id: UUID, now: datetime) -> None:
    """Keep the run and its line in the ledger."""
    done = result.done
    run = ImportRun.objects.create(
        seller_id=seller_id,
        what=What.EVENTS,
        file_name=name,
        kind=KIND,
        encoding=result.encoding,
        started_at=now,
        ended_at=now,
        rows=result.rows,
        rejected=len(result.errors),
        orders=done.orders,
        lines=done.lines,
        updated=done.updated,
        unchanged=done.unchanged,
        did=asdict(done),
    )
    kind, facts = finish_entry(run=run)
    append(kind=kind, now=now, subject_id=run.id, facts=facts)
