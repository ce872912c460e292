"""All measurements, with Django set up: ``bench.figures JSON-FILE [NAME...]``."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import connections

from bench.goals import GOALS
from bench.importing import measure_import, measure_memory
from bench.keys import measure_ratchet
from bench.moving import measure_reseal
from bench.peers import make_tables
from bench.peers_documented import DocumentedLine, DocumentedOrder
from bench.peers_well_written import WellWrittenLine, WellWrittenOrder
from bench.reading import measure_exposure, measure_list
from bench.report import Report, exit_status
from bench.run import Run
from bench.sizes import NAMES, ONE_FILE, chosen, rows_wanted
from bench.sweeping import measure_sweep
from bench.timing import fsync_ms
from compliance.services.starting import prepare
from vault.clock import clock

MEASUREMENTS: dict[str, Callable[[Run], None]] = {
    "import": measure_import,
    "list": measure_list,
    "exposure": measure_exposure,
    "memory": measure_memory,
    "ratchet": measure_ratchet,
    "reseal": measure_reseal,
    "sweep": measure_sweep,
}


def main(file: str, *names: str) -> int:
    """Measure, print, write; return 1 where a goal is missed or has no figure."""
    prepare(now=clock.now())
    make_tables(DocumentedOrder, DocumentedLine, WellWrittenOrder, WellWrittenLine)
    run = Run(
        rows=rows_wanted(os.environ),
        folder=settings.PORTAL_VAR,
        report=Report(goals=GOALS),
    )
    run.report.add("machine.fsync", fsync_ms(run.folder), "ms")
    for name in chosen(list(names)):
        fits = run.rows if name == "sweep" else min(run.rows, ONE_FILE)
        MEASUREMENTS[name](replace(run, rows=fits))
    connections.close_all()
    run.report.write(Path(file))
    unmeasured = () if names and set(names) != set(NAMES) else run.report.unmeasured()
    for goal in unmeasured:
        print(f"The goal {goal} names no figure; correct its name in bench/goals.py.")
    return 1 if unmeasured else exit_status(run.report.figures)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
