"""The portal's own services and queries, as its commands and pages call them."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from compliance.models import PurgeRecord
from compliance.queries.exposure import exposure_of
from compliance.services.sweep import SweepResult, sweep
from marketplaces.services.importing import OrderFile, import_order_file
from orders.models import Order, Recipient
from orders.presentation.list_page import Asked, ListPage, list_page
from orders.presentation.page import Place
from orders.presentation.words import Moment
from orders.queries.listing import (
    ListedOrder,
    ListView,
    listed,
    orders_in_view,
    with_row_facts,
)
from orders.queries.paging import Turn, cursor_of, page_of
from sellers.services.onboarding import create_shop
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
from vault.faults import FaultPoint, no_fault

_numbers = count(1)


def new_shop() -> UUID:
    """Open an empty shop and return its id."""
    name = f"Bench {next(_numbers)}"
    seller, _ = create_shop(
        name=name, owner_email="owner@bench.example", now=clock.now()
    )
    return seller.id


def import_file(data: bytes, *, seller_id: UUID, rows: int) -> None:
    """Import a file from its bytes on; every order must be new and get its buyer."""
    done = import_order_file(
        seller_id=seller_id,
        file=OrderFile(data=data, name="orders.txt"),
        actor=SYSTEM,
        now=clock.now(),
    )
    assert (done.created, done.rejected) == (rows, 0)


def page(*, seller_id: UUID, turn: Turn) -> list[ListedOrder]:
    """Return a page of the list: the query and its row objects, in the shop's scope."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        orders = orders_in_view(
            seller_id=seller_id,
            view=ListView.ALL,
            now=clock.now(),
            zone=ZoneInfo("UTC"),
        )
        found = page_of(
            orders=with_row_facts(orders=orders), seller_id=seller_id, turn=turn
        )
        return [listed(order=order) for order in found.orders]


def whole_page(*, seller_id: UUID, turn: Turn) -> ListPage:
    """Return all that the template prints: three counts, and the rows in words."""
    asked = Asked(place=Place(shop="bench-1", view=ListView.ALL), turn=turn)
    moment = Moment(now=clock.now(), zone=ZoneInfo("UTC"))
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        return list_page(seller_id=seller_id, asked=asked, moment=moment)


def last_turn(*, seller_id: UUID, size: int) -> Turn:
    """Return the turn that leads to the last page."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        orders = Order.objects.filter(seller_id=seller_id)
        before = orders.order_by("purchased_at", "id")[size : size + 1].get()
    return Turn(after=cursor_of(order=before, seller_id=seller_id))


def exposure(*, seller_id: UUID, with_categories: bool) -> int:
    """Return how many orders have a buyer that opens now."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        found = exposure_of(
            seller_id=seller_id, now=clock.now(), with_categories=with_categories
        )
    return found.readable


def sweep_shop(
    *,
    seller_id: UUID,
    now: datetime,
    fault: Callable[[FaultPoint], None] = no_fault,
) -> SweepResult:
    """Sweep one shop, as beat and cron ask for it; ``fault`` hears of each step."""
    return sweep(seller_ids=[seller_id], now=now, clock_is_right=True, fault=fault)


def left(*, seller_id: UUID) -> tuple[int, int]:
    """Return the buyers left, and the orders that purge records name."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        records = PurgeRecord.objects.filter(seller_id=seller_id)
        return (
            Recipient.objects.filter(seller_id=seller_id).count(),
            sum(records.values_list("orders", flat=True)),
        )
