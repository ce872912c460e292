"""Figures, the goals they are held to, and how both are printed and written."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Relation(StrEnum):
    """On which side of its bound a figure must lie; the bound itself will do."""

    AT_LEAST = ">="
    AT_MOST = "<="


class Verdict(StrEnum):
    """How a figure stands to its goal."""

    MET = "met"
    MISSED = "missed"
    NO_GOAL = "-"


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound in the unit of its figure."""

    relation: Relation
    bound: float

    def holds(self, figure: float) -> bool:
        """Tell whether a figure keeps to it; what is no number never does."""
        if self.relation is Relation.AT_LEAST:
            return figure >= self.bound
        return figure <= self.bound

    def __str__(self) -> str:
        """Write it as in the report: ``>= 3``."""
        return f"{self.relation} {self.bound:g}"


def at_least(bound: float) -> Goal:
    """Return the goal of rates and ratios: this much or more."""
    return Goal(Relation.AT_LEAST, bound)


def at_most(bound: float) -> Goal:
    """Return the goal of times and sizes: this much or less."""
    return Goal(Relation.AT_MOST, bound)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. It is judged as measured, before any rounding."""

    name: str
    figure: float
    unit: str
    goal: Goal | None = None

    @property
    def verdict(self) -> Verdict:
        """Judge it."""
        if self.goal is None:
            return Verdict.NO_GOAL
        return Verdict.MET if self.goal.holds(self.figure) else Verdict.MISSED

    def as_json(self) -> dict[str, str | float | None]:
        """Return what stands in the file; ``goal`` is null where there is none."""
        return {
            "name": self.name,
            "figure": float(f"{self.figure:.5g}"),
            "unit": self.unit,
            "goal": None if self.goal is None else str(self.goal),
            "verdict": self.verdict.value,
        }

    def as_line(self) -> str:
        """Return it as one aligned row."""
        goal = "-" if self.goal is None else str(self.goal)
        return (
            f"{self.name:<38} {shown(self.figure):>10} {self.unit:<9} "
            f"{goal:<10} {self.verdict}"
        )


def shown(figure: float) -> str:
    """Write a number with about three digits that count."""
    for least, places in ((100.0, 0), (10.0, 1), (0.1, 2)):
        if abs(figure) >= least:
            return f"{figure:,.{places}f}"
    return f"{figure:.4f}"


class Report:
    """Collects figures; each is printed as soon as it is known."""

    def __init__(self, *, goals: Mapping[str, Goal]) -> None:
        """Hold the figures to these goals, given by their names."""
        self._goals = dict(goals)
        self._figures: dict[str, Figure] = {}

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return what was measured so far, in that order."""
        return tuple(self._figures.values())

    def add(self, name: str, figure: float, unit: str) -> None:
        """Add a figure and print it; raise `ValueError` for a name given twice."""
        if name in self._figures:
            message = f"The figure {name} is there already."
            raise ValueError(message)
        self._figures[name] = Figure(name, figure, unit, self._goals.get(name))
        print(self._figures[name].as_line(), flush=True)

    def add_ratio(self, name: str, *, of: str, over: str) -> None:
        """Add how many times the figure ``over`` goes into the figure ``of``.

        Both are of this run. Raises `ValueError` where their units differ.
        """
        first, second = self._figures[of], self._figures[over]
        if first.unit != second.unit:
            message = f"{of} and {over} are in different units."
            raise ValueError(message)
        self.add(name, first.figure / second.figure, "times")

    def unmeasured(self) -> tuple[str, ...]:
        """Return the goals whose figure was not measured: a name was misspelt."""
        return tuple(name for name in self._goals if name not in self._figures)

    def write(self, path: Path) -> None:
        """Write all figures as JSON: the old file or the new, never a half."""
        part = path.with_suffix(".part")
        part.write_text(json.dumps(as_json(self.figures), indent=1) + "\n")
        part.replace(path)


def as_json(figures: Iterable[Figure]) -> list[dict[str, str | float | None]]:
    """Return the figures as they stand in the file."""
    return [figure.as_json() for figure in figures]


def exit_status(figures: Iterable[Figure]) -> int:
    """Return 1 where a goal is missed, else 0."""
    return int(any(figure.verdict is Verdict.MISSED for figure in figures))
