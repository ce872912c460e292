"""What staff of the operator did in a shop, as the shop's own log says it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, When

from sellers.queries import people_names
from vault.kinds import Kind
from vault.models import LedgerEntry, OpeningStop

#: Acts on the page; all of them are in the log.
MOST_ACTS = 20
LOOKS = (Kind.STAFF_LOOKED_EXPOSURE, Kind.STAFF_LOOKED_RECORDS)
KINDS = (
    *LOOKS,
    Kind.STAFF_SUSPENDED_OPENING,
    Kind.STAFF_RESUMED_OPENING,
    Kind.STAFF_CHANGED_PERSON,
    Kind.STAFF_RESET_FACTOR,
)


@dataclass(frozen=True, slots=True)
class StaffAct:
    """One act. ``at`` is in UTC; ``about`` names the person of the shop, if any.

    ``reason`` was written for the shop's owner alone.
    """

    at: datetime
    kind: Kind
    name: str
    about: str
    ticket: str
    account: str
    reason: str


def staff_acts(*, seller_id: UUID) -> Iterator[StaffAct]:
    """Yield the last acts of staff on the seller in scope, newest first.

    Mere looks fill what deeds leave free, so that many of them hide no deed.
    """
    looks = When(kind__in=[kind.value for kind in LOOKS], then=1)
    found = LedgerEntry.objects.filter(
        seller_id=seller_id, kind__in=[kind.value for kind in KINDS]
    ).order_by(Case(looks, default=0), "-at", "-id")[:MOST_ACTS]
    rows = sorted(found, key=lambda row: (row.at, row.id), reverse=True)
    names = people_names(
        ids={i for row in rows for i in (row.actor_id, row.subject_id) if i}
    )
    reasons = _reasons(seller_id) if rows else {}
    for row in rows:
        kind = Kind(row.kind)
        suspended = kind is Kind.STAFF_SUSPENDED_OPENING
        yield StaffAct(
            at=row.at,
            kind=kind,
            name=names.get(row.actor_id, "") if row.actor_id else "",
            about=names.get(row.subject_id, "") if row.subject_id else "",
            ticket=str(row.facts.get("ticket", "")),
            account=str(row.facts.get("account", "")),
            reason=reasons.get(row.at, "") if suspended else "",
        )


def _reasons(seller_id: UUID) -> dict[datetime, str]:
    """Return the reasons of the stops by their instant; the log holds none."""
    rows = OpeningStop.objects.filter(seller_id=seller_id)
    return dict(rows.values_list("stopped_at", "reason"))
