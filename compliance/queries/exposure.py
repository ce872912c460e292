"""Exposure of one shop: what buyer data is readable now, where, and for how long.

Computed from rows and the keystore when it is asked for, never from a job's report.
An order counts once: its buyer is one row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from compliance.declarations import facts_of
from compliance.queries.buyer_rows import RowGroup, row_groups
from compliance.queries.held import orders_on_hold
from compliance.queries.keys_there import (
    KeysThere,
    keys_there,
    recorded_destructions,
)
from compliance.queries.records import DayRecord, day_records
from vault.models import DayState
from vault.privacy import Category, buyer_models

#: What leaves within this many days is shown as leaving.
LEAVING_DAYS = 7


class State(Enum):
    """Where buyer rows stand.

    READABLE opens now. LOST has its day ahead and no key. REFUSED is past its day
    while its key may still exist. GONE has no key any more; its rows await deletion.
    """

    READABLE = auto()
    LOST = auto()
    REFUSED = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Cell:
    """Orders with the same two days and state; ``kept`` of them are not shipped yet."""

    purge_on: date
    limit_on: date
    state: State
    orders: int
    kept: int = 0
    by_category: Mapping[Category, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exposure:
    """The exposure of one shop at ``now``, in orders. Days are UTC.

    ``on_hold`` are orders with fields sealed to the shop's certificate: nobody here
    can open those, so they are never counted as readable.
    """

    now: datetime
    cells: tuple[Cell, ...]
    records: tuple[DayRecord, ...]
    suspended: bool
    closing: frozenset[date] = frozenset()
    on_hold: int = 0

    @property
    def today(self) -> date:
        """Return the UTC day of ``now``."""
        return self.now.date()

    @property
    def readable(self) -> int:
        """Return how many orders have a buyer that opens now."""
        return sum(cell.orders for cell in self.of(State.READABLE))

    @property
    def kept_until_shipped(self) -> int:
        """Return how many of the readable orders are not shipped yet."""
        return sum(cell.kept for cell in self.of(State.READABLE))

    @property
    def lost(self) -> int:
        """Return how many orders have their day ahead, but no key."""
        return sum(cell.orders for cell in self.of(State.LOST))

    @property
    def refused_key_exists(self) -> int:
        """Return how many orders are past their day while their key may exist."""
        return sum(cell.orders for cell in self.of(State.REFUSED))

    @property
    def past_limit(self) -> int:
        """Return how many orders are past the limit: day 30 has come, the key lives."""
        return sum(cell.orders for cell in self.past_cells())

    @property
    def due_7_days(self) -> int:
        """Return how many readable orders leave within seven days."""
        return self.leaving_by(self.today + timedelta(days=LEAVING_DAYS))

    @property
    def due_tonight(self) -> int:
        """Return how many readable orders leave at the next midnight UTC."""
        return self.leaving_by(self.today + timedelta(days=1))

    @property
    def purged_30_days(self) -> int:
        """Return how many orders were purged on the last 30 days."""
        return sum(record.orders for record in self.records)

    def of(self, state: State) -> Iterator[Cell]:
        """Yield the cells of a state."""
        return (cell for cell in self.cells if cell.state is state)

    def past_cells(self) -> Iterator[Cell]:
        """Yield the cells past the limit, whatever their purge day."""
        for cell in self.cells:
            if cell.limit_on <= self.today and cell.state in {
                State.READABLE,
                State.REFUSED,
            }:
                yield cell

    def leaving_by(self, day: date) -> int:
        """Return how many readable orders are purged on a day or before it."""
        return sum(c.orders for c in self.of(State.READABLE) if c.purge_on <= day)

    def stored(self, category: Category, *, leaving: bool = False) -> int:
        """Return how many readable orders hold a value of a category.

        ``leaving``: of these only what leaves within seven days. Every readable order
        is a purchase linked to a person, whichever fields it holds.
        """
        last = self.today + timedelta(days=LEAVING_DAYS) if leaving else date.max
        return sum(
            cell.orders
            if category is Category.PURCHASE
            else cell.by_category.get(category, 0)
            for cell in self.of(State.READABLE)
            if cell.purge_on <= last
        )


def exposure_of(
    *, seller_id: UUID, now: datetime, with_categories: bool = False
) -> Exposure:
    """Measure the exposure of the seller in scope at ``now`` (UTC).

    Seven queries at most for one table of buyers, whatever the number of orders.
    """
    today = now.date()
    keys = keys_there(seller_id=seller_id, today=today)
    groups = row_groups(
        seller_id=seller_id, renewed=keys.renewed, with_categories=with_categories
    )
    states = recorded_destructions(
        days=[g.purge_on for g in groups if g.purge_on <= today]
    )
    return Exposure(
        now=now,
        cells=tuple(
            _cells(
                groups=groups,
                keys=keys,
                states=states,
                kept=_kept(seller_id=seller_id, today=today),
                today=today,
            )
        ),
        records=day_records(seller_id=seller_id, today=today),
        suspended=keys.suspended,
        closing=frozenset(d for d, s in states.items() if s is DayState.CLOSING),
        on_hold=orders_on_hold(seller_id=seller_id, today=today),
    )


def _cells(
    *,
    groups: list[RowGroup],
    keys: KeysThere,
    states: Mapping[date, DayState],
    kept: dict[tuple[str, date, date], int],
    today: date,
) -> Iterator[Cell]:
    recorded = frozenset(d for d, s in states.items() if s is DayState.DESTROYED)
    for group in groups:
        if group.purge_on > today:
            opens = group.bears_key and keys.opens(group.purge_on)
            state = State.READABLE if opens else State.LOST
        else:
            there = keys.may_exist(group.purge_on, recorded)
            state = State.REFUSED if there else State.GONE
        place = (group.clock, group.purge_on, group.limit_on)
        unshipped = kept.get(place, 0) if state is State.READABLE else 0
        yield Cell(
            purge_on=group.purge_on,
            limit_on=group.limit_on,
            state=state,
            orders=group.orders,
            kept=min(unshipped, group.orders),
            by_category=group.by_category,
        )


def _kept(*, seller_id: UUID, today: date) -> dict[tuple[str, date, date], int]:
    """Ask each clock that is in use once."""
    clocks = {privacy.clock for _, privacy in buyer_models()}
    return {
        (clock, purge_on, limit_on): orders
        for clock in sorted(clocks)
        for (purge_on, limit_on), orders in facts_of(clock)
        .kept_until_shipped(seller_id=seller_id, today=today)
        .items()
    }
