"""Cleaning up after imports: files whose time is over, runs whose worker died."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q

from marketplaces.enums import RunState, Why
from marketplaces.models import ImportRun
from marketplaces.services.file_pieces import delete_file
from marketplaces.services.running import LEASE
from vault.context import SYSTEM, seller_scope
from vault.kinds import Kind
from vault.ledger import append

#: A message that nobody has taken for so long is sent again; doing so is harmless.
SEND_AGAIN: Final = timedelta(minutes=2)


def tidy_imports(*, seller_id: UUID, now: datetime) -> list[tuple[UUID, RunState]]:
    """Delete files that are over and end runs of dead workers, for one seller.

    Returns the runs that wait for a task, with their states, so that the caller sends
    it again. Rows that a batch holds at this moment are left to the next time.
    """
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        for run in _held_by_nobody(seller_id, _over(now)):
            _expire(run, now)
        for run in _held_by_nobody(seller_id, _dead(now)):
            _end_early(run, now)
        waiting = ImportRun.objects.filter(
            seller_id=seller_id,
            state__in=(RunState.CHECKING, RunState.QUEUED),
            heartbeat_at__lt=now - SEND_AGAIN,
        )
        return [(run.id, RunState(run.state)) for run in waiting.order_by("id")]


def _held_by_nobody(seller_id: UUID, which: Q) -> list[ImportRun]:
    rows = ImportRun.objects.select_for_update(skip_locked=True, of=("self",))
    return list(rows.filter(which, seller_id=seller_id).order_by(F("id")))


def _over(now: datetime) -> Q:
    return Q(deleted_at__isnull=True, expires_at__lte=now)


def _dead(now: datetime) -> Q:
    return Q(state=RunState.RUNNING, heartbeat_at__lt=now - LEASE)


def _expire(run: ImportRun, now: datetime) -> None:
    """Delete a file whose time is over; whoever waited for it is told."""
    if run.state in {RunState.CHECKING, RunState.CHECKED, RunState.QUEUED}:
        run.state, run.why, run.ended_at = RunState.DROPPED, Why.EXPIRED, now
    delete_file(run=run, why=Why.EXPIRED, now=now)


def _end_early(run: ImportRun, now: datetime) -> None:
    """Say that a run broke off; what it stored stays, and it can be started again."""
    run.state, run.why, run.claim = RunState.ENDED_EARLY, Why.NO_WORKER, None
    run.ended_at = now
    run.save()
    append(
        kind=Kind.FILE_FAILED_IMPORT,
        now=now,
        subject_id=run.id,
        facts={"why": run.why, "rows": run.rows_done, "orders": run.orders},
    )
