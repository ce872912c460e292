"""Taking an uploaded file in: its sealed pieces, its run, its line in the ledger."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from marketplaces.enums import DayOrder, Part, RunState, What, Why
from marketplaces.models import ImportRun
from marketplaces.services.file_pieces import ArrivingFile, delete_file, store_pieces
from vault.context import current_scope
from vault.kinds import Kind
from vault.ledger import append


@dataclass(frozen=True, slots=True)
class EventTimes:
    """How a carrier's file is read: which number is the day, and in whose zone."""

    day_order: DayOrder
    time_zone: str


class FileBusy(Exception):
    """The file is being imported; stop that first."""


def receive_upload(
    *,
    arrived: ArrivingFile,
    person_id: UUID,
    charset: str,
    now: datetime,
    events: EventTimes | None = None,
) -> ImportRun:
    """Store a file that arrived whole, for the seller in scope; its check follows.

    ``events``: it is a carrier's, and its times are to be read like this.
    """
    run = ImportRun.objects.create(
        id=arrived.file_id,
        seller_id=current_scope().seller_id,
        started_by_id=person_id,
        state=RunState.CHECKING,
        file_bytes=arrived.size,
        file_print=arrived.file_print,
        charset=charset,
        what=What.ORDERS if events is None else What.EVENTS,
        day_order="" if events is None else events.day_order,
        time_zone="" if events is None else events.time_zone,
        sealed_on=arrived.sealed_on,
        expires_at=arrived.expires_at,
        started_at=now,
        heartbeat_at=now,
    )
    store_pieces(run=run, part=Part.UPLOAD, pieces=arrived.pieces)
    append(
        kind=Kind.FILE_UPLOADED_ORDERS if events is None else Kind.FILE_UPLOADED_EVENTS,
        now=now,
        subject_id=run.id,
        facts={
            "bytes": arrived.size,
            "pieces": len(arrived.pieces),
            "dies": arrived.expires_at.isoformat(timespec="minutes"),
        },
    )
    return run


def drop_upload(*, run_id: UUID, now: datetime) -> bool:
    """Delete a run's file because a person says so; tell whether there was one.

    Raises `FileBusy` while it is imported. What was stored stays.
    """
    run = (
        ImportRun.objects.select_for_update()
        .filter(seller_id=current_scope().seller_id, id=run_id)
        .first()
    )
    if run is None or run.deleted_at is not None or run.expires_at is None:
        return False
    if run.state in {RunState.QUEUED, RunState.RUNNING}:
        raise FileBusy
    if run.state in {RunState.CHECKING, RunState.CHECKED}:
        run.state, run.why, run.ended_at = RunState.DROPPED, Why.PERSON, now
    delete_file(run=run, why=Why.PERSON, now=now)
    return True
