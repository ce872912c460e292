"""How long due buyer data stays readable, and how long its rows stay."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from statistics import median
from time import perf_counter
from uuid import UUID

from django.db import connection

from bench import ours, peers_documented, peers_well_written
from bench.peers import KEPT_DAYS, fill, left
from bench.peers_documented import DocumentedOrder
from bench.peers_well_written import WellWrittenOrder
from bench.planting import grow, grow_peer
from bench.rows import read, report_of_one_hour
from bench.run import DOCUMENTED, OURS, WELL_WRITTEN, Run, new_seller, settle
from bench.timing import FEW, is_enough, seconds
from orders.models import Order, OrderLine, Recipient
from vault.clock import clock
from vault.days import destroy_day
from vault.faults import FaultPoint

UNIT = "ms"
TEN = 10
#: Orders that come from a file; the rest are copies of the first.
TOLD = 2_000
#: Orders that the documented loop runs over; more are scaled.
LOOP = 20_000


@dataclass(frozen=True, slots=True)
class Due:
    """Sellers whose orders are all due on one UTC day."""

    day: date
    sellers: dict[str, UUID]


@dataclass(slots=True)
class Taken:
    """Seconds of each round. ``documented`` is of `LOOP` orders at most, scaled."""

    unreadable: list[float] = field(default_factory=list)
    records: list[float] = field(default_factory=list)
    reclaimed: list[float] = field(default_factory=list)
    deleted: list[float] = field(default_factory=list)
    documented: list[float] = field(default_factory=list)
    well_written: list[float] = field(default_factory=list)


def measure_sweep(run: Run) -> None:
    """Make as many rounds of due orders as there are runs, then purge day by day.

    One round for many orders. The last round, of ten times as many, shows that becoming
    unreadable takes no longer. Moves the clock past all other days.
    """
    few = FEW if run.rows <= LOOP else 1
    # The oldest first: destroying a day destroys every day before it.
    rounds = [_made_due(run, days_ago=ago) for ago in range(few, 0, -1)]
    ten_times = _made_due(run, days_ago=0, times=TEN, peers=False)
    models = (Order, OrderLine, Recipient, DocumentedOrder, WellWrittenOrder)
    settle(*(model._meta.db_table for model in models))
    taken = Taken()
    for due in rounds:
        _sweep_ours(due, taken=taken, rows=run.rows)
        _purge_peers(due, taken=taken, rows=run.rows)
    more = Taken()
    _sweep_ours(ten_times, taken=more, rows=TEN * run.rows)
    _tell(run, taken, more)


def _made_due(run: Run, *, days_ago: int, times: int = 1, peers: bool = True) -> Due:
    bought = clock.now() - timedelta(days=days_ago)
    told = min(run.rows, TOLD)
    data = report_of_one_hour(told, before=bought)
    everybody = (OURS, DOCUMENTED, WELL_WRITTEN) if peers else (OURS,)
    sellers = {who: new_seller(who) for who in everybody}
    ours.import_file(data, seller_id=sellers[OURS], rows=told)
    grow(seller_id=sellers[OURS], by=times * run.rows - told)
    if peers:
        orders = read(data, now=clock.now())
        for model, who, rows in (
            (WellWrittenOrder, WELL_WRITTEN, run.rows),
            (DocumentedOrder, DOCUMENTED, min(run.rows, LOOP)),
        ):
            fill(model, orders, seller_id=sellers[who])
            grow_peer(model, seller_id=sellers[who], by=rows - told)
    return Due(day=bought.date() + timedelta(days=KEPT_DAYS), sellers=sellers)


def _sweep_ours(due: Due, *, taken: Taken, rows: int) -> None:
    """Destroy the day's key, then sweep: the way that the portal itself goes."""
    seller = due.sellers[OURS]
    midnight = datetime.combine(due.day, time(), UTC)
    with clock.standing_at(midnight - timedelta(hours=1)):
        # The days before are no business of this one.
        ours.sweep_shop(seller_id=seller, now=clock.now())
        assert ours.left(seller_id=seller) == (rows, 0)
    reached: dict[FaultPoint, float] = {}

    def note(point: FaultPoint) -> None:
        reached[point] = perf_counter()

    with clock.standing_at(midnight):
        begun = perf_counter()
        destroy_day(day=due.day, now=midnight)
        taken.unreadable.append(perf_counter() - begun)
        ours.sweep_shop(seller_id=seller, now=midnight, fault=note)
        assert ours.left(seller_id=seller) == (0, rows)
    recorded = reached[FaultPoint.RECORD_WRITTEN]
    gone = reached[FaultPoint.ROWS_DELETED]
    taken.records.append(recorded - reached[FaultPoint.ARCHIVE_KEPT])
    taken.reclaimed.append(gone - recorded)
    taken.deleted.append(gone - begun)


def _purge_peers(due: Due, *, taken: Taken, rows: int) -> None:
    documented, well_written = due.sellers[DOCUMENTED], due.sellers[WELL_WRITTEN]
    with connection.cursor() as cursor:
        # The portal's role may not take long for a statement; the peers' one may.
        cursor.execute("SET statement_timeout = 0")
    update = partial(peers_well_written.purge, seller_id=well_written, today=due.day)
    taken.well_written.append(seconds(update))
    assert left(WellWrittenOrder, seller_id=well_written) == 0
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")
    if is_enough(taken.documented):
        return
    loop = partial(peers_documented.purge, seller_id=documented, today=due.day)
    taken.documented.append(seconds(loop) * rows / min(rows, LOOP))
    assert left(DocumentedOrder, seller_id=documented) == 0


def _tell(run: Run, taken: Taken, more: Taken) -> None:
    times = {
        "sweep.ours-unreadable": taken.unreadable,
        "sweep.ours-unreadable-ten-times": more.unreadable,
        "sweep.ours-records": taken.records,
        "sweep.ours-reclaimed": taken.reclaimed,
        "sweep.ours-rows-deleted": taken.deleted,
        f"sweep.{DOCUMENTED}": taken.documented,
        f"sweep.{WELL_WRITTEN}": taken.well_written,
    }
    for name, seconds_taken in times.items():
        run.report.add(name, median(seconds_taken) * 1_000, UNIT)
    run.report.add_ratio(
        "sweep.unreadable-growth",
        of="sweep.ours-unreadable-ten-times",
        over="sweep.ours-unreadable",
    )
    for peer, peer_times in (
        (DOCUMENTED, taken.documented),
        (WELL_WRITTEN, taken.well_written),
    ):
        speed = run.rows / median(peer_times)
        run.report.add(f"sweep.{peer}-speed", speed, "orders/s")
        for end in ("unreadable", "reclaimed", "rows-deleted"):
            run.report.add_ratio(
                f"sweep.{peer}-to-{end}", of=f"sweep.{peer}", over=f"sweep.ours-{end}"
            )
