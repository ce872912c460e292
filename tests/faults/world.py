"""A world to do harm to: shops, and what is true of every buyer in them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from compliance.services.sweep import SweepResult, sweep
from orders.incoming import IncomingBuyer, IncomingLine, IncomingOrder
from orders.services.intake import receive_orders
from tests.shops import Shop
from vault.clock import clock
from vault.context import SYSTEM
from vault.faults import Fault, no_fault

#: Days from the purchase to the purge of an order of which nothing more is heard.
KEPT = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Buyer:
    """The truth of one buyer: what was told, and the UTC day it must be gone on."""

    text: Mapping[str, str]
    day: date


@dataclass(slots=True)
class World:
    """Shops by id, and their buyers by order number."""

    buyers: dict[UUID, dict[str, Buyer]] = field(default_factory=dict)
    shops: list[Shop] = field(default_factory=list)

    @property
    def sellers(self) -> list[UUID]:
        """Return the ids of the shops."""
        return list(self.buyers)

    def plant(self, shop: Shop, *, day: date, orders: int) -> None:
        """Take in orders whose buyers are due on a day that lies ahead."""
        known = self.buyers.setdefault(shop.id, {})
        first = len(known)
        told = [order_due(number=first + n, day=day) for n in range(orders)]
        receive_orders(incoming=told, seller_id=shop.id, actor=SYSTEM, now=clock.now())
        self.remember(shop.id, told)

    def remember(self, seller_id: UUID, told: Iterable[IncomingOrder]) -> None:
        """Note as true what an order says that was taken in."""
        known = self.buyers.setdefault(seller_id, {})
        for order in told:
            day = (order.purchased_at + KEPT).date()
            known[order.marketplace_order_id] = Buyer(order.buyer.values, day)

    def sweep(
        self, *, clock_is_right: bool = True, fault: Fault = no_fault
    ) -> SweepResult:
        """Sweep all shops at the clock's instant."""
        return sweep(
            seller_ids=self.sellers,
            now=clock.now(),
            clock_is_right=clock_is_right,
            fault=fault,
        )

    def days(self) -> Iterator[date]:
        """Yield each day on which a buyer is due, in order."""
        yield from sorted(
            {b.day for known in self.buyers.values() for b in known.values()}
        )


def order_due(*, number: int, day: date) -> IncomingOrder:
    """Return an order with an invented buyer, due on a day if nothing more is told."""
    bought = datetime.combine(day, time(8), tzinfo=UTC) - KEPT
    return IncomingOrder(
        channel="amazon",
        marketplace_order_id=f"117-{number:07d}-0000001",
        purchased_at=bought,
        lines=(IncomingLine(item_id="", sku="MUG", title="Mug", quantity=1),),
        buyer=IncomingBuyer(
            {
                "name": f"Testa Exampleton {number}",
                "address_line_1": f"{number} Sample Street",
                "phone": f"+1 555 {number:06d}",
            }
        ),
    )


def midnight(day: date, *, minutes: int = 10) -> str:
    """Return an instant some minutes into a UTC day, as the clock takes it."""
    begin = datetime.combine(day, time(), tzinfo=UTC)
    return (begin + timedelta(minutes=minutes)).isoformat()
