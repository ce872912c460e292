"""What a batch of carriers' events is about, and what it will write of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from compliance.policies import Policies
from compliance.queries.policies import policies_of
from orders.incoming import IncomingPackage
from orders.models import Order, Recipient, Shipment
from orders.services.evidence import WhyNot


@dataclass(slots=True)
class EventResult:
    """What became of packages. ``orders`` counts packages, ``lines`` their events.

    ``updated`` are packages whose order or own state changed. ``delivered`` and
    ``lost`` count orders; ``removed``, ``earlier`` and ``later`` their buyers' days;
    ``refused`` counts rows.
    """

    orders: int = 0
    lines: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    sealed: int = 0
    delivered: int = 0
    lost: int = 0
    on_the_way: int = 0
    removed: int = 0
    earlier: int = 0
    later: int = 0
    refused: int = 0

    def add(self, other: "EventResult") -> None:
        """Add another result to this one."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that could not be taken, of which package, and why."""

    row: int
    tracking_number: str
    why: WhyNot


@dataclass(slots=True)
class Case:
    """An order with all of its packages, and its buyer where one is stored."""

    order: Order
    packages: list[Shipment]
    buyer: Recipient | None


@dataclass(slots=True)
class Known:
    """The orders that a batch is about, by id, and the packages by number."""

    cases: dict[UUID, Case] = field(default_factory=dict)
    by_number: dict[str, list[Shipment]] = field(default_factory=dict)
    policies: Policies | None = None

    def take_over(self, other: "Known") -> None:
        """Put remembered orders into what was just read."""
        for order_id in set(self.cases) & set(other.cases):
            other.cases[order_id] = self.cases[order_id]
        other.by_number = _by_number(other.cases.values())

    def keep(self, other: "Known") -> None:
        """Remember the orders that have further packages."""
        self.cases |= {i: c for i, c in other.cases.items() if len(c.packages) > 1}


@dataclass(slots=True)
class EventWork:
    """What one batch will write, and which rows it refuses."""

    now: datetime
    today: date
    orders: list[Order] = field(default_factory=list)
    packages: list[Shipment] = field(default_factory=list)
    moves: list[tuple[Recipient, date]] = field(default_factory=list)
    delivered: list[UUID] = field(default_factory=list)
    lost: list[UUID] = field(default_factory=list)
    refused: list[RowRefused] = field(default_factory=list)
    result: EventResult = field(default_factory=EventResult)


def known_packages(
    *, batch: Sequence[IncomingPackage], seller_id: UUID, lock: bool
) -> Known:
    """Read the orders of a batch in the open scope; ``lock`` holds them."""
    numbers = [package.tracking_number for package in batch]
    ids = Shipment.objects.filter(seller_id=seller_id, tracking_number__in=numbers)
    orders = Order.objects.filter(
        seller_id=seller_id,
        test_buyer=False,
        id__in=set(ids.values_list("order_id", flat=True)),
    ).order_by("id")
    buyers = Recipient.objects.filter(seller_id=seller_id)
    if lock:
        orders = orders.select_for_update()
    else:
        buyers = buyers.only("id", "seller_id", "order_id", "purge_on", "limit_on")
    cases = {order.id: Case(order, [], None) for order in orders}
    packages = Shipment.objects.filter(seller_id=seller_id, order_id__in=list(cases))
    for package in packages.order_by("id"):
        cases[package.order_id].packages.append(package)
    for buyer in buyers.filter(order_id__in=list(cases)):
        cases[buyer.order_id].buyer = buyer
    return Known(cases, _by_number(cases.values()), policies_of(seller_id=seller_id))


def _by_number(cases: Iterable[Case]) -> dict[str, list[Shipment]]:
    found: dict[str, list[Shipment]] = {}
    for case in cases:
        for package in case.packages:
            found.setdefault(package.tracking_number, []).append(package)
    return found
