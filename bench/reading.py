"""How fast a page of orders and the exposure of a shop are read, templates apart."""

from collections.abc import Callable
from functools import partial

from bench import ours, peers_documented, peers_well_written
from bench.importing import hold_orders
from bench.peers_documented import DocumentedOrder
from bench.peers_well_written import WellWrittenOrder
from bench.run import DOCUMENTED, OURS, WELL_WRITTEN, Run, settle
from bench.timing import median_ms
from orders.models import Order, OrderLine, Recipient
from orders.queries.paging import ROWS, Turn


def measure_list(run: Run) -> None:
    """Read the first and the last page of 50 orders."""
    hold_orders(run)
    _settle()
    for which in ("first", "last"):
        _measure_page(run, which=which)


def measure_exposure(run: Run) -> None:
    """Count what is readable in a shop that holds the orders of the run."""
    hold_orders(run)
    _settle()
    for name, categories in (("days", False), ("categories", True)):
        count = partial(
            ours.exposure, seller_id=run.held[OURS], with_categories=categories
        )
        assert count() == run.rows
        run.report.add(f"exposure.{name}", median_ms(count), "ms")


def _measure_page(run: Run, *, which: str) -> None:
    seller, last = run.held[OURS], which == "last"
    turn = ours.last_turn(seller_id=seller, size=ROWS) if last else Turn()
    peer = run.held[WELL_WRITTEN]
    after = (
        peers_well_written.before_last_page(seller_id=peer, size=ROWS) if last else None
    )
    calls: dict[str, Callable[[], object]] = {
        OURS: partial(ours.page, seller_id=seller, turn=turn),
        "ours-whole": partial(ours.whole_page, seller_id=seller, turn=turn),
        DOCUMENTED: partial(
            peers_documented.page,
            seller_id=run.held[DOCUMENTED],
            last=last,
            size=ROWS,
        ),
        WELL_WRITTEN: partial(
            peers_well_written.page, seller_id=peer, after=after, size=ROWS
        ),
    }
    place = f"list.{which}"
    for who, call in calls.items():
        run.report.add(f"{place}.{who}", median_ms(call), "ms")
    # A count on each side, then no count on either.
    for peer_name, mine in ((DOCUMENTED, "ours-whole"), (WELL_WRITTEN, OURS)):
        run.report.add_ratio(
            f"{place}.{peer_name}-to-ours",
            of=f"{place}.{peer_name}",
            over=f"{place}.{mine}",
        )


def _settle() -> None:
    models = (Order, OrderLine, Recipient, DocumentedOrder, WellWrittenOrder)
    settle(*(model._meta.db_table for model in models))
