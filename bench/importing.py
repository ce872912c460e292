"""How fast a file becomes stored orders, and what memory that takes."""

import subprocess
import sys
from functools import partial
from statistics import median

from bench import ours
from bench.peers import fill
from bench.peers_documented import DocumentedOrder
from bench.peers_well_written import WellWrittenOrder
from bench.rows import read, report_of_ten_days
from bench.run import DOCUMENTED, OURS, WELL_WRITTEN, Run, importers, new_seller
from bench.timing import FEW, is_enough, seconds
from vault.clock import clock

UNIT = "orders/s"


def measure_import(run: Run) -> None:
    """Import the same file with each of the three in turn, several times.

    A slow one is run less often.
    """
    data = report_of_ten_days(run.rows)
    now = clock.now()
    ways = importers(data, rows=run.rows)
    reading = [seconds(lambda: read(data, now=now)) for _ in range(FEW)]
    taken: dict[str, list[float]] = {who: [] for who in ways}
    for _ in range(FEW):
        for who, way in ways.items():
            if is_enough(taken[who]):
                continue
            seller = run.held[who] = new_seller(who)
            taken[who].append(seconds(partial(way, seller)))
    run.report.add("import.reading-alone", run.rows / median(reading), UNIT)
    for who, times in taken.items():
        run.report.add(f"import.{who}", run.rows / median(times), UNIT)
    for peer in (DOCUMENTED, WELL_WRITTEN):
        run.report.add_ratio(
            f"import.ours-to-{peer}", of=f"import.{OURS}", over=f"import.{peer}"
        )


def hold_orders(run: Run) -> None:
    """See to it that each of the three holds the orders of the run."""
    if run.held:
        return
    data = report_of_ten_days(run.rows)
    run.held.update((who, new_seller(who)) for who in (OURS, DOCUMENTED, WELL_WRITTEN))
    ours.import_file(data, seller_id=run.held[OURS], rows=run.rows)
    orders = read(data, now=clock.now())
    fill(DocumentedOrder, orders, seller_id=run.held[DOCUMENTED])
    fill(WellWrittenOrder, orders, seller_id=run.held[WELL_WRITTEN])


def measure_memory(run: Run) -> None:
    """Import in a process of its own and ask for its peak over its start."""
    file = run.folder / "orders.txt"
    file.write_bytes(report_of_ten_days(run.rows))
    command = [sys.executable, "-m", "bench.django_process", "bench.memory"]
    done = subprocess.run(
        [*command, str(ours.new_shop()), str(file), str(run.rows)],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    run.report.add("memory.file", file.stat().st_size / 1024 / 1024, "MiB")
    run.report.add("memory.import", float(done.stdout), "MiB")
