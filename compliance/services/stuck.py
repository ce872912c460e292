"""Rows at which a step fails: three tries, then named once and left out.

For every step that goes row by row: the purge's deletion, sealing anew. One row must
hold up no other, and none may be forgotten silently. Everything here runs inside the
seller's scope.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F

from compliance.models import TRIES, StuckRow
from vault.context import current_scope
from vault.kinds import Kind
from vault.ledger import append

logger = logging.getLogger(__name__)

#: A shop's change of its days passes each order once; what resisted is found by its
#: note alone, which therefore stays when somebody takes the row in again.
JUDGING_ANEW = "judging anew"


def note_failure(*, subject_id: UUID, step: str, error: str, now: datetime) -> bool:
    """Count a failed try of a step at a row; tell whether the row is left out now.

    ``error`` names the error's class; its text is never written down, since it may hold
    a value. At the third try the ledger names the row, once.
    """
    row, made = StuckRow.objects.get_or_create(
        seller_id=current_scope().seller_id,
        subject_id=subject_id,
        step=step,
        solved_at=None,
        defaults={"error": error, "first_at": now, "last_at": now},
    )
    if not made:
        StuckRow.objects.filter(id=row.id).update(
            tries=F("tries") + 1, last_at=now, error=error
        )
        row.refresh_from_db(fields=["tries"])
    if row.tries == TRIES:
        append(
            kind=Kind.PII_STUCK_ROW,
            now=now,
            subject_id=subject_id,
            facts={"step": step, "error": error},
        )
        logger.warning("sweep: %s failed at a row %s times: %s", step, TRIES, error)
    return row.tries >= TRIES


def left_out(*, step: str) -> frozenset[UUID]:
    """Return the subjects that a step tries no more, until they are solved."""
    rows = StuckRow.objects.filter(
        seller_id=current_scope().seller_id,
        step=step,
        solved_at=None,
        tries__gte=TRIES,
    )
    return frozenset(rows.values_list("subject_id", flat=True))


def failing(*, step: str) -> frozenset[UUID]:
    """Return all subjects at which a step failed and that nothing solved yet."""
    rows = StuckRow.objects.filter(
        seller_id=current_scope().seller_id, step=step, solved_at=None
    )
    return frozenset(rows.values_list("subject_id", flat=True))


def solve(*, step: str, subject_ids: Iterable[UUID], now: datetime) -> int:
    """Write that a step got past rows, or that they are gone; return how many."""
    rows = StuckRow.objects.filter(
        seller_id=current_scope().seller_id,
        step=step,
        solved_at=None,
        subject_id__in=list(subject_ids),
    )
    return rows.update(solved_at=now)


def try_again(*, now: datetime) -> int:
    """Take every row of the seller in again, with three new tries; return how many.

    For somebody who has looked and mended what made them fail.
    """
    rows = StuckRow.objects.filter(
        seller_id=current_scope().seller_id, solved_at=None, tries__gte=TRIES
    )
    anew = rows.filter(step=JUDGING_ANEW).update(tries=0)
    return anew + rows.exclude(step=JUDGING_ANEW).update(solved_at=now)
