"""How many orders are measured, and which measurements there are."""

from collections.abc import Mapping
from typing import Final

#: In the order in which they run; the last one moves the clock past the others' days.
NAMES: Final = ("import", "list", "exposure", "memory", "ratchet", "reseal", "sweep")

USUAL_ROWS: Final = 10_000
#: Fewer than two pages have no last page.
FEWEST, MOST = 100, 1_000_000
#: More would not fit into one report file: the rest are copies of its rows.
ONE_FILE: Final = 50_000


class SizeWrong(ValueError):
    """BENCH_ROWS cannot be used; the text says what can."""


def rows_wanted(environment: Mapping[str, str]) -> int:
    """Return the number of orders to measure with; raise `SizeWrong`."""
    told = environment.get("BENCH_ROWS", "") or str(USUAL_ROWS)
    if not (told.isascii() and told.isdigit() and FEWEST <= int(told) <= MOST):
        message = f"BENCH_ROWS is not a whole number from {FEWEST} to {MOST}."
        raise SizeWrong(message)
    return int(told)


def chosen(names: list[str]) -> tuple[str, ...]:
    """Return the named measurements in the order in which they run; none means all."""
    return tuple(name for name in NAMES if not names or name in names)
