"""The facts of a clock, and the files that wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID


class OrderFacts(Protocol):
    """Named queries about the things that a clock counts for."""

    def kept_until_shipped(
        self, *, seller_id: UUID, today: date
    ) -> Mapping[tuple[date, date], int]:
        """Count buyers not past their day whose order is not shipped yet.

        By (``purge_on``, ``limit_on``), for the seller in scope; ``today`` is in UTC.
        """


@dataclass(frozen=True, slots=True)
class WaitingFiles:
    """How many files wait sealed, and when the first and the last are deleted (UTC)."""

    count: int
    first_end: datetime | None
    last_end: datetime | None


class CountFiles(Protocol):
    """Counts the files with buyers' data that still open."""

    def __call__(self, *, seller_id: UUID, now: datetime) -> WaitingFiles:
        """Count the files of the seller in scope at ``now`` (UTC)."""


class FactsMissing(LookupError):
    """A clock is in use whose facts nobody registered."""


class FactsTwice(RuntimeError):
    """Two implementations were registered for one clock."""


_facts: dict[str, OrderFacts] = {}
_files: list[CountFiles] = []


def register_facts(*, clock: str, facts: OrderFacts) -> None:
    """Register the facts of a clock; raise `FactsTwice` for a second implementation."""
    if _facts.setdefault(clock, facts) != facts:
        message = f"The facts of the clock {clock!r} are registered already."
        raise FactsTwice(message)


def facts_of(clock: str) -> OrderFacts:
    """Return the facts of a clock; raise `FactsMissing`."""
    try:
        return _facts[clock]
    except KeyError:
        message = (
            f"No facts are registered for the clock {clock!r}; call "
            "compliance.declarations.register_facts in the ready() of its app."
        )
        raise FactsMissing(message) from None


def registered_clocks() -> frozenset[str]:
    """Return the clocks that have facts."""
    return frozenset(_facts)


def register_files(count: CountFiles) -> None:
    """Register who counts files that wait; the same one twice counts once."""
    if count not in _files:
        _files.append(count)


def waiting_files(*, seller_id: UUID, now: datetime) -> tuple[WaitingFiles, ...]:
    """Return what waits of each kind of file; kinds of which none waits are left out.

    For the seller in scope, at ``now`` (UTC).
    """
    found = (count(seller_id=seller_id, now=now) for count in _files)
    return tuple(files for files in found if files.count)
