"""A person's "not shipped yet", and what any piece of evidence would do to a day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from compliance.policies import Policies
from compliance.queries.policies import policies_of
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order, Recipient
from orders.queries.due import WAITING
from orders.services.retention import DAY_FIELDS, apply_moves, is_tombstone, set_day
from orders.services.turns import one_at_a_time
from orders.services.writing import write_orders
from vault.clock import clock
from vault.context import current_scope
from vault.days import gone_through
from vault.kinds import Kind
from vault.ledger import append_many
from vault.refusals import KeyDestroyed, PastItsDay

#: Orders in one transaction: no session may hold a purge day open for long.
BATCH = 500
_FIELDS = (*DAY_FIELDS, "changed_at")


class WhyNot(StrEnum):
    """Why an order cannot take a piece of evidence."""

    AMAZON_SHIPS = "amazon-ships"
    INVENTED = "invented"
    CANCELLED = "cancelled"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    NOT_SHIPPED = "not-shipped"
    PARTLY_SHIPPED = "partly-shipped"
    DAY_BEGAN = "day-began"
    MISSING = "missing"
    IN_FUTURE = "in-future"
    BEFORE_PURCHASE = "before-purchase"
    BEFORE_SHIPPING = "before-shipping"


class EvidenceRefused(ValueError):
    """An order cannot take a piece of evidence; ``why`` says why not."""

    def __init__(self, why: WhyNot) -> None:
        """Take the reason."""
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a piece of evidence would do: the new day, and whether it is over already.

    ``removed_now``: the day, as counted, has begun, so the buyer is removed at once,
    and the last key that ever sealed it dies on ``last_key_on``. Days are in UTC.
    """

    day: date
    removed_now: bool
    last_key_on: date | None


@dataclass(frozen=True, slots=True)
class Saying:
    """What a person says of orders: which can take it, what it sets, how it is logged.

    ``fields`` are those that ``tell`` sets; the days follow from them. ``why_not`` is
    asked on the UTC day that it is given, of the locked order.
    """

    kind: Kind
    fields: tuple[str, ...]
    why_not: Callable[[Order, date], WhyNot | None]
    tell: Callable[[Order, datetime], None]
    facts: Callable[[Order], dict[str, int | str]]


@dataclass(slots=True)
class Recorded:
    """What became of many orders: who took the evidence, and who could not and why.

    ``moved`` counts the orders whose day is a later one now.
    """

    orders: list[Order] = field(default_factory=list)
    refused: list[tuple[Order, WhyNot]] = field(default_factory=list)
    moved: int = 0


def why_not_waiting(*, order: Order, today: date) -> WhyNot | None:
    """Say why an order cannot take "not shipped yet"; None where it can."""
    if (why := why_not_left(order=order)) is not None:
        return why
    if order.delivered_at is not None or order.delivered_seen_at is not None:
        return WhyNot.DELIVERED
    if FulfillmentStatus(order.status) not in WAITING:
        return WhyNot.SHIPPED
    if order.test_buyer:
        return WhyNot.INVENTED
    return WhyNot.DAY_BEGAN if is_tombstone(order=order, today=today) else None


def why_not_left(*, order: Order) -> WhyNot | None:
    """Say why nothing of an order's way can be recorded; None where it can.

    Of the test buyer's order nothing else is said than of others that were shipped:
    it is refused where it is to be written.
    """
    if order.fulfilled_by == FulfilledBy.AMAZON:
        return WhyNot.AMAZON_SHIPS
    if order.cancelled_at is not None or order.status in _OVER:
        return WhyNot.CANCELLED
    return None


def why_not_ended(*, order: Order) -> WhyNot | None:
    """Say why an order can neither have arrived nor be lost; None where it can."""
    if (why := why_not_left(order=order)) is not None:
        return why
    if FulfillmentStatus(order.status) in WAITING:
        return WhyNot.NOT_SHIPPED
    return None


_OVER = (FulfillmentStatus.CANCELLED, FulfillmentStatus.UNFULFILLABLE)


def record_unshipped(*, order_ids: Iterable[UUID], now: datetime) -> Recorded:
    """Record for orders of the shop in scope that they have not shipped at ``now``.

    All in one transaction, so `BATCH` at most. A day moves on only where it is near;
    orders that cannot take it are named and stay as they are.
    """
    return record_many(order_ids=order_ids, saying=_UNSHIPPED, now=now)


