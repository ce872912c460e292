"""The test buyer: one invented buyer a shop, whose opening is an alarm.

Its order looks like the shop's others and stands among them. It is never counted,
shipped or synced, and made anew long before its buyer's day.
"""

import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from orders.enums import FulfilledBy, FulfillmentStatus
from orders.incoming import IncomingBuyer, IncomingLine, IncomingOrder
from orders.models import Order, OrderLine, Recipient
from orders.models.order import BuyerState
from orders.queries.buyers import lost_keys, stored_buyer
from orders.services.intake import receive_invented
from orders.services.invented_people import drawn, invented_buyer
from vault.context import SYSTEM, seller_scope
from vault.kinds import Kind
from vault.ledger import append

#: Made anew when its buyer's day is this near: before it shows among what leaves.
RENEWED_DAYS = 10
#: Its goods and looks are those of one of so many of the shop's latest orders.
_PATTERNS = 20
#: Bought up to so many minutes before the order that it looks like.
_EARLIER = 240
#: These stand in every address, whatever the order that it looks like had.
_ALWAYS = frozenset({"name", "address_line_1", "city", "postal_code"})
_DRAW = secrets.SystemRandom()


def keep_test_buyer(*, seller_id: UUID, now: datetime) -> bool:
    """Make the shop's test buyer where none lasts; tell whether one was made.

    ``now`` is in UTC. A shop without a recent order with a buyer has none to look
    like, and keeps what it has.
    """
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        if _lasts(seller_id=seller_id, now=now):
            return False
        pattern = _pattern(seller_id=seller_id, now=now)
        if pattern is None:
            return False
        told = _invented_like(pattern=pattern)
        if not receive_invented(incoming=told, seller_id=seller_id, now=now):
            return False
        order = Order.objects.get(seller_id=seller_id, test_buyer=True)
        append(
            kind=Kind.BUYER_INVENTED_TEST,
            now=now,
            subject_id=order.id,
            facts={"day": order.purge_on.isoformat()},
        )
        return True


def _lasts(*, seller_id: UUID, now: datetime) -> bool:
    """Tell whether there is one that opens for long enough."""
    row = Recipient.objects.filter(
        seller_id=seller_id,
        invented=True,
        purge_on__gt=now.date() + timedelta(days=RENEWED_DAYS),
    ).values_list("purge_on", "sealed_at")
    found = row.first()
    if found is None:
        return False
    day, sealed_at = found
    lost = lost_keys(seller_id=seller_id, days=[day])
    return not lost.lost(day=day, sealed_at=sealed_at)


def _pattern(*, seller_id: UUID, now: datetime) -> Order | None:
    """Draw one of the latest orders whose buyer stays longer than renewal asks."""
    latest = Order.objects.filter(
        seller_id=seller_id,
        test_buyer=False,
        fulfilled_by=FulfilledBy.MERCHANT,
        buyer_state=BuyerState.SEALED,
        removed_at=None,
        cancelled_at=None,
        line_count__gt=0,
        purchased_at__gt=now - timedelta(days=RENEWED_DAYS),
    ).order_by("-purchased_at", "-id")[:_PATTERNS]
    orders = list(latest)
    return _DRAW.choice(orders) if orders else None


def _invented_like(*, pattern: Order) -> IncomingOrder:
    """Invent an order with the looks of another: goods, place, form of its number."""
    bought = pattern.purchased_at - timedelta(minutes=_DRAW.randint(1, _EARLIER))
    line = OrderLine.objects.filter(
        seller_id=pattern.seller_id, order_id=pattern.id
    ).order_by("id")[0]
    stored = stored_buyer(seller_id=pattern.seller_id, order_id=pattern.id)
    filled = _ALWAYS | (stored.fields if stored else frozenset())
    buyer = invented_buyer(country=pattern.ship_country, channel=pattern.channel)
    return IncomingOrder(
        channel=pattern.channel,
        marketplace_order_id=_like(pattern.marketplace_order_id, kept=3),
        purchased_at=bought,
        lines=(_line_like(line),),
        buyer=IncomingBuyer({f: text for f, text in buyer.items() if f in filled}),
        status=FulfillmentStatus.SHIPPED,
        sales_channel=pattern.sales_channel,
        service_level=pattern.service_level,
        currency=pattern.currency,
        ship_country=pattern.ship_country,
        ship_state=pattern.ship_state,
        ship_by=pattern.ship_by,
    )


def _line_like(line: OrderLine) -> IncomingLine:
    return IncomingLine(
        item_id=_like(line.item_id, kept=0),
        sku=line.sku,
        title=line.title,
        quantity=line.quantity,
        asin=line.asin,
        quantity_shipped=line.quantity,
        item_price=line.item_price,
        item_tax=line.item_tax,
        shipping_price=line.shipping_price,
        shipping_tax=line.shipping_tax,
        promotion_discount=line.promotion_discount,
    )


def _like(number: str, *, kept: int) -> str:
    """Draw other digits for a number, behind its first characters."""
    return number[:kept] + drawn(form=re.sub(r"\d", "9", number[kept:]))
