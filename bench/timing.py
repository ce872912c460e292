"""Medians of a few runs; a figure is never one lucky moment."""

import gc
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

#: Runs of what takes seconds, and of what takes milliseconds.
FEW, MANY = 3, 30
#: Seconds after which something slow is not run again.
PATIENCE = 20.0


def seconds(call: Callable[[], object]) -> float:
    """Return how long one call took; the rubbish of earlier ones is cleared before."""
    gc.collect()
    begun = perf_counter()
    call()
    return perf_counter() - begun


def median_ms(call: Callable[[], object], *, runs: int = MANY) -> float:
    """Return the median of many calls in milliseconds, after three to warm up."""
    for _ in range(3):
        call()
    taken = []
    for _ in range(runs):
        begun = perf_counter()
        call()
        taken.append(perf_counter() - begun)
    return median(taken) * 1_000


def is_enough(taken: list[float]) -> bool:
    """Tell whether something ran often enough, or long enough, in seconds."""
    return len(taken) >= FEW or sum(taken) > PATIENCE


def fsync_ms(folder: Path) -> float:
    """Return what one durable write of 8 KiB takes in a folder: a commit's least cost.

    Whoever commits each row pays this for each row, so ratios depend on it.
    """
    with tempfile.TemporaryFile(dir=folder) as file:

        def write() -> None:
            os.pwrite(file.fileno(), bytes(8_192), 0)
            os.fsync(file.fileno())

        return median_ms(write)
