"""Running an import: one task at a time, in batches that count themselves exactly.

The job row guards. A task claims it; each batch holds it locked, and what was stored
and what the row counts are committed together. So a task that is delivered twice finds
nothing to do, and one that takes over from a dead worker goes on where that one ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from marketplaces.enums import STARTABLE, Part, RunState, Why
from marketplaces.flatfile.refusals import FileRefused
from marketplaces.models import ImportRun
from marketplaces.services.contents import (
    Parsed,
    all_errors,
    finish_entry,
    parse,
    rejected_file,
    take_in,
)
from marketplaces.services.file_pieces import (
    FileGone,
    delete_file,
    delete_part,
    read_part,
    seal_rejected,
)
from orders.incoming import IncomingOrder, IncomingPackage
from orders.services.intake import BATCH
from sellers.models import Person, Seller
from sellers.queries import rights_in
from sellers.roles import Right
from vault.clock import clock
from vault.context import (
    SYSTEM,
    Actor,
    current_scope,
    person_actor,
    seller_scope,
)
from vault.kinds import Kind
from vault.ledger import append
from vault.refusals import (
    KeyDestroyed,
    OpeningRefused,
    OpeningSuspended,
    PastItsDay,
)
from vault.rows import new_id

#: A run that has not moved for so long is nobody's: the worker died.
LEASE: Final = timedelta(minutes=3)
_COUNTED: Final = ("orders", "lines", "created", "updated", "unchanged", "sealed")


class RunRefused(Exception):
    """The import cannot be started now: it runs already, is over, or its file is."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A task's hold on a run, and who started it."""

    seller_id: UUID
    run_id: UUID
    token: UUID
    person_id: UUID

    @property
    def actor(self) -> Actor:
        """Return the person who started the run."""
        return person_actor(self.person_id)


def ask_for_run(*, run_id: UUID, person_id: UUID, now: datetime) -> None:
    """Let a checked, stopped or broken-off run of the seller in scope go (on).

    The caller sends the task once the transaction has committed. Raises `RunRefused`.
    """
    run = _locked(seller_id=current_scope().seller_id, run_id=run_id)
    if run is None or run.state not in STARTABLE:
        raise RunRefused
    if run.deleted_at is not None or run.expires_at is None or now >= run.expires_at:
        raise RunRefused
    run.state, run.started_by_id = RunState.QUEUED, person_id
    run.stop_wanted_at, run.ended_at, run.why = None, None, ""
    run.heartbeat_at = now
    run.save()


def ask_to_stop(*, run_id: UUID, now: datetime) -> bool:
    """Have a run of the seller in scope stop after its batch; tell whether it moves.

    Asked twice, it stays asked. A run that no task has claimed stops at once.
    """
    run = _locked(seller_id=current_scope().seller_id, run_id=run_id)
    if run is None or run.state not in {RunState.QUEUED, RunState.RUNNING}:
        return False
    run.stop_wanted_at = run.stop_wanted_at or now
    if run.state == RunState.QUEUED:
        _stop(run, Why.PERSON, now)
    run.save()
    return True


def run_import(*, seller_id: UUID, run_id: UUID) -> None:
    """Import a checked file: claim it, store batch after batch, finish.

    Raises `OpeningSuspended` where the keystore cannot be read; the run then waits for
    somebody to start it again.
    """
    mine = claim(seller_id=seller_id, run_id=run_id, now=clock.now())
    if mine is None:
        return
    opened = _open(mine)
    if opened is None:
        return
    data, report, done = opened
    left = report.items[done:]
    for start in range(0, len(left), BATCH):
        if not _one_batch(mine, left[start : start + BATCH]):
            return
    _finish(mine, data, report)


