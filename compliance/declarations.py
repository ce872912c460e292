"""What compliance must know beyond fields, declared by the packages that know it.

A model's ``Privacy.clock`` names whose purge day its rows carry. The package that owns
that clock registers its facts here when it starts, so that compliance need not import
it, nor name it in a string.
"""

from collections.abc import Mapping
from datetime import date
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


class FactsMissing(LookupError):
    """A clock is in use whose facts nobody registered."""


class FactsTwice(RuntimeError):
    """Two implementations were registered for one clock."""


_facts: dict[str, OrderFacts] = {}


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
