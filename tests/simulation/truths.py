"""The truth of simulated orders, and what of it the portal is told, and when.

Drawn from a seed. What is told is true and may come late; much is never told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from random import Random

from orders.enums import FulfilledBy, FulfillmentStatus
from orders.incoming import IncomingBuyer, IncomingLine, IncomingOrder

HOUR = timedelta(hours=1)
NOBODY = IncomingBuyer({})


class Act(Enum):
    """How the portal is told."""

    REPORT = auto()
    SHIPPED = auto()
    DELIVERED = auto()


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the portal is told of one order, not before ``at``."""

    at: datetime
    act: Act
    order: IncomingOrder
    instant: datetime | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """One order: when it really arrived (None: never left), what is told of it."""

    number: str
    delivered: datetime | None
    told: tuple[Told, ...]


def truths(
    *, random: Random, begin: datetime, days: int, a_day: int
) -> Iterator[Truth]:
    """Yield orders, ``a_day`` bought each day, each with a history of its own."""
    for day in range(days):
        for n in range(a_day):
            bought = begin + timedelta(days=day) + random.random() * 24 * HOUR
            yield _truth(random, f"118-{day:04d}{n:03d}-0000001", bought)


def _truth(random: Random, number: str, bought: datetime) -> Truth:
    order = _order(number, bought)
    chance = random.random()
    first = bought + random.random() * 20 * HOUR
    if chance < 0.05:
        first = bought + timedelta(days=random.randint(2, 40))
    if chance > 0.9:
        theirs = replace(order, fulfilled_by=FulfilledBy.AMAZON, buyer=NOBODY)
        return Truth(number, bought + 48 * HOUR, (Told(first, Act.REPORT, theirs),))
    if chance > 0.82:
        return Truth(number, None, tuple(_cancelled(random, order, first)))
    shipped = bought + random.random() * timedelta(days=random.choice((2, 2, 6, 25)))
    delivered = shipped + random.random() * timedelta(days=12)
    told = [Told(first, Act.REPORT, order)]
    told += _still_waiting(random, order, first, shipped)
    if random.random() < 0.55:
        at = max(first, shipped) + random.random() * 30 * HOUR
        told.append(Told(at, Act.SHIPPED, order, shipped))
        if random.random() < 0.5:
            late = max(at, delivered) + random.random() * timedelta(days=6)
            told.append(Told(late, Act.DELIVERED, order, delivered))
    return Truth(number, delivered, tuple(told))


def _still_waiting(
    random: Random, order: IncomingOrder, first: datetime, shipped: datetime
) -> Iterator[Told]:
    """Yield reports that say unshipped; each is imported within a day."""
    made = first + random.random() * 48 * HOUR
    while made < shipped:
        again = replace(order, unshipped_seen_at=made)
        yield Told(made + random.random() * 24 * HOUR, Act.REPORT, again)
        made += (2 + random.random() * 10) * 24 * HOUR


def _cancelled(random: Random, order: IncomingOrder, first: datetime) -> Iterator[Told]:
    yield Told(first, Act.REPORT, order)
    at = first + random.random() * timedelta(days=8)
    again = replace(
        order, status=FulfillmentStatus.CANCELLED, cancelled_at=at, buyer=NOBODY
    )
    yield Told(at + random.random() * 12 * HOUR, Act.REPORT, again)


def _order(number: str, bought: datetime) -> IncomingOrder:
    return IncomingOrder(
        channel="amazon",
        marketplace_order_id=number,
        purchased_at=bought,
        lines=(IncomingLine(item_id="", sku="MUG", title="Mug", quantity=1),),
        buyer=IncomingBuyer(
            {"name": f"Testa Exampleton {number}", "city": f"Exampleville {number}"}
        ),
        status=FulfillmentStatus.UNSHIPPED,
    )