def claim(*, seller_id: UUID, run_id: UUID, now: datetime) -> Claim | None:
    """Claim a run that waits, or one whose worker has not moved for `LEASE`."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        run = _locked(seller_id=seller_id, run_id=run_id)
        if run is None or run.started_by_id is None or not _is_free(run, now):
            return None
        run.state, run.claim, run.heartbeat_at = RunState.RUNNING, new_id(), now
        run.run_at = now
        run.save()
        return Claim(seller_id, run_id, run.claim, run.started_by_id)


def _is_free(run: ImportRun, now: datetime) -> bool:
    if run.state == RunState.QUEUED:
        return True
    stale = run.heartbeat_at is None or now - run.heartbeat_at > LEASE
    return run.state == RunState.RUNNING and stale


def _open(mine: Claim) -> tuple[bytes, Parsed, int] | None:
    """Open and read the file, if it is the one that was checked."""
    with seller_scope(seller_id=mine.seller_id, actor=mine.actor):
        run, now = _mine(mine), clock.now()
        if run is None or _stopped(run, mine, now):
            return None
        try:
            data, print_ = read_part(run=run, part=Part.UPLOAD, now=now)
        except OpeningSuspended:
            raise
        except FileGone:
            _fail(run, Why.EXPIRED, now)
            return None
        except OpeningRefused:
            _fail(run, Why.UNREADABLE, now)
            return None
        if print_ != run.checked_print:
            _fail(run, Why.SWAPPED, now)
            return None
    try:
        return data, parse(run=run, data=data), run.orders
    except FileRefused:
        # It was read at the check; so it is another one now.
        with seller_scope(seller_id=mine.seller_id, actor=mine.actor):
            if (again := _mine(mine)) is not None:
                _fail(again, Why.SWAPPED, now)
        return None


def _one_batch(mine: Claim, batch: Sequence[IncomingOrder | IncomingPackage]) -> bool:
    """Store one batch and count it, together; tell whether to go on."""
    with seller_scope(seller_id=mine.seller_id, actor=mine.actor):
        run, now = _mine(mine), clock.now()
        if run is None or _stopped(run, mine, now):
            return False
        done = take_in(run=run, batch=batch, actor=mine.actor, now=now)
        for name in _COUNTED:
            setattr(run, name, getattr(run, name) + getattr(done, name))
        run.rows_done += sum(len(order.rows) for order in batch)
        run.heartbeat_at = clock.now()
        run.save(update_fields=[*_COUNTED, "did", "rows_done", "heartbeat_at"])
    return True


def _stopped(run: ImportRun, mine: Claim, now: datetime) -> bool:
    """Stop a run that somebody wants stopped, or whose person lost the right."""
    if run.stop_wanted_at is not None:
        _stop(run, Why.PERSON, now)
    elif not _may_import(mine, now):
        _stop(run, Why.RIGHT_TAKEN, now)
    else:
        return False
    run.save()
    return True


def _may_import(mine: Claim, now: datetime) -> bool:
    person = Person.objects.get(id=mine.person_id)
    seller = Seller.objects.get(id=mine.seller_id)
    return Right.IMPORT_ORDERS in rights_in(person=person, seller=seller, now=now)


def _stop(run: ImportRun, why: Why, now: datetime) -> None:
    """Mark a locked run as stopped; the caller saves it."""
    run.state, run.why, run.claim, run.ended_at = RunState.STOPPED, why, None, now
    facts = _facts(run, why)
    append(kind=Kind.FILE_STOPPED_IMPORT, now=now, subject_id=run.id, facts=facts)


def _fail(run: ImportRun, why: Why, now: datetime) -> None:
    """End a run whose file is not to be trusted or gone, and delete the file."""
    run.state, run.why, run.claim, run.ended_at = RunState.ENDED_EARLY, why, None, now
    facts = _facts(run, why)
    append(kind=Kind.FILE_FAILED_IMPORT, now=now, subject_id=run.id, facts=facts)
    if run.deleted_at is None:
        delete_file(run=run, why=why, now=now)
    run.save()


def _facts(run: ImportRun, why: Why) -> dict[str, int | str]:
    return {"why": why.value, "rows": run.rows_done, "orders": run.orders}


def _finish(mine: Claim, data: bytes, report: Parsed) -> None:
    """Mark a run as finished; keep of its file the rejected rows alone."""
    with seller_scope(seller_id=mine.seller_id, actor=mine.actor):
        run, now = _mine(mine), clock.now()
        if run is None:
            return
        run.state, run.claim, run.ended_at = RunState.FINISHED, None, now
        errors = all_errors(run=run, parsed=report, actor=mine.actor, now=now)
        run.rejected = len(errors)
        run.rows_done, run.first_rows = run.rows - run.rejected, []
        kind, facts = finish_entry(run=run)
        append(kind=kind, now=now, subject_id=run.id, facts=facts)
        if run.deleted_at is None:
            rows = rejected_file(run=run, parsed=report, data=data, errors=errors)
            _keep_rejected(run, rows, len(errors), now)
        run.save()


def _keep_rejected(run: ImportRun, rows: bytes, rejected: int, now: datetime) -> None:
    """Put the rejected rows in the place of the file; delete it where there are none.

    Where the file's day has begun meanwhile, nothing is kept: it could not be read.
    """
    alive = run.expires_at is not None and now < run.expires_at
    if rejected and alive and run.sealed_on is not None:
        try:
            seal_rejected(run=run, data=rows, day=run.sealed_on)
        except (PastItsDay, KeyDestroyed):
            alive = False
    if not (rejected and alive):
        delete_file(run=run, why=Why.IMPORTED, now=now)
        return
    delete_part(run=run, part=Part.UPLOAD)
    append(
        kind=Kind.FILE_DELETED_UPLOAD,
        now=now,
        subject_id=run.id,
        facts={"why": Why.IMPORTED.value, "rejected rows kept": rejected},
    )


def _mine(mine: Claim) -> ImportRun | None:
    """Return the run, locked, as long as this task's claim on it stands."""
    run = _locked(seller_id=mine.seller_id, run_id=mine.run_id)
    if run is None or run.state != RunState.RUNNING or run.claim != mine.token:
        return None
    return run


def _locked(*, seller_id: UUID, run_id: UUID) -> ImportRun | None:
    rows = ImportRun.objects.select_for_update()
    return rows.filter(seller_id=seller_id, id=run_id).first()
