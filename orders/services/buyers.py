"""Deciding about the buyer of an incoming order: seal, complete, or leave out."""

from dataclasses import dataclass, field
from datetime import date, datetime

from orders.enums import FulfilledBy
from orders.incoming import IncomingOrder
from orders.models import Order, Recipient
from orders.models.order import BuyerState
from vault.fields import is_filled, sealed_fields
from vault.sealing import holds_text, key_lives


@dataclass(slots=True)
class BuyerChange:
    """Recipients to insert, and recipients with new values."""

    new: list[Recipient] = field(default_factory=list)
    changed: list[Recipient] = field(default_factory=list)

    def save_changed(self) -> None:
        """Write the changed recipients, sealing what is new in them."""
        names = [f.name for f in sealed_fields(Recipient)]
        Recipient.objects.bulk_update(
            self.changed, [*names, "sealed_at"], batch_size=200
        )


def seal_new_buyer(
    *, order: Order, incoming: IncomingOrder, today: date, now: datetime
) -> tuple[Recipient | None, BuyerState]:
    """Return the recipient of a new order, or why there is none.

    The text is sealed when the row is saved. An order that the marketplace fulfils
    never gets a buyer; nor does one whose purge day has begun.
    """
    reason = _why_not(order=order, incoming=incoming, today=today)
    if reason is not BuyerState.SEALED:
        return None, reason
    row = Recipient(
        seller_id=order.seller_id,
        order=order,
        purge_on=order.purge_on,
        limit_on=order.limit_on,
        sealed_at=now,
        **dict(incoming.buyer.values),
    )
    return row, reason


def take_in_buyer(
    *,
    order: Order,
    recipient: Recipient | None,
    incoming: IncomingOrder,
    today: date,
    now: datetime,
    into: BuyerChange,
) -> bool:
    """Complete a known order's buyer; tell whether anything was taken in.

    Never called for an order whose day has begun. A buyer whose key is lost is filled
    again; one that is there is changed only where the text differs.
    """
    if recipient is None:
        row, state = seal_new_buyer(
            order=order, incoming=incoming, today=today, now=now
        )
        if row is None:
            return False
        order.buyer_state = state
        order.last_key_on = max(order.last_key_on or row.purge_on, row.purge_on)
        into.new.append(row)
        return True
    if _why_not(order=order, incoming=incoming, today=today) is not BuyerState.SEALED:
        return False
    changed = _forget_lost(recipient)
    for name, text in incoming.buyer.values.items():
        if not holds_text(row=recipient, field=name, text=text):
            setattr(recipient, name, text)
            changed = True
    if changed:
        recipient.sealed_at = now
        into.changed.append(recipient)
    return changed


def _forget_lost(recipient: Recipient) -> bool:
    """Empty the values whose key is lost: they can never be opened again."""
    lost = [
        f.attname
        for f in sealed_fields(Recipient)
        if is_filled(recipient, f) and not key_lives(row=recipient, field=f.attname)
    ]
    for name in lost:
        setattr(recipient, name, None)
    return bool(lost)


def _why_not(*, order: Order, incoming: IncomingOrder, today: date) -> BuyerState:
    if FulfilledBy.AMAZON in (order.fulfilled_by, incoming.fulfilled_by):
        return BuyerState.AMAZON_FULFILS
    if order.cancelled_at is not None:
        return BuyerState.CANCELLED
    if order.purge_on <= today:
        return BuyerState.DAY_PASSED
    if not incoming.buyer.values:
        return BuyerState.WITHHELD
    return BuyerState.SEALED
