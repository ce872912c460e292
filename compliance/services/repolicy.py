"""Applying a changed policy to the orders that are known: in batches that commit.

A batch and the cursor behind it are one transaction, so that a worker which dies
anywhere leaves a state from which any other one goes on.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from compliance.declarations import judge
from compliance.models import PolicyChange
from compliance.policies import policies, shortened
from compliance.queries.policies import own_figures
from compliance.services.policies import unfinished_changes
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
from vault.kinds import Kind
from vault.ledger import append
from vault.refusals import KeyDestroyed, OpeningSuspended, PastItsDay

logger = logging.getLogger(__name__)

#: A change that no worker has moved for so long is sent again.
LEASE = timedelta(minutes=2)


def apply_change(*, seller_id: UUID, change_id: UUID) -> None:
    """Judge all orders of a marketplace by a version, until done or replaced.

    Safe beside another one that does the same: each batch takes the cursor with it.
    """
    goes_on = True
    while goes_on:
        try:
            goes_on = apply_batch(
                seller_id=seller_id, change_id=change_id, now=clock.now()
            )
        except (PastItsDay, KeyDestroyed):
            # A purge day began in the middle of the batch: judge it once more.
            goes_on = apply_batch(
                seller_id=seller_id, change_id=change_id, now=clock.now()
            )
        except OpeningSuspended:
            logger.warning("repolicy: the keystore cannot be read; it is tried again")
            return


def apply_batch(*, seller_id: UUID, change_id: UUID, now: datetime) -> bool:
    """Judge one batch by a version and note it, in one transaction; tell if more is.

    Nothing happens where the version is applied already, or a later one replaced it.
    Raises what `compliance.declarations.Judge.judge_batch` does.
    """
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        judge().wait_for_others(seller_id=seller_id)
        change = _in_force(seller_id=seller_id, change_id=change_id)
        if change is None:
            return False
        policy = shortened(
            rule=policies()[change.channel], own=own_figures(change=change)
        )
        done = judge().judge_batch(
            seller_id=seller_id, policy=policy, after=change.cursor, now=now
        )
        change.judged += done.judged
        change.moved += done.moved
        change.removed += done.removed
        change.cursor = done.last or change.cursor
        change.heartbeat_at = now
        if done.last is None:
            _finish(change=change, now=now)
        change.save()
        return done.last is not None


def waiting_changes(*, seller_id: UUID, now: datetime) -> list[UUID]:
    """Return the versions of a seller that nobody moves at ``now`` (UTC)."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        return [
            change.id
            for change in unfinished_changes(seller_id=seller_id)
            if now - (change.heartbeat_at or change.changed_at) > LEASE
        ]


def _in_force(*, seller_id: UUID, change_id: UUID) -> PolicyChange | None:
    """Return a version, locked, where it is in force and not applied yet."""
    rows = PolicyChange.objects.filter(seller_id=seller_id)
    change = rows.select_for_update().filter(id=change_id).first()
    if change is None or change.finished_at is not None:
        return None
    later = rows.filter(channel=change.channel, version__gt=change.version)
    return None if later.exists() else change


def _finish(*, change: PolicyChange, now: datetime) -> None:
    change.finished_at = now
    append(
        kind=Kind.POLICY_APPLIED_ORDERS,
        now=now,
        subject_id=change.id,
        facts={
            "marketplace": change.channel,
            "version": change.version,
            "judged": change.judged,
            "moved": change.moved,
            "removed": change.removed,
        },
    )