def record_many(
    *, order_ids: Iterable[UUID], saying: Saying, now: datetime
) -> Recorded:
    """Record what is said of orders of the shop in scope, `BATCH` at most.

    All in one transaction; the orders are locked by id, as imports lock them.
    """
    wanted = list(order_ids)
    try:
        with transaction.atomic():
            return _record(wanted, saying, now)
    except (PastItsDay, KeyDestroyed):
        # A purge day began in the middle: judge once more.
        with transaction.atomic():
            return _record(wanted, saying, max(now, clock.now()))


def _record(order_ids: Sequence[UUID], saying: Saying, now: datetime) -> Recorded:
    seller_id = current_scope().seller_id
    one_at_a_time(seller_id=seller_id)
    found = Order.objects.filter(seller_id=seller_id, id__in=order_ids)
    orders = list(found.select_for_update().order_by("id"))
    buyers = buyers_of(seller_id=seller_id, orders=orders)
    today, done, moves = gone_through(today=now.date()), Recorded(), []
    policies = policies_of(seller_id=seller_id)
    for order in orders:
        if (why := saying.why_not(order, today)) is not None:
            done.refused.append((order, why))
            continue
        before, gone = order.purge_on, is_tombstone(order=order, today=today)
        saying.tell(order, now)
        if not gone:
            move = set_day(
                order=order,
                recipient=buyers.get(order.id),
                policies=policies,
                today=today,
            )
            moves += [move] if move is not None else []
        done.moved += order.purge_on > before
        order.changed_at = now
        done.orders.append(order)
    write_orders(
        seller_id=seller_id,
        orders=done.orders,
        columns=(*saying.fields, *_FIELDS),
    )
    apply_moves(moves=moves, today=today, now=now)
    append_many(
        kind=saying.kind,
        now=now,
        entries=[(order.id, saying.facts(order)) for order in done.orders],
    )
    return done


def _why_not_waiting(order: Order, today: date) -> WhyNot | None:
    return why_not_waiting(order=order, today=today)


def _tell_unshipped(order: Order, now: datetime) -> None:
    order.unshipped_seen_at = max(order.unshipped_seen_at or now, now)


def _day(order: Order) -> dict[str, int | str]:
    return {"day": order.purge_on.isoformat()}


_UNSHIPPED = Saying(
    kind=Kind.ORDER_UNSHIPPED_RECORDED,
    fields=("unshipped_seen_at",),
    why_not=_why_not_waiting,
    tell=_tell_unshipped,
    facts=_day,
)


def buyers_of(*, seller_id: UUID, orders: Sequence[Order]) -> dict[UUID, Recipient]:
    """Return the buyers of orders of one shop by order id, nothing opened."""
    rows = Recipient.objects.filter(
        seller_id=seller_id, order_id__in=[order.id for order in orders]
    )
    return {row.order_id: row for row in rows}


def outlook(
    *,
    order: Order,
    told: Mapping[str, datetime | str],
    now: datetime,
    policies: Policies | None = None,
) -> Outlook:
    """Say what an order's day would be with what is ``told``; change nothing.

    ``told`` are fields of the order, taken as they are. ``policies`` are the shop's;
    who asks for many orders loads them once.
    """
    if policies is None:
        policies = policies_of(seller_id=order.seller_id)
    twin = copy(order)
    for name, value in told.items():
        setattr(twin, name, value)
    rows = Recipient.objects.filter(seller_id=order.seller_id, order_id=order.id)
    buyer = rows.only("id", "seller_id", "order_id", "purge_on", "limit_on").first()
    today = gone_through(today=now.date())
    if is_tombstone(order=order, today=today):
        return Outlook(order.purge_on, removed_now=False, last_key_on=None)
    move = set_day(order=twin, recipient=buyer, policies=policies, today=today)
    if move is not None and move[1] <= today:
        return Outlook(
            twin.counted_on or today, removed_now=True, last_key_on=order.last_key_on
        )
    return Outlook(twin.purge_on, removed_now=False, last_key_on=None)
