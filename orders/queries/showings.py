"""Showings of buyer data, as the ledger holds them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from vault.kinds import Kind, Purpose
from vault.models import LedgerEntry

#: The kinds that say: buyer data was shown.
SHOWN = tuple(Kind.opened_for(purpose).value for purpose in Purpose)


@dataclass(frozen=True, slots=True)
class Showings:
    """How often an order's buyer was shown, and to how many people."""

    times: int
    people: int


def showings_since(
    *, seller_id: UUID, person_id: UUID, since: datetime, most: int
) -> list[datetime]:
    """Return when a person was shown buyer data after ``since``, newest first.

    At most ``most`` instants, in UTC.
    """
    rows = LedgerEntry.objects.filter(
        seller_id=seller_id, kind__in=SHOWN, actor_id=person_id, at__gt=since
    )
    return list(rows.order_by("-at").values_list("at", flat=True)[:most])


def showings_of(*, seller_id: UUID, order_id: UUID) -> Showings:
    """Count the showings of one order's buyer."""
    rows = LedgerEntry.objects.filter(
        seller_id=seller_id, subject_id=order_id, kind__in=SHOWN
    )
    found = rows.aggregate(times=Count("id"), people=Count("actor_id", distinct=True))
    return Showings(times=found["times"], people=found["people"])
