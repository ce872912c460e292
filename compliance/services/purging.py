"""Purging one seller: the record of each day, then the rows in batches."""

from collections.abc import Callable
from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import Max, Model

from compliance.models import PurgeRecord
from compliance.queries.due import due_orders, due_subjects
from vault.context import SYSTEM, seller_scope
from vault.faults import FaultPoint, no_fault
from vault.kinds import Kind
from vault.ledger import append
from vault.merkle import merkle_root
from vault.models import PurgeDay
from vault.privacy import Privacy, buyer_models

#: Rows deleted in one transaction.
BATCH = 10_000


def purge_seller(
    *,
    seller_id: UUID,
    now: datetime,
    fault: Callable[[FaultPoint], None] = no_fault,
) -> int:
    """Record and delete the rows of days whose key is destroyed; return the orders."""
    purged = 0
    _close_finished(seller_id=seller_id, now=now)
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        groups = due_orders(seller_id=seller_id, today=now.date())
    for group in groups:
        if not group.key_destroyed:
            continue
        for model, privacy in buyer_models():
            if model._meta.db_table != group.table:
                continue
            purged += _record(
                model=model,
                privacy=privacy,
                seller_id=seller_id,
                day=group.day,
                now=now,
            )
            fault(FaultPoint.RECORD_WRITTEN)
            _delete(model=model, seller_id=seller_id, day=group.day)
            fault(FaultPoint.ROWS_DELETED)
    _close_finished(seller_id=seller_id, now=now)
    return purged


def _record(
    *,
    model: type[Model],
    privacy: Privacy,
    seller_id: UUID,
    day: date,
    now: datetime,
) -> int:
    """Write the record of a day once; return the orders that it names."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        _one_at_a_time(seller_id)
        known = PurgeRecord.objects.filter(seller_id=seller_id, day=day)
        if known.filter(removed_at=None).exists():
            return 0
        subjects = list(
            due_subjects(model=model, privacy=privacy, seller_id=seller_id, day=day)
        )
        if not subjects:
            return 0
        key = PurgeDay.objects.get(day=day)
        last = PurgeRecord.objects.filter(seller_id=seller_id).aggregate(
            number=Max("number")
        )
        record = PurgeRecord.objects.create(
            seller_id=seller_id,
            number=(last["number"] or 0) + 1,
            day=day,
            part=known.count() + 1,
            orders=len(subjects),
            fields=sum(filled for _, filled in subjects),
            root=merkle_root([subject.bytes for subject, _ in subjects]).hex(),
            key_fingerprint=key.fingerprint,
            # A constraint: a destroyed day carries its instant.
            key_destroyed_at=cast("datetime", key.destroyed_at),
            recorded_at=now,
        )
        append(
            kind=Kind.PII_PURGED_DAY,
            now=now,
            subject_id=record.id,
            facts={
                "day": day.isoformat(),
                "number": record.number,
                "orders": record.orders,
                "fields": record.fields,
                "root": record.root,
                "key": record.key_fingerprint,
            },
        )
        return record.orders


def _delete(*, model: type[Model], seller_id: UUID, day: date) -> None:
    """Delete a day's rows in batches; rows that somebody holds are left for later."""
    table = connection.ops.quote_name(model._meta.db_table)
    statement = (
        f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} "  # noqa: S608
        "WHERE seller_id = %s AND purge_on = %s LIMIT %s FOR UPDATE SKIP LOCKED)"
    )
    deleted = BATCH
    while deleted:
        with (
            seller_scope(seller_id=seller_id, actor=SYSTEM),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [seller_id, day, BATCH])
            deleted = cursor.rowcount


def _close_finished(*, seller_id: UUID, now: datetime) -> None:
    """Note on each open record whose rows are gone that they are, in every table.

    Also for a sweep that died between the last deletion and this note: an open
    record would swallow rows that turn up later on its day.
    """
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        _one_at_a_time(seller_id)
        for record in PurgeRecord.objects.filter(seller_id=seller_id, removed_at=None):
            rows = (
                model._default_manager.filter(seller_id=seller_id, purge_on=record.day)
                for model, _ in buyer_models()
            )
            if not any(found.exists() for found in rows):
                record.removed_at = now
                record.save(update_fields=["removed_at"])


def _one_at_a_time(seller_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"purge {seller_id}"],
        )
