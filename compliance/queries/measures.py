"""Exposure as figures in one row, and back: what staff read in place of the tables.

The figures hold every cell, so that past the limit and leaving are counted anew for
the day on which they are read: a sweep that fell silent hides nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from compliance.alarms import SILENT_AFTER
from compliance.models import ExposureMeasure
from compliance.queries.exposure import Cell, Exposure, State
from compliance.queries.policies import ChartPolicy, chart_policy_from
from compliance.queries.records import DayRecord
from vault.models import DayState, PurgeDay
from vault.privacy import Category


@dataclass(frozen=True, slots=True)
class Measure:
    """A shop's exposure as last measured, counted anew for the moment of reading.

    ``destroyed_through`` is the last UTC day whose keys are gone, as the keystore said
    when it was measured; ``age`` is how long ago that was. ``policy`` is what
    the chart is drawn by: what the shop has set.
    """

    at: datetime
    age: timedelta
    exposure: Exposure
    destroyed_through: date | None
    policy: ChartPolicy

    @property
    def silent(self) -> bool:
        """Tell whether sweeps have stopped reporting on this shop."""
        return self.age > SILENT_AFTER


def figures_of(
    *,
    exposure: Exposure,
    destroyed_through: date | None,
    policy: ChartPolicy | None = None,
) -> dict[str, Any]:
    """Return an exposure as JSON can hold it, without its purge records.

    ``policy`` is what its chart is drawn by.
    """
    return {
        "cells": [
            [
                cell.purge_on.isoformat(),
                cell.limit_on.isoformat(),
                cell.state.name,
                cell.orders,
                cell.kept,
                {category.value: n for category, n in cell.by_category.items()},
            ]
            for cell in exposure.cells
        ],
        "closing": sorted(day.isoformat() for day in exposure.closing),
        "suspended": exposure.suspended,
        "on_hold": exposure.on_hold,
        "destroyed_through": destroyed_through and destroyed_through.isoformat(),
        "policy": asdict(policy) if policy else None,
    }


def cells_of(*, figures: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Return the cells that figures hold, as they were counted."""
    return tuple(_cell(values) for values in figures["cells"])


def exposure_from(
    *,
    figures: Mapping[str, Any],
    now: datetime,
    destroyed: frozenset[date],
    records: tuple[DayRecord, ...] = (),
) -> Exposure:
    """Return the exposure that figures hold, at ``now`` (UTC).

    ``destroyed``: days whose keys are recorded as destroyed. The key of a day that has
    begun since the figures were written may still exist unless it is one of these.
    """
    return Exposure(
        now=now,
        cells=tuple(
            _at(cell=cell, today=now.date(), destroyed=destroyed)
            for cell in cells_of(figures=figures)
        ),
        records=records,
        suspended=figures["suspended"],
        closing=frozenset(date.fromisoformat(day) for day in figures["closing"]),
        on_hold=figures["on_hold"],
    )


def measures_of(*, seller_ids: Iterable[UUID], now: datetime) -> dict[UUID, Measure]:
    """Return the last measures of sellers, read for ``now`` (UTC); two queries."""
    rows = list(
        ExposureMeasure.objects.filter(seller_id__in=list(seller_ids)).values_list(
            "seller_id", "measured_at", "figures"
        )
    )
    if not rows:
        return {}
    first = min(at for _, at, _ in rows).date()
    gone = PurgeDay.objects.filter(
        state=DayState.DESTROYED, day__gte=first, day__lte=now.date()
    )
    destroyed = frozenset(gone.values_list("day", flat=True))
    return {
        seller_id: Measure(
            at=at,
            age=now - at,
            exposure=exposure_from(figures=figures, now=now, destroyed=destroyed),
            destroyed_through=_day(figures["destroyed_through"]),
            policy=chart_policy_from(figures=figures.get("policy")),
        )
        for seller_id, at, figures in rows
    }


def with_records(*, measure: Measure, records: tuple[DayRecord, ...]) -> Exposure:
    """Return a measure's exposure together with the shop's purge records."""
    return replace(measure.exposure, records=records)


def _cell(values: list[Any]) -> Cell:
    purge_on, limit_on, state, orders, kept, by_category = values
    return Cell(
        purge_on=date.fromisoformat(purge_on),
        limit_on=date.fromisoformat(limit_on),
        state=State[state],
        orders=orders,
        kept=kept,
        by_category={Category(name): n for name, n in by_category.items()},
    )


def _at(*, cell: Cell, today: date, destroyed: frozenset[date]) -> Cell:
    """Return a cell as it stands today: its day may have begun since it was counted."""
    begun = cell.purge_on <= today
    if not begun or cell.state in {State.REFUSED, State.GONE}:
        return cell
    state = State.GONE if cell.purge_on in destroyed else State.REFUSED
    return replace(cell, state=state, kept=0)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
