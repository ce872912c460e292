"""The card "Leaving in the next 30 days": orders by purge day, as bars and by week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from compliance.presentation.charts import Chart, busiest_day, leaving_chart
from compliance.queries.exposure import LEAVING_DAYS, Exposure, State

#: The chart and its table look this far ahead.
AHEAD_DAYS = 30
WEEK = 7
_LABEL_HEIGHT = 12


@dataclass(frozen=True, slots=True)
class WeekRow:
    """Orders whose day lies in a week, and how many of today's are left after it."""

    first: date
    last: date
    orders: int
    left: int


@dataclass(frozen=True, slots=True)
class LeavingCard:
    """Leaving in the next 30 days. The weeks and ``later`` add up to readable.

    ``begins`` is when a UTC day begins in the shop's zone; empty where that is UTC.
    """

    drawing: Chart
    days: tuple[tuple[date, int], ...]
    weeks: tuple[WeekRow, ...]
    later: int
    busiest: tuple[date, int] | None
    marks: tuple[tuple[float, date], ...]
    begins: str

    @property
    def orders(self) -> int:
        """Return how many leave in the next 30 days."""
        return sum(number for _day, number in self.days)

    @property
    def busiest_x(self) -> float:
        """Return the middle of the busiest day's bar."""
        slot = busiest_day([n for _day, n in self.days])
        return self.drawing.frame.middle(slot or 0)

    @property
    def busiest_y(self) -> float:
        """Return where the label of the highest bar stands: clear of the top line."""
        top = self.drawing.frame.top
        label = min((bar.y for bar in self.drawing.bars), default=top) - 6
        return label if label > top + _LABEL_HEIGHT else top - 6


def leaving_card(*, exposure: Exposure, zone_name: str) -> LeavingCard:
    """Lay out on which of the next 30 days the readable orders leave."""
    today, readable = exposure.today, list(exposure.of(State.READABLE))
    days = []
    for ahead in range(1, AHEAD_DAYS + 1):
        day = today + timedelta(days=ahead)
        days.append((day, sum(c.orders for c in readable if c.purge_on == day)))
    numbers = [number for _day, number in days]
    drawing, busiest = leaving_chart(numbers, soon=LEAVING_DAYS), busiest_day(numbers)
    midnight = datetime.combine(days[0][0], time(), tzinfo=UTC)
    local = midnight.astimezone(ZoneInfo(zone_name))
    return LeavingCard(
        drawing=drawing,
        days=tuple(days),
        weeks=tuple(_weeks(days, exposure.readable)),
        later=exposure.readable - sum(numbers),
        busiest=None if busiest is None else days[busiest],
        marks=tuple((mark.x, days[mark.value][0]) for mark in drawing.marks),
        begins="" if local.utcoffset() == timedelta() else f"{local:%H:%M %Z}",
    )


def _weeks(days: list[tuple[date, int]], readable: int) -> Iterator[WeekRow]:
    left = readable
    for start in range(0, len(days), WEEK):
        week = days[start : start + WEEK]
        orders = sum(number for _day, number in week)
        left -= orders
        # Two days are left over after four weeks; they stand there only if needed.
        if len(week) == WEEK or orders:
            yield WeekRow(first=week[0][0], last=week[-1][0], orders=orders, left=left)
