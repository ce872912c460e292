"""Who saw what: showings of buyer data, as the ledger recorded them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, FilteredRelation, Max, Q
from django.db.models.functions import TruncDate

from sellers.models import Person
from vault.kinds import Kind, Purpose
from vault.models import LedgerEntry

#: The page looks back this many days, the present one included.
LOOK_DAYS = 30
_PURPOSES = {Kind.opened_for(purpose).value: purpose for purpose in Purpose}


@dataclass(frozen=True, slots=True)
class PersonLooks:
    """What one person was shown. ``person_id`` is None for the portal itself.

    ``main_times`` of the ``times`` were for the purpose named most often.
    """

    person_id: UUID | None
    name: str
    role: str
    times: int
    main_purpose: Purpose
    main_times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Looks:
    """Showings of the last 30 UTC days: by person, most first, and by day, in order."""

    people: tuple[PersonLooks, ...]
    by_day: tuple[tuple[date, int], ...]

    @property
    def times(self) -> int:
        """Return how often buyer data was shown."""
        return sum(person.times for person in self.people)


def looks_of(*, seller_id: UUID, today: date) -> Looks:
    """Return who was shown buyer data of the seller in scope. ``today`` is in UTC."""
    first = today - timedelta(days=LOOK_DAYS - 1)
    rows: list[Any] = list(
        LedgerEntry.objects.filter(
            seller_id=seller_id,
            kind__in=list(_PURPOSES),
            at__gte=datetime.combine(first, time(), tzinfo=UTC),
        )
        .values("actor_id", "kind", on=TruncDate("at", tzinfo=UTC))
        .annotate(times=Count("pk"), last=Max("at"))
        .order_by("actor_id", "kind", "on")
    )
    known = _names_and_roles(
        ids={row["actor_id"] for row in rows if row["actor_id"]}, seller_id=seller_id
    )
    people = [
        _person(
            person_id=person_id,
            rows=[row for row in rows if row["actor_id"] == person_id],
            known=known,
        )
        for person_id in {row["actor_id"] for row in rows}
    ]
    days = Counter[date]()
    for row in rows:
        days[row["on"]] += row["times"]
    return Looks(
        people=tuple(sorted(people, key=lambda p: (-p.times, p.name))),
        by_day=tuple(
            (first + timedelta(days=n), days[first + timedelta(days=n)])
            for n in range(LOOK_DAYS)
        ),
    )


def _person(
    *,
    person_id: UUID | None,
    rows: Iterable[dict[str, Any]],
    known: dict[UUID, tuple[str, str]],
) -> PersonLooks:
    purposes, last = Counter[Purpose](), []
    for row in rows:
        purposes[_PURPOSES[row["kind"]]] += row["times"]
        last.append(row["last"])
    main = min(purposes, key=lambda purpose: (-purposes[purpose], purpose))
    name, role = known.get(person_id, ("", "")) if person_id else ("", "")
    return PersonLooks(
        person_id=person_id,
        name=name,
        role=role,
        times=purposes.total(),
        main_purpose=main,
        main_times=purposes[main],
        last=max(last),
    )


def _names_and_roles(*, ids: set[UUID], seller_id: UUID) -> dict[UUID, tuple[str, str]]:
    """Return names and role codes; who has left the shop has no role."""
    rows = (
        Person.objects.filter(id__in=ids)
        .annotate(
            here=FilteredRelation(
                "memberships", condition=Q(memberships__seller_id=seller_id)
            )
        )
        .values_list("id", "name", "here__role")
    )
    return {person_id: (name, role or "") for person_id, name, role in rows}
