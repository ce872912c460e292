"""Purging one seller: the record of each day, then the rows in batches."""

import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import Max, Model

from compliance.declarations import died_unmoved
from compliance.models import PurgeRecord
from compliance.queries.due import due_orders, due_subjects
from compliance.services.deleting import DeadRows, delete_rows, solve_gone
from compliance.services.isolation import SHOP_FAILURES, named, stay_connected
from vault.context import SYSTEM, seller_scope
from vault.faults import FaultPoint, no_fault
from vault.kinds import Kind
from vault.ledger import append, append_many
from vault.merkle import merkle_root
from vault.models import PurgeDay
from vault.privacy import Privacy, buyer_models

logger = logging.getLogger(__name__)


def purge_seller(
    *,
    seller_id: UUID,
    now: datetime,
    failed: set[UUID],
    fault: Callable[[FaultPoint], None] = no_fault,
) -> int:
    """Record and delete the rows of days whose key is destroyed; return the orders.

    A day that fails stops no other day; its seller goes into ``failed``.
    """
    purged = 0
    _close_finished(seller_id=seller_id, now=now, fault=fault)
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        groups = due_orders(seller_id=seller_id, today=now.date())
    for group in groups:
        if not group.key_destroyed:
            continue
        for model, privacy in buyer_models():
            if model._meta.db_table != group.table:
                continue
            rows = DeadRows(model, privacy, seller_id, group.day)
            try:
                purged += _purge_rows(rows=rows, now=now, fault=fault)
            except SHOP_FAILURES as error:
                logger.warning(
                    "sweep: shop %s, %s: %s", seller_id, group.day, named(error=error)
                )
                failed.add(seller_id)
                stay_connected()
    solve_gone(seller_id=seller_id, now=now)
    _close_finished(seller_id=seller_id, now=now, fault=fault)
    fault(FaultPoint.SHOP_PURGED)
    return purged


def _purge_rows(
    *, rows: DeadRows, now: datetime, fault: Callable[[FaultPoint], None]
) -> int:
    """Record the rows of one table and day, then delete them; return the orders."""
    orders = _record(
        model=rows.model,
        privacy=rows.privacy,
        seller_id=rows.seller_id,
        day=rows.day,
        now=now,
    )
    fault(FaultPoint.RECORD_WRITTEN)
    delete_rows(rows=rows, now=now, fault=fault)
    fault(FaultPoint.ROWS_DELETED)
    return orders


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
        _tell(record=record, now=now)
        return record.orders


def _tell(*, record: PurgeRecord, now: datetime) -> None:
    """Write the record to the ledger, and who died although owed a later day."""
    seller_id, day = record.seller_id, record.day
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
    append_many(
        kind=Kind.PII_DIED_UNMOVED,
        now=now,
        entries=[
            (subject, {"day": day.isoformat(), "owed": owed.isoformat()})
            for subject, owed in died_unmoved(seller_id=seller_id, day=day)
        ],
    )


def _close_finished(
    *, seller_id: UUID, now: datetime, fault: Callable[[FaultPoint], None]
) -> None:
    """Note on each open record whose rows are gone that they are, in every table.

    Also for a sweep that died between the last deletion and this note: an open
    record would swallow rows that turn up later on its day.
    """
    closed = 0
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
                closed += 1
    if closed:
        fault(FaultPoint.RECORD_CLOSED)


def _one_at_a_time(seller_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"purge {seller_id}"],
        )
