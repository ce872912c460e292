"""The daily turn of the keystore's root, with a thousand sellers and all their days."""

from datetime import timedelta
from statistics import median
from uuid import uuid4

from bench.run import Run
from bench.timing import FEW, seconds
from vault.clock import clock
from vault.days import DAYS_AHEAD
from vault.keystore import FileKeystore

SELLERS = 1_000


def measure_ratchet(run: Run) -> None:
    """Turn the root of a keystore of its own; no order has a part in it."""
    keystore = FileKeystore(run.folder / "ratchet")
    keystore.create()
    today = clock.today()
    keystore.mint_days([today + timedelta(days=n) for n in range(1, DAYS_AHEAD + 1)])
    for _ in range(SELLERS):
        keystore.mint_seller(uuid4())
    taken = [seconds(keystore.ratchet) for _ in range(FEW)]
    run.report.add("ratchet.thousand-sellers", median(taken) * 1_000, "ms")
