"""What the sweep does with holds and items: ends what is over, seals what was missed.

Idempotent and killable: each hold and each batch of items is a transaction of its own.
"""

from datetime import datetime
from uuid import UUID

from compliance.models import ArchiveItem, Hold
from compliance.queries.held import Stand, stand_of
from compliance.services.catching_up import seal_left_out
from compliance.services.holding import end_hold, locked_hold
from vault.context import SYSTEM, seller_scope
from vault.kinds import Kind
from vault.ledger import append, append_many

#: Items deleted in one transaction.
BATCH = 1_000


def keep_archive(*, seller_id: UUID, now: datetime) -> int:
    """End holds and items whose last day is over (UTC); return how many items went.

    Then seals what arrivals had to leave out.
    """
    gone = _end_holds(seller_id=seller_id, now=now)
    while batch := _delete_items(seller_id=seller_id, now=now):
        gone += batch
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        seal_left_out(now=now)
    return gone


def _end_holds(*, seller_id: UUID, now: datetime) -> int:
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        over = list(
            Hold.objects.filter(
                seller_id=seller_id,
                ends_on__lt=now.date(),
                ended_at=None,
                withdrawn_at=None,
            ).values_list("id", flat=True)
        )
    gone = 0
    for hold_id in over:
        with seller_scope(seller_id=seller_id, actor=SYSTEM):
            gone += _end_hold(hold_id=hold_id, now=now)
    return gone


def _end_hold(*, hold_id: UUID, now: datetime) -> int:
    """End one hold, unless somebody renewed or ended it since it was found."""
    hold = locked_hold(hold_id=hold_id)
    done = hold.ended_at is not None or hold.withdrawn_at is not None
    if done or stand_of(hold=hold, today=now.date()) is not Stand.ENDED:
        return 0
    if hold.approved_at is None:
        hold.withdrawn_at = now
        hold.save(update_fields=["withdrawn_at"])
        append(
            kind=Kind.HOLD_WITHDRAWN_CASE,
            now=now,
            subject_id=hold.id,
            facts={
                "number": hold.label,
                "orders": hold.orders,
                "why": "never approved",
            },
        )
        return 0
    return end_hold(hold=hold, why=Stand.ENDED, kind=Kind.HOLD_EXPIRED_CASE, now=now)


def _delete_items(*, seller_id: UUID, now: datetime) -> int:
    """Delete a batch of a rule's items whose last day is over; each is on record."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        over = ArchiveItem.objects.filter(
            seller_id=seller_id, hold=None, ends_on__lt=now.date()
        )
        rows = list(
            over.select_related("rule")
            .only("subject_id", "sha256", "rule__number", "seller_id")
            .order_by("ends_on", "id")
            .select_for_update(of=("self",), skip_locked=True)[:BATCH]
        )
        if not rows:
            return 0
        append_many(
            kind=Kind.ARCHIVE_DELETED_ITEM,
            now=now,
            entries=[
                (
                    row.subject_id,
                    {
                        "sha256": row.sha256,
                        "why": Stand.ENDED.value,
                        "name": row.rule.label if row.rule else "",
                    },
                )
                for row in rows
            ],
        )
        ids = [row.id for row in rows]
        ArchiveItem.objects.filter(seller_id=seller_id, id__in=ids).delete()
        return len(ids)
