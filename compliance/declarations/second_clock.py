"""What leaves by the second clock, declared by the package that owns the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many rows of a marketplace leave with the next midnight (UTC).

    ``before``: they were made before this UTC day, which lies ``months`` back.
    """

    channel: str
    months: int
    before: date
    rows: int


class TellOutlook(Protocol):
    """Counts what leaves tonight."""

    def __call__(self, *, seller_id: UUID, now: datetime) -> Sequence[Outlook]:
        """Count by marketplace for the seller in scope; ``now`` is in UTC."""


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
