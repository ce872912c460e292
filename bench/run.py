"""What the measurements share: the size, the report, and shops that hold the orders."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from django.db import connections

from bench import ours, peers_documented, peers_well_written
from bench.report import Report
from bench.rows import read
from vault.clock import clock

#: Who is measured, under the names of the figures.
OURS, DOCUMENTED, WELL_WRITTEN = "ours", "documented", "well-written"


@dataclass(slots=True)
class Run:
    """One run. ``held`` gives, for each of the three, the seller that holds orders."""

    rows: int
    folder: Path
    report: Report
    held: dict[str, UUID] = field(default_factory=dict)


def importers(data: bytes, *, rows: int) -> dict[str, Callable[[UUID], None]]:
    """Return for each of the three what imports a file for a seller."""
    now = clock.now()

    def documented(seller_id: UUID) -> None:
        peers_documented.store(read(data, now=now), seller_id=seller_id)

    def well_written(seller_id: UUID) -> None:
        peers_well_written.store(read(data, now=now), seller_id=seller_id)

    return {
        OURS: lambda seller_id: ours.import_file(data, seller_id=seller_id, rows=rows),
        DOCUMENTED: documented,
        WELL_WRITTEN: well_written,
    }


def new_seller(who: str) -> UUID:
    """Return an empty seller; a peer's sellers are numbers alone."""
    return ours.new_shop() if who == OURS else uuid4()


def settle(*tables: str) -> None:
    """Let the server clean up and count, so that no query pays for what came before."""
    with connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
