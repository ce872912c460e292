"""What the log and the purge records say of one order."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from compliance.models import PurgeRecord
from orders.models import Order
from vault.kinds import Kind
from vault.models import DayState, LedgerEntry, PurgeDay

#: Entries that one page shows; an order rarely has a tenth of them.
MOST_ENTRIES = 200
#: What would tell a visitor that this buyer is invented; owners learn it elsewhere.
KEPT_QUIET = (Kind.BUYER_INVENTED_TEST.value, Kind.INCIDENT_OPENED_TEST.value)


@dataclass(frozen=True, slots=True)
class DayOfPurge:
    """How far the destruction of a day's key is. Instants in UTC."""

    state: DayState
    destroyed_at: datetime | None


def entries_of(*, seller_id: UUID, order_id: UUID) -> list[LedgerEntry]:
    """Return the log's entries about an order, newest first."""
    rows = LedgerEntry.objects.filter(seller_id=seller_id, subject_id=order_id).exclude(
        kind__in=KEPT_QUIET
    )
    return list(rows.order_by("-at", "-id")[:MOST_ENTRIES])


def day_of_purge(*, day: date) -> DayOfPurge | None:
    """Return the state of a purge day, or None where it was never made."""
    row = PurgeDay.objects.filter(day=day).values("state", "destroyed_at").first()
    if row is None:
        return None
    return DayOfPurge(DayState(row["state"]), row["destroyed_at"])


def record_of(*, order: Order, entries: list[LedgerEntry]) -> PurgeRecord | None:
    """Return the purge record that names an order, or None.

    A buyer that was removed before its day stands in no record: the entry of the
    removal stands in its place. Of several parts it is the first one written after
    the buyer was sealed last.
    """
    if any(entry.kind == Kind.PII_REMOVED_EARLY for entry in entries):
        return None
    sealed = [e.at for e in entries if e.kind == Kind.PII_SEALED_IMPORT]
    records = PurgeRecord.objects.filter(
        seller_id=order.seller_id, day=order.purge_on
    ).order_by("part")
    return next((r for r in records if not sealed or r.recorded_at >= sealed[0]), None)
