"""Second clocks: who else can say what time it is, such as a marketplace's answer.

A witness returns the instant (UTC) that somebody outside this machine told a moment
ago, or None where nobody did. It is asked only where the clock is in doubt.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

TimeWitness: TypeAlias = Callable[[], datetime | None]

_witnesses: list[TimeWitness] = []


def register_witness(witness: TimeWitness) -> None:
    """Register a second clock; the same one twice is asked once."""
    if witness not in _witnesses:
        _witnesses.append(witness)


def witnessed() -> tuple[datetime, ...]:
    """Return what the witnesses say, in UTC, without those that know nothing."""
    told = (witness() for witness in _witnesses)
    return tuple(instant for instant in told if instant is not None)
