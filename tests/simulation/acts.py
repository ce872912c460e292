"""One shop in which anybody does anything, and what was said, kept independently."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from compliance.services.policies import NothingChanges
from compliance.services.sweep import sweep
from orders.enums import CarrierWord, FulfilledBy, FulfillmentStatus, RemovedWhy
from orders.incoming import IncomingBuyer, IncomingEvent, IncomingOrder, IncomingPackage
from orders.models import Order, Shipment
from orders.services.carrier_events import receive_events
from orders.services.evidence import EvidenceRefused, record_unshipped
from orders.services.intake import receive_orders
from orders.services.removal import remove_buyers
from orders.services.shipping import (
    Package,
    add_package,
    record_delivery,
    record_loss,
)
from tests.compliance.changing import apply, change
from tests.orders.incoming import incoming
from tests.shops import Shop
from vault.clock import clock
from vault.context import SYSTEM

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
#: Days from the clock to the purge, by the rule; and the most without a delivery.
RULE_KEPT, CEILING = 28, 60
NOBODY = IncomingBuyer({})


@dataclass(slots=True)
class Said:
    """What was said of one order and taken in. ``waiting``: instants before delivery.

    ``over``: somebody took the buyer out for good, by word or because Amazon ships.
    """

    told: IncomingOrder
    waiting: list[datetime] = field(default_factory=list)
    delivered: list[datetime] = field(default_factory=list)
    cancelled: list[datetime] = field(default_factory=list)
    over: bool = False

    def last_day(self, *, kept: int) -> date:
        """Return the UTC day from which its buyer must be gone, at the latest.

        The design's sentences, not the portal's code: counted from the latest instant
        at which anybody said that it was undelivered, or from the delivery; without
        one at most 60 days from the purchase; cancelled, the next day.
        """
        bought = self.told.purchased_at
        if self.delivered:
            day = utc_day(min(self.delivered) + kept * DAY)
        else:
            latest = max([bought, *self.waiting])
            ceiling = utc_day(bought + CEILING * DAY)
            day = min(utc_day(latest + kept * DAY), ceiling)
        if self.cancelled:
            day = min(day, utc_day(min(self.cancelled) + DAY))
        return day


def utc_day(instant: datetime) -> date:
    """Return the UTC day of an instant."""
    return instant.astimezone(UTC).date()


@dataclass(slots=True)
class Anybody:
    """Does one random act after the other in a shop, and remembers what was said."""

    shop: Shop
    random: Random
    said: dict[str, Said] = field(default_factory=dict)
    kept: int = RULE_KEPT
    done: list[str] = field(default_factory=list)

    def act(self) -> None:
        """Do one act, and let some time go by."""
        acts: list[tuple[int, Callable[[], None]]] = [
            (3, self.import_new),
            (5, self.import_again),
            (3, self.say_unshipped),
            (3, self.ship),
            (3, self.deliver),
            (1, self.lose),
            (3, self.scan),
            (2, self.remove),
            (2, self.change_days),
            (3, self.sweep),
        ]
        weights = [weight for weight, _ in acts]
        [(_, act)] = self.random.choices(acts, weights)
        before = clock.now()
        act()
        self.done.append(f"{before:%m-%d %H:%M} {act.__name__}")
        self.pass_time()

    def pass_time(self) -> None:
        """Let minutes go by, or days; sometimes to the last second before midnight."""
        now = clock.now()
        spans = (HOUR / 6, 5 * HOUR, 30 * HOUR, 5 * DAY)
        then = now + self.random.random() * self.random.choice(spans)
        if self.random.random() < 0.15:
            midnight = datetime.combine(then.date() + DAY, datetime.min.time(), UTC)
            then = midnight - self.random.choice((timedelta(seconds=1), timedelta()))
        clock.move(then.isoformat())

    def sweep(self) -> None:
        """Sweep, as it is done every five minutes while anything lives."""
        sweep(seller_ids=[self.shop.id], now=clock.now(), clock_is_right=True)

    def import_new(self) -> None:
        """Take in an order that was bought any time ago, past days included."""
        number = f"119-{len(self.said):07d}-0000001"
        bought = self.past(40 * DAY)
        told = incoming(
            marketplace_order_id=number,
            purchased_at=bought,
            status=self.random.choice(list(FulfillmentStatus)[:5]),
            buyer=self.random.choice((incoming().buyer, incoming().buyer, NOBODY)),
            unshipped_seen_at=self.random.choice((None, self.past(10 * DAY))),
        )
        self.said[number] = Said(told)
        self.receive(told)

    def import_again(self) -> None:
        """Take in another report of a known order: older, newer, or contradicting."""
        if (said := self.any()) is None:
            return
        changes: dict[str, Any] = self.random.choice(
            (
                {},
                {"unshipped_seen_at": self.past(20 * DAY)},
                {"unshipped_seen_at": clock.now()},
                {"status": FulfillmentStatus.SHIPPED, "buyer": NOBODY},
                {"buyer": IncomingBuyer({"name": f"Testa {len(self.done)}"})},
                {"purchased_at": clock.now()},
                {"cancelled_at": self.past(3 * DAY), "buyer": NOBODY},
                {"fulfilled_by": FulfilledBy.AMAZON},
            )
        )
        if "fulfilled_by" in changes and self.random.random() < 0.7:
            changes = {}
        self.receive(replace(incoming(), **{**self.facts(said), **changes}))

    def facts(self, said: Said) -> dict[str, Any]:
        """Return what a report repeats of an order, unless it says otherwise."""
        told = said.told
        return {
            "marketplace_order_id": told.marketplace_order_id,
            "buyer": told.buyer,
        }

    def receive(self, told: IncomingOrder) -> None:
        """Import one order and remember what it says."""
        receive_orders(
            incoming=[told], seller_id=self.shop.id, actor=SYSTEM, now=clock.now()
        )
        said = self.said[told.marketplace_order_id]
        if told.unshipped_seen_at is not None:
            said.waiting.append(told.unshipped_seen_at)
        if told.cancelled_at is not None:
            said.cancelled.append(max(told.cancelled_at, said.told.purchased_at))
        if told.fulfilled_by == FulfilledBy.AMAZON:
            said.over = True

    def say_unshipped(self) -> None:
        """Say of many orders that they have not shipped; some cannot take it."""
        some = self.random.sample(sorted(self.said), k=min(3, len(self.said)))
        ids = {self.order(number).id: number for number in some}
        with self.shop.scope():
            done = record_unshipped(order_ids=list(ids), now=clock.now())
        for order in done.orders:
            self.said[ids[order.id]].waiting.append(clock.now())

    def ship(self) -> None:
        """Record a package, at times in the future or before the purchase as well."""
        if (said := self.any()) is None:
            return
        at = self.past(6 * DAY) + self.random.choice((timedelta(), timedelta(), DAY))
        package = Package(
            reference="",
            carrier="UPS",
            tracking_number=f"1Z{self.random.randrange(8):06d}",
            shipped_at=at,
            last=self.random.random() < 0.8,
        )
        with self.shop.scope():
            try:
                add_package(order=self.order_of(said), told=package, now=clock.now())
            except EvidenceRefused:
                return
        said.waiting.append(at)

    def deliver(self) -> None:
        """Type a delivery in, at times one that cannot be."""
        self.end(record_delivery, "delivered_at", "delivered")

    def lose(self) -> None:
        """Record that an order never arrives."""
        self.end(record_loss, "lost_at", "waiting")

    def end(self, record: Callable[..., None], name: str, into: str) -> None:
        """Record how an order ended, where it can be."""
        if (said := self.any()) is None:
            return
        at = self.past(10 * DAY) + self.random.choice((timedelta(), timedelta(), DAY))
        with self.shop.scope():
            try:
                record(order=self.order_of(said), now=clock.now(), **{name: at})
            except EvidenceRefused:
                return
        getattr(said, into).append(at)

    def scan(self) -> None:
        """Take in a carrier's events of any package; several orders may share one."""
        number = f"1Z{self.random.randrange(8):06d}"
        words = list(CarrierWord)
        events = tuple(
            IncomingEvent(row, self.random.choice(words), self.past(8 * DAY))
            for row in range(1, self.random.randint(2, 4))
        )
        with self.shop.scope():
            rows = Shipment.objects.filter(tracking_number=number)
            about = set(rows.values_list("order__marketplace_order_id", flat=True))
        receive_events(
            incoming=[IncomingPackage(number, events)],
            seller_id=self.shop.id,
            actor=SYSTEM,
            now=clock.now(),
        )
        for order_number in about:
            said = self.said[order_number]
            # Not all of these were taken; each can move a day on at most so far.
            said.waiting += [event.at for event in events]
            self.hear_delivery(said)

    def hear_delivery(self, said: Said) -> None:
        """Remember as delivered what the carrier says of every package of an order."""
        with self.shop.scope():
            order = self.order_of(said)
            packages = list(Shipment.objects.filter(order_id=order.id))
        partly = order.status == FulfillmentStatus.PARTIALLY_SHIPPED
        ends = [package.delivered_at for package in packages]
        if packages and not partly and all(ends):
            said.delivered.append(max(end for end in ends if end is not None))

    def remove(self) -> None:
        """Purge one order's buyer early."""
        if (said := self.any()) is None:
            return
        with self.shop.scope():
            done = remove_buyers(
                seller_id=self.shop.id,
                order_ids=[self.order_of(said).id],
                why=RemovedWhy.REQUEST,
                now=clock.now(),
            )
        said.over = said.over or bool(done.removed)

    def change_days(self) -> None:
        """Shorten how long buyers are kept, or go back up to the rule."""
        days = self.random.choice((5, 12, 20, 25, 30))
        try:
            version = change(self.shop, days=days)
        except NothingChanges:
            return
        apply(self.shop, version)
        self.kept = days - 2

    def any(self) -> Said | None:
        """Return any of the latest orders."""
        if not self.said:
            return None
        return self.said[self.random.choice(sorted(self.said)[-8:])]

    def past(self, span: timedelta) -> datetime:
        """Return an instant in the last ``span``."""
        return clock.now() - self.random.random() * span

    def order(self, number: str) -> Order:
        """Return an order as it stands in the database."""
        with self.shop.scope():
            return Order.objects.get(marketplace_order_id=number)

    def order_of(self, said: Said) -> Order:
        """Return the order that something was said of."""
        return self.order(said.told.marketplace_order_id)
