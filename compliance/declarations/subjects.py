"""What a hold may say plainly of the thing whose buyer it keeps: an order."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from compliance.declarations.facts import FactsMissing, FactsTwice


@dataclass(frozen=True, slots=True)
class Subject:
    """An order: its number, what goes into its items beside the buyer, its country.

    ``country`` is as the marketplace writes it, ``bought_at`` in UTC. From ``purge_on``
    (UTC) nothing of its buyer opens. ``facts`` hold no buyer data.
    """

    id: UUID
    number: str
    country: str
    bought_at: datetime
    purge_on: date
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unarchived:
    """Which orders a rule may have missed: those it is about, without an item.

    ``among``: only these, where it is given; ``without``: none of these.
    """

    rule_id: UUID
    country: str
    since: datetime
    fields: Collection[str]
    business: bool
    among: frozenset[UUID] | None = None
    without: frozenset[UUID] = frozenset()


class HeldSubjects(Protocol):
    """Named queries about orders that can be held; the test buyer's is never one."""

    def by_id(self, *, seller_id: UUID, ids: Iterable[UUID]) -> Mapping[UUID, Subject]:
        """Return orders of the seller in scope by id; missing ones are left out."""

    def by_number(
        self, *, seller_id: UUID, numbers: Iterable[str]
    ) -> Mapping[str, tuple[UUID, ...]]:
        """Return the ids of orders by number; a number may be of several channels."""

    def unarchived(
        self, *, seller_id: UUID, rule: Unarchived, today: date, most: int
    ) -> list[Subject]:
        """Return orders with a buyer that came since, and have no item of the rule."""


_subjects: list[HeldSubjects] = []


def register_subjects(subjects: HeldSubjects) -> None:
    """Register who knows orders; raise `FactsTwice` for a second implementation."""
    if subjects not in _subjects:
        _subjects.append(subjects)
    if len(_subjects) > 1:
        message = "The orders that can be held are registered already."
        raise FactsTwice(message)


def held_subjects() -> HeldSubjects:
    """Return who knows orders; raise `FactsMissing`."""
    if not _subjects:
        message = "Nobody registered the orders that can be held."
        raise FactsMissing(message)
    return _subjects[0]
