"""Purge records of the last days, and the last report of the sweep."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from compliance.models import PurgeRecord, SweepRun

#: The page looks back this many days, the present one included.
RECORD_DAYS = 30


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One purge record. Instants are in UTC; ``root`` is a Merkle root in hex."""

    label: str
    day: date
    orders: int
    root: str
    key_destroyed_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SweepReport:
    """When the sweep last came to its end, in UTC, and why it waits, if it does."""

    at: datetime
    waiting: str


def day_records(*, seller_id: UUID, today: date) -> tuple[DayRecord, ...]:
    """Return the records of the last 30 days of the seller in scope, newest first.

    ``today`` is in UTC.
    """
    rows = PurgeRecord.objects.filter(
        seller_id=seller_id, day__gt=today - timedelta(days=RECORD_DAYS)
    ).order_by("-day", "-number")
    return tuple(
        DayRecord(
            label=row.label,
            day=row.day,
            orders=row.orders,
            root=row.root,
            key_destroyed_at=row.key_destroyed_at,
            removed_at=row.removed_at,
        )
        for row in rows
    )


def last_sweep() -> SweepReport | None:
    """Return the last sweep that came to its end; None where none ever did."""
    run = (
        SweepRun.objects.filter(ended_at__isnull=False).order_by("-started_at").first()
    )
    if run is None or run.ended_at is None:
        return None
    return SweepReport(at=run.ended_at, waiting=run.waiting)
