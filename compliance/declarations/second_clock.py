"""What leaves by the second clock, declared by the package that owns the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many rows of a marketplace leave with the next midnight; days are UTC.

    ``before``: they were made before this day, which lies ``months`` back.
    """

    name: str
    months: int
    before: date
    rows: int


class TellOutlook(Protocol):
    """Counts what leaves tonight."""

    def __call__(self, *, seller_id: UUID, now: datetime) -> Sequence[Outlook]:
        """Count by marketplace for the seller in scope; ``now`` is in UTC."""


@dataclass(frozen=True, slots=True)
class Summed:
    """One sum that stays: of a UTC day of purchase, a destination and a currency."""

    day: date
    country: str
    currency: str
    orders: int
    lines: int
    tax: Decimal


@dataclass(frozen=True, slots=True)
class DryRun:
    """What the second clock does next with a marketplace's rows; nothing is done.

    With the next midnight (UTC) ``rows`` from before ``before`` leave, and ``sums`` of
    them stay, the latest first; ``more`` sums are not among them. ``first_on`` is the
    day on which the oldest row leaves, also where that lies far ahead; None: no row.
    """

    before: date
    rows: int
    first_on: date | None
    sums: tuple[Summed, ...] = ()
    more: int = 0


class TellDryRun(Protocol):
    """Says what leaves next, with ``most`` sums at most."""

    def __call__(
        self, *, seller_id: UUID, channel: str, months: int, now: datetime, most: int
    ) -> DryRun:
        """Judge for the seller in scope; ``now`` is in UTC."""


class DryRunMissing(LookupError):
    """Nobody says what leaves next."""


_dry_runs: list[TellDryRun] = []


def register_dry_run(tell: TellDryRun) -> None:
    """Register who says what leaves next; the latest one is asked."""
    if tell not in _dry_runs:
        _dry_runs.append(tell)


def dry_run(
    *, seller_id: UUID, channel: str, months: int, now: datetime, most: int = 0
) -> DryRun:
    """Return what leaves next of a marketplace; raise `DryRunMissing`."""
    if not _dry_runs:
        message = (
            "Nobody says what leaves next; call "
            "compliance.declarations.second_clock.register_dry_run in the ready() of "
            "its app."
        )
        raise DryRunMissing(message)
    return _dry_runs[-1](
        seller_id=seller_id, channel=channel, months=months, now=now, most=most
    )


_tellers: list[TellOutlook] = []


def register_outlook(tell: TellOutlook) -> None:
    """Register who counts; the same one twice counts once."""
    if tell not in _tellers:
        _tellers.append(tell)


def outlook(*, seller_id: UUID, now: datetime) -> tuple[Outlook, ...]:
    """Return what leaves tonight by the second clock, from everybody who registered."""
    return tuple(
        each for tell in _tellers for each in tell(seller_id=seller_id, now=now)
    )
