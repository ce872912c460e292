"""Clearing what only told that all was well: old runs, closed notices, solved rows.

Evidence stays: purge records, purge days, turns of the root, times off, versions of a
policy, the ledger. What goes here either stands in the ledger as well or said nothing
but that a sweep came by. Idempotent and killable: each batch commits by itself.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from compliance.models import MachineGap, Notice, NoticeKind, StuckRow, SweepRun
from compliance.queries.gaps import LOOKED_BACK
from compliance.queries.health import last_good_sweep
from compliance.services.guard import last_trusted_sweep, reason_to_wait
from vault.context import SYSTEM, seller_scope

#: Kept so long, in UTC: as far back as anything looks.
KEPT = LOOKED_BACK
#: Rows in one transaction.
BATCH = 5_000


def clear_runs(*, now: datetime) -> int:
    """Delete runs of the sweep older than `KEPT`; return how many. ``now`` is in UTC.

    What a question still hangs on stays, however old: the last good sweep (alarms), the
    last under a trusted clock (the guard), and all since the beginning of a gap that is
    still looked at, since a sweep in its midst says that there was none. A doubted
    clock clears nothing.
    """
    if reason_to_wait(now=now, clock_is_right=False):
        return 0
    # All that were written: those that a sweep denies as well.
    looked_at = MachineGap.objects.filter(ended_at__gte=now - LOOKED_BACK)
    needed = [
        last_good_sweep(now=now),
        last_trusted_sweep(),
        looked_at.order_by("began_at").values_list("began_at", flat=True).first(),
    ]
    before = min([now - KEPT, *(at for at in needed if at is not None)])
    # Of a run that ended long after it began, the end is what was asked for.
    old = SweepRun.objects.filter(started_at__lt=before).exclude(ended_at__gte=before)
    return _delete(old.order_by("started_at"))


def clear_shop(*, seller_id: UUID, now: datetime) -> int:
    """Delete a seller's closed notices and solved rows older than `KEPT`.

    Returns how many. The ledger says when a notice opened, was mailed and closed, and
    which rows were left out. A closed notice of the test buyer stays: it says up to
    when openings are answered for.
    """
    notices = Notice.objects.filter(
        seller_id=seller_id, closed_at__lt=now - KEPT
    ).exclude(kind=NoticeKind.TEST_BUYER)
    solved = StuckRow.objects.filter(seller_id=seller_id, solved_at__lt=now - KEPT)
    gone = 0
    for rows in (notices, solved):
        batch = BATCH
        while batch == BATCH:
            with seller_scope(seller_id=seller_id, actor=SYSTEM):
                batch = _delete_batch(rows.order_by("id"))
            gone += batch
    return gone


def _delete(rows: QuerySet[SweepRun]) -> int:
    gone, batch = 0, BATCH
    while batch == BATCH:
        batch = _delete_batch(rows)
        gone += batch
    return gone


def _delete_batch(
    rows: QuerySet[SweepRun] | QuerySet[Notice] | QuerySet[StuckRow],
) -> int:
    ids = list(rows.values_list("id", flat=True)[:BATCH])
    rows.model._default_manager.filter(id__in=ids).delete()
    return len(ids)
