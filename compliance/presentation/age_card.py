"""The card "Exposure by age": orders by days kept, as bars and as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.presentation.charts import AgeBin, AgeChart, age_chart
from compliance.queries.exposure import LEAVING_DAYS, Cell, Exposure, State
from compliance.queries.policies import ChartPolicy

WEEK = 7


@dataclass(frozen=True, slots=True)
class AgeRow:
    """One row of the table twin: readable orders from one day kept to another."""

    first: int
    last: int
    orders: int


@dataclass(frozen=True, slots=True)
class AgeCard:
    """Exposure by age. Kept + the rows = readable; refused and past stand apart.

    ``policy`` is what the lines are drawn by.
    """

    drawing: AgeChart
    rows: tuple[AgeRow, ...]
    kept: int
    kept_leaving: int
    counted: int
    leaving: int
    refused: int
    past: int
    policy: ChartPolicy

    @property
    def refused_from(self) -> int:
        """Return the day from which the portal opens nothing."""
        return self.policy.kept_days

    @property
    def limit(self) -> int:
        """Return the marketplace's limit in days."""
        return self.policy.limit_days


def days_kept(*, cell: Cell, today: date, policy: ChartPolicy) -> int:
    """Return for how many days orders are kept, counted from their clock.

    What still opens is drawn before the day from which it is refused: a cancelled
    order's limit is nearer than its age.
    """
    kept = policy.limit_days - (cell.limit_on - today).days
    if cell.state is State.READABLE and cell.limit_on > today:
        kept = min(kept, policy.kept_most - 1)
    return max(kept, 0)


def age_card(*, exposure: Exposure, policy: ChartPolicy) -> AgeCard:
    """Sort the cells by days kept; what is kept until shipped stands apart."""
    bins = list(_bins(exposure=exposure, policy=policy))
    kept_leaving = sum(
        cell.kept
        for cell in exposure.of(State.READABLE)
        if _is_leaving(cell, exposure.today)
    )
    refused = [b for b in bins if b.refused or b.past]
    return AgeCard(
        drawing=age_chart(bins, limit=policy.limit_days, refused_from=policy.kept_days),
        rows=tuple(_age_rows(bins, policy)),
        kept=exposure.kept_until_shipped,
        kept_leaving=kept_leaving,
        counted=sum(b.readable + b.leaving for b in bins),
        leaving=sum(b.leaving for b in bins),
        refused=sum(b.refused + b.past for b in refused),
        past=sum(b.past for b in refused),
        policy=policy,
    )


def _bins(*, exposure: Exposure, policy: ChartPolicy) -> Iterator[AgeBin]:
    today = exposure.today
    for cell in exposure.cells:
        days = days_kept(cell=cell, today=today, policy=policy)
        if cell.state is State.READABLE:
            orders = cell.orders - cell.kept
            if _is_leaving(cell, today):
                yield AgeBin(days, leaving=orders)
            else:
                yield AgeBin(days, readable=orders)
        elif cell.state is State.REFUSED:
            if cell.limit_on <= today:
                yield AgeBin(days, past=cell.orders)
            else:
                yield AgeBin(days, refused=cell.orders)


def _is_leaving(cell: Cell, today: date) -> bool:
    return cell.purge_on <= today + timedelta(days=LEAVING_DAYS)


def _age_rows(bins: list[AgeBin], policy: ChartPolicy) -> Iterator[AgeRow]:
    oldest = max((b.days for b in bins if b.readable + b.leaving), default=0)
    for first in range(0, max(policy.kept_days, oldest + 1), WEEK):
        last = first + WEEK - 1
        orders = sum(b.readable + b.leaving for b in bins if first <= b.days <= last)
        yield AgeRow(first=first, last=last, orders=orders)
