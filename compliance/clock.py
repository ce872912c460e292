"""The retention clock: from what is known of an order to the day its buyer dies.

The clock is the latest instant at which it is certain that the order was not yet
delivered. It can therefore never be later than the true delivery, and a purge counted
from it can never exceed a limit counted from delivery. It always exists, because
every order has a purchase. All instants and days are UTC.

Where evidence contradicts itself the earlier day is the safe one:

- An exact delivery overrules everything weaker, earlier or later than it, unless a
  poll had already said delivered before it: then the poll's interval counts.
- A poll that says delivered is an upper end. It is never the clock, and whatever
  claims at or after it that the order was undelivered is stale and ignored.
- "Unshipped" is a weaker word than a ship time, a poll on the way that ended in
  delivered, or a lost parcel: beside one of these it is stale or superfluous.
- "On the way" moves nothing alone, since carriers scan late.
- A cancellation only ever shortens, and stands even where a ship time follows it: a
  parcel that has left needs no address, and a cancelled order has no delivery.
- Whatever lies before the purchase is taken as the purchase.
"""

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum, auto

from compliance.policies import RetentionPolicy

#: A cancelled order serves no purpose: purged when the next UTC day begins.
CANCELLED_DAYS = 1
#: One day more, and a cancelled order's key is past the limit.
CANCELLED_LIMIT_DAYS = 2


class NaiveInstant(ValueError):
    """An instant without a time zone: its UTC day would be a guess."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the portal was told of one order: aware instants in UTC, or None.

    Each is the time it was said or happened, never the time it was imported. Of
    several packages it is the last one's: ``shipped_at`` and what follows stay None
    while a part of the order is still to be shipped. ``cancelled_at`` is the whole
    order's. Raises `NaiveInstant`.
    """

    purchased_at: datetime
    #: Latest report or poll that says unshipped, or a person's "not shipped yet".
    unshipped_seen_at: datetime | None = None
    #: Ship time of the last package.
    shipped_at: datetime | None = None
    #: Last poll that says on the way before the one that says delivered.
    in_transit_seen_at: datetime | None = None
    #: First poll that says delivered: delivery lies after the one above, up to here.
    delivered_seen_at: datetime | None = None
    #: Exact delivery, from a carrier's event.
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    #: Lost or undeliverable.
    undeliverable_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse an instant without a time zone."""
        for field in fields(self):
            instant = getattr(self, field.name)
            if instant is not None and instant.utcoffset() is None:
                message = f"{field.name} has no time zone; pass an aware UTC instant."
                raise NaiveInstant(message)


class Basis(StrEnum):
    """Which piece of evidence the clock stands on."""

    PURCHASED = auto()
    UNSHIPPED_SEEN = auto()
    SHIPPED = auto()
    IN_TRANSIT_SEEN = auto()
    DELIVERED = auto()
    CANCELLED = auto()
    UNDELIVERABLE = auto()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The day an order's buyer dies, and from what it was counted.

    ``clock`` is an instant in UTC. From 00:00 UTC of ``purge_on`` nothing opens.
    ``limit_on`` is the first UTC day on which a key that still exists is past the
    marketplace's limit: the day of clock + the rule's days, also where a ceiling or a
    shop's own figures brought the purge forward; of a cancelled order the day after
    ``purge_on``. It is later than ``purge_on`` wherever the policy has a margin.
    """

    clock: datetime
    basis: Basis
    purge_on: date
    limit_on: date


def purge_day(*, evidence: Evidence, policy: RetentionPolicy) -> Verdict:
    """Judge on which UTC day the buyer of this order is purged. Never undefined.

    The policy's days less its margin, counted from the clock; without an exact
    delivery never later than its ceiling, counted from the purchase. A cancellation
    purges on the next UTC day where that is earlier. The margin is there for reports
    that are up to 48 hours behind the truth. Rule: Amazon's Data Protection Policy,
    2.1 (30 days after delivery); margin, ceiling and cancellation are the product's.
    """
    told = _from_purchase_on(evidence)
    clock, basis = _latest_undelivered(told)
    purge_on = utc_day_after(clock, policy.kept_days)
    if policy.ceiling_days is not None and basis is not Basis.DELIVERED:
        purge_on = min(purge_on, utc_day_after(told.purchased_at, policy.ceiling_days))
    limit_on = utc_day_after(clock, policy.limit_days)
    if told.cancelled_at is not None:
        cancelled = _cancelled(told.cancelled_at)
        if cancelled.purge_on <= purge_on:
            return cancelled
        # A shop's own day came first; what was cancelled keeps its nearer limit.
        limit_on = min(limit_on, cancelled.limit_on)
    return Verdict(clock, basis, purge_on, limit_on)


def _cancelled(at: datetime) -> Verdict:
    return Verdict(
        clock=at,
        basis=Basis.CANCELLED,
        purge_on=utc_day_after(at, CANCELLED_DAYS),
        limit_on=utc_day_after(at, CANCELLED_LIMIT_DAYS),
    )


def _latest_undelivered(told: Evidence) -> tuple[datetime, Basis]:
    """Return the latest certain instant before delivery, and what makes it certain."""
    exact, seen = told.delivered_at, told.delivered_seen_at
    if exact is not None and (seen is None or exact <= seen):
        return exact, Basis.DELIVERED
    on_the_way = told.in_transit_seen_at if seen is not None else None
    left = _before(
        seen,
        (told.undeliverable_at, Basis.UNDELIVERABLE),
        (on_the_way, Basis.IN_TRANSIT_SEEN),
        (told.shipped_at, Basis.SHIPPED),
    )
    waiting = _before(seen, (told.unshipped_seen_at, Basis.UNSHIPPED_SEEN))
    bounds = left or waiting or [(told.purchased_at, Basis.PURCHASED)]
    return max(bounds, key=lambda bound: bound[0])


def _before(
    seen: datetime | None, *bounds: tuple[datetime | None, Basis]
) -> list[tuple[datetime, Basis]]:
    """Keep the known bounds that a poll which says delivered does not contradict."""
    return [
        (at, basis)
        for at, basis in bounds
        if at is not None and (seen is None or at < seen)
    ]


def _from_purchase_on(evidence: Evidence) -> Evidence:
    """Bring every instant to UTC and none before the purchase."""
    bought = evidence.purchased_at.astimezone(UTC)
    instants = {field.name: getattr(evidence, field.name) for field in fields(evidence)}
    known = {name: at for name, at in instants.items() if at is not None}
    return replace(
        evidence,
        **{name: max(at.astimezone(UTC), bought) for name, at in known.items()},
    )


def utc_day_after(clock: datetime, days: int) -> date:
    """Return the UTC date of the instant ``days`` days after ``clock``, in UTC.

    Stops at the last day there is: files hold years such as 9999 for "none".
    """
    return date.fromordinal(min(clock.toordinal() + days, date.max.toordinal()))
