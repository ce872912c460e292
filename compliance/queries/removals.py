"""Buyers that were removed before their day, as the log recorded it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from compliance.declarations.subjects import held_subjects
from sellers.queries import people_names
from vault.kinds import Kind
from vault.models import LedgerEntry, PurgeDay

#: The page looks back this many days, the present one included.
REMOVED_DAYS = 30
#: Removals that the page lists; it counts them all.
MOST_REMOVALS = 20


@dataclass(frozen=True, slots=True)
class Removed:
    """One removal. Instants and days are in UTC.

    ``destroyed_at`` is when the last key that sealed the buyer was destroyed, and
    ``number`` is empty for an order that has left since.
    """

    at: datetime
    order_id: UUID
    number: str
    why: str
    who: str
    last_key_on: date
    destroyed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Removals:
    """How many buyers were removed early in the last 30 days, and the latest."""

    count: int
    latest: tuple[Removed, ...]


def removals_of(*, seller_id: UUID, today: date) -> Removals:
    """Return the early removals of the seller in scope; ``today`` is in UTC."""
    first = today - timedelta(days=REMOVED_DAYS - 1)
    entries = LedgerEntry.objects.filter(
        seller_id=seller_id,
        kind=Kind.PII_REMOVED_EARLY.value,
        at__gte=datetime.combine(first, time(), tzinfo=UTC),
    )
    count = entries.count()
    if not count:
        return Removals(0, ())
    rows = list(entries.order_by("-at", "-id")[:MOST_REMOVALS])
    days = {_last_key(row) for row in rows}
    dead = dict(
        PurgeDay.objects.filter(day__in=days).values_list("day", "destroyed_at")
    )
    ids = [row.subject_id for row in rows if row.subject_id is not None]
    known = held_subjects().by_id(seller_id=seller_id, ids=ids)
    names = people_names(ids={row.actor_id for row in rows if row.actor_id})
    return Removals(
        count,
        tuple(
            Removed(
                at=row.at,
                order_id=row.subject_id,
                number=known[row.subject_id].number if row.subject_id in known else "",
                why=str(row.facts.get("why", "")),
                who=names.get(row.actor_id, "") if row.actor_id else "",
                last_key_on=_last_key(row),
                destroyed_at=dead.get(_last_key(row)),
            )
            for row in rows
            if row.subject_id is not None
        ),
    )


def _last_key(entry: LedgerEntry) -> date:
    return date.fromisoformat(str(entry.facts["last key dies on"]))
