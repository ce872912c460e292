"""The last 45 days of the demo shops, told day by day through the import path."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from compliance.models import Heartbeat
from compliance.services.sweep import sweep
from marketplaces.amazon.order_reports import ReportKind
from marketplaces.services.importing import OrderFile, import_order_file
from orders.models import Order
from orders.services.disclosure import disclose_recipient
from orders.services.keeping_test_buyer import keep_test_buyer
from orders.services.shipping import Package, record_delivery, record_shipment
from sellerportal.demo.goods import bound_for_mexico, invented_order, promised
from sellerportal.demo.holds import Keepers, hold_what_a_law_needs
from sellerportal.demo.reports import InventedOrder, order_report
from sellerportal.demo.shops import DemoShop, open_demo_shops, write_logins
from sellers.models import Membership, Person, Seller
from vault.clock import Clock, clock
from vault.context import SYSTEM, person_actor, seller_scope
from vault.days import open_days
from vault.kinds import Purpose
from vault.ledger import sequence

DAYS = 45
#: One in so many orders of the American shop goes to Mexico.
_TO_MEXICO = 16
#: Days before the end on which the American shop sells an order that no report names
#: again: nobody says whether it was shipped, and its buyer leaves within the week.
_UNHEARD_OF = (24, 22)


@dataclass(slots=True)
class _Shop:
    """A shop with what is still to happen in it."""

    plan: DemoShop
    seller: Seller
    chance: random.Random
    waiting: list[InventedOrder] = field(default_factory=list)
    on_the_way: list[tuple[datetime, str]] = field(default_factory=list)
    number: int = 0


def tell(*, until: datetime, logins: Path, moved: Clock = clock) -> int:
    """Open the shops and live through the days up to ``until``; return the orders.

    Moves the portal's clock from day to day, and puts it back at the end.
    """
    start = until - timedelta(days=DAYS)
    with moved.standing_at(start):
        open_days(today=start.date())
        opened, entries = open_demo_shops(now=start)
    shops = [
        _Shop(plan=plan, seller=seller, chance=random.Random(plan.name))  # noqa: S311
        for plan, seller in opened
    ]
    for day in range(DAYS + 1):
        with moved.standing_at(start + timedelta(days=day)):
            _sweep(shops, start + timedelta(days=day))
            for shop in shops:
                now = start + timedelta(days=day)
                _live_a_day(shop, now=now, days_left=DAYS - day)
            _hold(shops[0], days_left=DAYS - day, now=start + timedelta(days=day))
    for shop in shops:
        keep_test_buyer(seller_id=shop.seller.id, now=until)
        with seller_scope(seller_id=shop.seller.id, actor=SYSTEM):
            sequence()
    write_logins(entries=entries, to=logins)
    return sum(shop.number for shop in shops)


def _live_a_day(shop: _Shop, *, now: datetime, days_left: int) -> None:
    new, last = _bought_today(shop, now), not days_left
    own = [order for order in new if order.fulfilled == "Merchant"]
    _import(shop, ReportKind.ORDERS, own, now)
    _import(
        shop,
        ReportKind.ALL_ORDERS,
        [replace(o, status="Pending") for o in new if o.fulfilled == "Amazon"],
        now,
    )
    unheard = shop.plan.market == "US" and days_left in _UNHEARD_OF
    shop.waiting += own[1:] if unheard else own
    _deliver(shop, now)
    if not last:
        _ship(shop, now)
    _cancel_one(shop, now)
    if last:
        shop.waiting = promised(
            orders=shop.waiting, now=now, zone=ZoneInfo(shop.plan.time_zone)
        )
    _import(shop, ReportKind.UNSHIPPED, shop.waiting, now)
    _look(shop, now)


def _bought_today(shop: _Shop, now: datetime) -> list[InventedOrder]:
    count = max(1, round(shop.chance.gauss(shop.plan.orders_a_day, 2)))
    orders = []
    for _ in range(count):
        shop.number += 1
        prefix = "114" if shop.plan.market == "US" else "305"
        number = f"{prefix}-{shop.chance.randrange(10**7):07d}-{shop.number:07d}"
        bought = now - timedelta(minutes=shop.chance.randrange(20, 20 * 60))
        order = invented_order(
            chance=shop.chance,
            number=number,
            market=shop.plan.market,
            purchased_at=bought,
        )
        abroad = shop.plan.market == "US" and shop.number % _TO_MEXICO == 0
        orders.append(bound_for_mexico(order) if abroad else order)
    return orders


def _import(
    shop: _Shop, kind: ReportKind, orders: list[InventedOrder], now: datetime
) -> None:
    if not orders:
        return
    made = now - timedelta(minutes=10)
    data = order_report(kind=kind, orders=orders, made_at=made)
    import_order_file(
        seller_id=shop.seller.id,
        file=OrderFile(data=data, name=f"{kind.value}-{now.date()}.txt"),
        actor=SYSTEM,
        now=now,
    )


def _ship(shop: _Shop, now: datetime) -> None:
    """Ship most of what waits; a few stay, and become late."""
    leaving = [o for o in shop.waiting if shop.chance.random() < 0.75]
    shop.waiting = [o for o in shop.waiting if o not in leaving]
    packer = _member(shop, "fulfilment")
    with seller_scope(seller_id=shop.seller.id, actor=person_actor(packer)):
        for told in leaving:
            order = Order.objects.get(
                seller_id=shop.seller.id, marketplace_order_id=told.order_id
            )
            record_shipment(
                order=order,
                package=Package(
                    reference="1",
                    carrier="UPS" if shop.plan.market == "US" else "DHL",
                    tracking_number=f"1Z000DEMO{shop.chance.randrange(10**6):06d}",
                    shipped_at=now - timedelta(minutes=10),
                ),
                now=now,
            )
            if shop.chance.random() < 0.85:
                arrives = now + timedelta(days=shop.chance.randrange(2, 6))
                shop.on_the_way.append((arrives, told.order_id))


def _deliver(shop: _Shop, now: datetime) -> None:
    arrived = [entry for entry in shop.on_the_way if entry[0] <= now]
    shop.on_the_way = [entry for entry in shop.on_the_way if entry[0] > now]
    with seller_scope(seller_id=shop.seller.id, actor=SYSTEM):
        for instant, number in arrived:
            order = Order.objects.get(
                seller_id=shop.seller.id, marketplace_order_id=number
            )
            record_delivery(
                order=order, delivered_at=instant - timedelta(hours=2), now=now
            )


def _cancel_one(shop: _Shop, now: datetime) -> None:
    if not shop.waiting or shop.chance.random() > 0.12:
        return
    cancelled = shop.waiting.pop(0)
    _import(shop, ReportKind.ALL_ORDERS, [replace(cancelled, status="Cancelled")], now)


def _look(shop: _Shop, now: datetime) -> None:
    """Let somebody be shown a buyer or two, for a purpose."""
    looks = (("fulfilment", Purpose.DELIVER, "ship-to"),) * 2 + (
        ("support", Purpose.ANSWER, "email"),
    )
    for role, purpose, group in looks:
        if not shop.waiting or shop.chance.random() > 0.5:
            continue
        told = shop.chance.choice(shop.waiting)
        person_id = _member(shop, role)
        actor = person_actor(person_id)
        Person.objects.filter(id=person_id).update(last_login=now)
        with seller_scope(seller_id=shop.seller.id, actor=actor):
            order = Order.objects.get(
                seller_id=shop.seller.id, marketplace_order_id=told.order_id
            )
            disclose_recipient(
                order=order, group=group, purpose=purpose, reference="", now=now
            )


def _hold(shop: _Shop, *, days_left: int, now: datetime) -> None:
    by = Keepers(
        seller_id=shop.seller.id,
        owner=_member(shop, "owner"),
        manager=_member(shop, "manager"),
    )
    hold_what_a_law_needs(by=by, days_left=days_left, now=now)


def _member(shop: _Shop, role: str) -> UUID:
    with seller_scope(seller_id=shop.seller.id, actor=SYSTEM):
        members = Membership.objects.filter(seller_id=shop.seller.id, role=role)
        return members.order_by("joined_at", "id").values_list("person_id", flat=True)[
            0
        ]


def _sweep(shops: list[_Shop], now: datetime) -> None:
    # In the story the portal lived on from one day to the next: that was no gap.
    Heartbeat.objects.update_or_create(process="worker", defaults={"at": now})
    sweep(seller_ids=[shop.seller.id for shop in shops], now=now, clock_is_right=True)
