"""How fast buyers are sealed anew for another day."""

from datetime import timedelta
from functools import partial
from statistics import median
from uuid import UUID

from bench import ours
from bench.rows import report_of_ten_days
from bench.run import OURS, Run, new_seller, settle
from bench.sizes import ONE_FILE
from bench.timing import FEW, seconds
from orders.models import Recipient
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
from vault.resealing import Move, reseal_many

#: Rows in one transaction.
BATCH = 5_000


def measure_reseal(run: Run) -> None:
    """Move every buyer of a shop a day on, several times, in batches that commit."""
    rows = min(run.rows, ONE_FILE)
    seller = new_seller(OURS)
    ours.import_file(report_of_ten_days(rows), seller_id=seller, rows=rows)
    taken = []
    for _ in range(FEW):
        settle(Recipient._meta.db_table)
        moves = _moves(seller)
        taken.append(seconds(partial(_move, seller, moves)))
    run.report.add("reseal.ours", rows / median(taken), "orders/s")


def _moves(seller_id: UUID) -> list[Move]:
    day = timedelta(days=1)
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        found = Recipient.objects.filter(seller_id=seller_id)
        return [
            Move(row_id, purge_on + day, limit_on + day)
            for row_id, purge_on, limit_on in found.values_list(
                "id", "purge_on", "limit_on"
            )
        ]


def _move(seller_id: UUID, moves: list[Move]) -> None:
    for first in range(0, len(moves), BATCH):
        part = moves[first : first + BATCH]
        with seller_scope(seller_id=seller_id, actor=SYSTEM):
            done = reseal_many(model=Recipient, moves=part, now=clock.now())
        assert (len(done.rows), done.left) == (len(part), {})
