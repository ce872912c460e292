"""A portal that lives through many days in a moment: told things, swept, looked at."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from compliance.clock import Basis
from compliance.queries.exposure import exposure_of
from compliance.services.sweep import SweepResult
from orders.incoming import IncomingOrder
from orders.models import Order, Recipient
from orders.services.intake import receive_orders
from orders.services.shipping import Package, record_delivery, record_shipment
from tests.faults.world import KEPT, Buyer, World
from tests.simulation.truths import Act, Told, Truth, truths
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
from vault.kinds import Kind, Purpose
from vault.models import LedgerEntry
from vault.opening import Opening, open_fields
from vault.refusals import OpeningRefused

#: Amazon's Data Protection Policy, 2.1: no longer than this after the delivery.
LIMIT = timedelta(days=30)
#: Without an exact delivery no buyer lives longer than this after the purchase.
CEILING = timedelta(days=60)


class Simulation:
    """Some shops, what happens to their orders, and a portal that is told of it."""

    def __init__(
        self, *, sellers: Iterable[UUID], seed: int, begin: date, days: int, a_day: int
    ) -> None:
        """Draw what will happen; nothing is told yet."""
        self.world = World()
        self.truths: dict[UUID, dict[str, Truth]] = {}
        self._ahead: dict[UUID, list[Told]] = {}
        random = Random(seed)  # noqa: S311 - chances, no secrets
        first = datetime.combine(begin, time(), tzinfo=UTC)
        for seller_id in sellers:
            drawn = list(truths(random=random, begin=first, days=days, a_day=a_day))
            self.world.buyers[seller_id] = {}
            self.truths[seller_id] = {truth.number: truth for truth in drawn}
            told = (one for truth in drawn for one in truth.told)
            self._ahead[seller_id] = sorted(told, key=lambda one: one.at, reverse=True)

    def live(self, day: date) -> SweepResult:
        """Live through a day: a sweep, news at noon, on some days a late sweep.

        Each shop has its news every fourth day, as if fetched by hand.
        """
        stand_at(day, hour=0, minute=5)
        result = self.world.sweep(clock_is_right=False)
        stand_at(day, hour=12)
        for number, seller_id in enumerate(self._ahead):
            if (day.toordinal() + 2 * number) % 4 == 0:
                self.hear(seller_id)
        if day.toordinal() % 10 == 0:
            stand_at(day, hour=23, minute=50)
            self.world.sweep(clock_is_right=False)
        return result

    def hear(self, seller_id: UUID) -> None:
        """Tell the portal all that was to be told of a shop by now."""
        now, ahead, due = clock.now(), self._ahead[seller_id], []
        while ahead and ahead[-1].at <= now:
            due.append(ahead.pop())
        for report in _reports(due):
            receive_orders(incoming=report, seller_id=seller_id, actor=SYSTEM, now=now)
        with seller_scope(seller_id=seller_id, actor=SYSTEM):
            for one in due:
                _record(one, seller_id=seller_id, now=now)

    def hear_all(self) -> None:
        """Tell the portal all that was to be told by now."""
        for seller_id in self._ahead:
            self.hear(seller_id)

    def past_limit(self, *, today: date) -> list[str]:
        """Return the buyers that can be past the limit by the truth or by the page.

        A stored day behind the true limit counts at once, though it lies ahead.
        """
        wrong = []
        for seller_id, known in self.truths.items():
            with seller_scope(seller_id=seller_id, actor=SYSTEM):
                shown = exposure_of(seller_id=seller_id, now=clock.now())
                rows = list(_days_stored())
            wrong += [f"shown {shown.past_limit}"] if shown.past_limit else []
            for number, day in rows:
                delivered = known[number].delivered
                if delivered and day > (delivered + LIMIT).date():
                    wrong.append(f"{number}: {day}, delivered {delivered}")
        return wrong

    def too_early(self, *, day: date) -> list[str]:
        """Return the buyers that died on a day though later evidence was known.

        What is known moves a stored day on before it comes, so that on its day the
        clock's word and what is done are one.
        """
        wrong = []
        for seller_id in self.truths:
            with seller_scope(seller_id=seller_id, actor=SYSTEM):
                died = Order.objects.filter(last_key_on=day, purge_on=day)
                for order in died.exclude(clock_basis=Basis.CANCELLED):
                    meant = (order.clock_at + KEPT).date()
                    ceiling = (order.purchased_at + CEILING).date()
                    if order.clock_basis != Basis.DELIVERED:
                        meant = min(meant, ceiling)
                    if meant != day:
                        wrong.append(f"{order.marketplace_order_id}: meant for {meant}")
        return wrong

    def openings(self) -> tuple[int, int]:
        """Try every buyer whose day has begun: return how many there are, and open."""
        due = opened = 0
        today = clock.today()
        for seller_id in self.truths:
            with seller_scope(seller_id=seller_id, actor=SYSTEM):
                for row in Recipient.objects.filter(purge_on__lte=today):
                    due += 1
                    opened += _opens(row)
        return due, opened

    def learn(self) -> World:
        """Bring the checker's truth up to the days that the portal has stored.

        That no day is behind the limit is `past_limit`'s business; here it matters
        that what is stored is also what is done.
        """
        for seller_id, known in self.truths.items():
            with seller_scope(seller_id=seller_id, actor=SYSTEM):
                held = dict(_sealed_ever())
            self.world.buyers[seller_id] = {
                number: Buyer(known[number].told[0].order.buyer.values, day)
                for number, day in held.items()
            }
        return self.world


def _reports(due: Iterable[Told]) -> Iterator[list[IncomingOrder]]:
    """Split what is reported into files: in one file an order stands once."""
    left = [one.order for one in due if one.act is Act.REPORT]
    while left:
        first = {order.marketplace_order_id: order for order in reversed(left)}
        yield list(first.values())
        left = [order for order in left if first[order.marketplace_order_id] != order]


def stand_at(day: date, *, hour: int, minute: int = 0) -> None:
    """Let the portal's clock stand at a time of a UTC day."""
    clock.move(datetime.combine(day, time(hour, minute), tzinfo=UTC).isoformat())


def _record(one: Told, *, seller_id: UUID, now: datetime) -> None:
    if one.instant is None:
        return
    number = one.order.marketplace_order_id
    order = Order.objects.get(seller_id=seller_id, marketplace_order_id=number)
    if one.act is Act.SHIPPED:
        package = Package(
            reference="1", carrier="UPS", tracking_number="", shipped_at=one.instant
        )
        record_shipment(order=order, package=package, now=now)
    else:
        record_delivery(order=order, delivered_at=one.instant, now=now)


def _days_stored() -> Iterator[tuple[str, date]]:
    rows = Recipient.objects.filter(invented=False).order_by()
    yield from rows.values_list("order__marketplace_order_id", "purge_on")


def _sealed_ever() -> Iterator[tuple[str, date]]:
    """Yield the orders that had a buyer which was not removed before its day."""
    removed = LedgerEntry.objects.filter(kind=Kind.PII_REMOVED_EARLY.value)
    rows = Order.objects.filter(last_key_on__isnull=False, test_buyer=False)
    rows = rows.exclude(id__in=removed.values("subject_id"))
    yield from rows.values_list("marketplace_order_id", "purge_on")


def _opens(row: Recipient) -> bool:
    opening = Opening(Purpose.DELIVER, subject_id=row.order_id, now=clock.now())
    try:
        return bool(open_fields(row=row, fields=["name"], opening=opening))
    except OpeningRefused:
        return False
