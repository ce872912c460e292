"""What staff know of each shop: one row a shop, each from that shop's own figures.

Nothing here is added up across shops: Amazon forbids it, and nobody needs it. Eight
queries at most, however many shops there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, Max, OuterRef, Q

from compliance.alarms import SILENT_AFTER
from compliance.queries.exposure import State
from compliance.queries.measures import Measure, measures_of
from sellers.models import Membership, Seller
from vault.models import OpeningStop

#: Authenticators that are a second factor; recovery codes alone are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What staff know of one shop. Instants and days are in UTC.

    ``measure`` is None where no sweep has come by yet. ``people`` may sign in, and
    ``with_factor`` of them have a second factor.
    """

    seller: Seller
    now: datetime
    measure: Measure | None
    people: int
    with_factor: int
    last_sign_in: datetime | None
    stop: OpeningStop | None

    @property
    def readable(self) -> int:
        """Return how many orders of the shop have a buyer that opens now."""
        return self.measure.exposure.readable if self.measure else 0

    @property
    def past_limit(self) -> int:
        """Return how many orders of the shop are past the limit."""
        return self.measure.exposure.past_limit if self.measure else 0

    @property
    def leaving(self) -> int:
        """Return how many readable orders of the shop leave within seven days."""
        return self.measure.exposure.due_7_days if self.measure else 0

    @property
    def holds(self) -> int:
        """Return how many holds the shop has."""
        return self.measure.exposure.on_hold if self.measure else 0

    @property
    def silent(self) -> bool:
        """Tell whether sweeps do not report on this shop (any more)."""
        if self.measure is None:
            return self.now - self.seller.made_at > SILENT_AFTER
        return self.measure.silent

    @property
    def not_destroyed(self) -> list[date]:
        """Return the days that have begun and whose key may still exist, in order."""
        return self._days(State.REFUSED)

    @property
    def lost(self) -> list[date]:
        """Return the days ahead whose key is missing without a record, in order."""
        return self._days(State.LOST)

    @property
    def keystore_silent(self) -> bool:
        """Tell whether the keystore could not be read when the shop was measured."""
        return self.measure is not None and self.measure.exposure.suspended

    @property
    def lacks_factor(self) -> int:
        """Return how many people of the shop have no second factor."""
        return self.people - self.with_factor

    def _days(self, state: State) -> list[date]:
        if self.measure is None:
            return []
        return sorted({cell.purge_on for cell in self.measure.exposure.of(state)})


def shop_facts(*, now: datetime, slug: str = "") -> list[ShopFacts]:
    """Return what is known of every shop, or of one, by name. ``now`` is in UTC.

    A closed shop stays until nothing of its buyers is left.
    """
    sellers = Seller.objects.order_by("name", "id")
    if slug:
        sellers = sellers.filter(slug=slug)
    shops = list(sellers)
    ids = [seller.id for seller in shops]
    measures, people = measures_of(seller_ids=ids, now=now), _people(ids, now)
    stops = {
        stop.seller_id: stop
        for stop in OpeningStop.objects.filter(seller_id__in=ids, resumed_at=None)
    }
    found = (
        ShopFacts(
            seller=seller,
            now=now,
            measure=measures.get(seller.id),
            stop=stops.get(seller.id),
            **people.get(seller.id, _NOBODY),
        )
        for seller in shops
    )
    return [facts for facts in found if _stays(facts)]


_NOBODY: dict[str, Any] = {"people": 0, "with_factor": 0, "last_sign_in": None}


def _stays(facts: ShopFacts) -> bool:
    if facts.seller.closed_at is None:
        return True
    return facts.measure is None or bool(facts.measure.exposure.cells)


def _people(ids: Iterable[UUID], now: datetime) -> dict[UUID, dict[str, Any]]:
    """Count the people of each shop who may sign in, and their second factors."""
    has_factor = Exists(
        Authenticator.objects.filter(user_id=OuterRef("person_id"), type__in=FACTORS)
    )
    rows = (
        Membership.objects.filter(seller_id__in=list(ids), person__is_active=True)
        .filter(Q(ends_on=None) | Q(ends_on__gt=now.date()))
        .annotate(has_factor=has_factor)
        .values("seller_id")
        .annotate(
            people=Count("id"),
            with_factor=Count("id", filter=Q(has_factor=True)),
            last_sign_in=Max("person__last_login"),
        )
    )
    return {
        row["seller_id"]: {
            "people": row["people"],
            "with_factor": row["with_factor"],
            "last_sign_in": row["last_sign_in"],
        }
        for row in rows
    }
