"""The progress strip of an order: from paid to purged."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from orders.enums import FulfilledBy, FulfillmentStatus, PackageStatus
from orders.models import Order
from orders.presentation.known import Known
from orders.presentation.standing import Standing
from orders.presentation.statuses import is_due
from orders.presentation.words import Moment, long_words

_PENDING = (FulfillmentStatus.PENDING_AVAILABILITY, FulfillmentStatus.PENDING)
_ON_THE_WAY = (
    PackageStatus.IN_TRANSIT,
    PackageStatus.DELIVERED,
    PackageStatus.UNDELIVERABLE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``state`` is "done", "now" or "" for one that lies ahead."""

    label: str
    at: datetime | None = None
    on: date | None = None
    words: str = ""
    state: str = ""


def steps_of(known: Known) -> tuple[Step, ...]:
    """Return the steps of an order; the last one that was reached is "now"."""
    order = known.order
    steps = [_paid(order)]
    if order.status == FulfillmentStatus.CANCELLED:
        cancelled = Step(_("Cancelled"), at=order.cancelled_at, state="done")
        steps.append(cancelled)
    else:
        steps += [_ship(order, known.moment), _transit(order), _delivered(order)]
    steps.append(_purged(known))
    return _with_now(steps)


def _paid(order: Order) -> Step:
    pending = order.status in _PENDING
    label = _("Ordered") if pending else _("Paid")
    return Step(label, at=order.purchased_at, state="done")


def _ship(order: Order, moment: Moment) -> Step:
    if order.status == FulfillmentStatus.SHIPPED:
        return Step(_("Shipped"), at=order.shipped_at, state="done")
    if not is_due(order):
        amazon = order.fulfilled_by == FulfilledBy.AMAZON
        return Step(_("To ship"), words=_("Amazon ships") if amazon else "")
    words = ""
    if order.ship_by is not None:
        left = order.ship_by - moment.now
        late = left.total_seconds() < 0
        words = _("Late %(time)s") if late else _("%(time)s left")
        words %= {"time": long_words(abs(left))}
    return Step(_("To ship"), words=words, state="now")


def _transit(order: Order) -> Step:
    if order.delivery == PackageStatus.UNDELIVERABLE:
        return Step(_("Undeliverable"), at=order.undeliverable_at, state="done")
    if order.delivery in _ON_THE_WAY:
        return Step(_("In transit"), at=order.in_transit_seen_at, state="done")
    return Step(_("In transit"))


def _delivered(order: Order) -> Step:
    if order.delivery == PackageStatus.DELIVERED:
        at = order.delivered_at or order.delivered_seen_at
        return Step(_("Delivered"), at=at, state="done")
    shipped = order.status == FulfillmentStatus.SHIPPED
    return Step(_("Delivered"), words=_("No delivery scan") if shipped else "")


def _purged(known: Known) -> Step:
    day, record = known.order.purge_on, known.record
    match known.standing:
        case Standing.PURGED if known.order.removed_at is not None:
            removed = known.order.removed_at
            return Step(_("Buyer data removed"), at=removed, state="done")
        case Standing.PURGED:
            words = _("record %(name)s") % {"name": record.label} if record else ""
            return Step(_("Buyer data purged"), on=day, words=words, state="done")
        case Standing.NEVER_ASKED:
            return Step(_("Buyer data"), words=_("Never asked"))
        case Standing.NOT_STORED:
            return Step(_("Buyer data"), words=_("Not stored"))
        case Standing.LOST:
            return Step(_("Buyer data"), words=_("Lost"))
        case Standing.REFUSED | Standing.PAST_LIMIT:
            return Step(_("Buyer data refused"), on=day)
        case Standing.READABLE:
            return Step(_("Buyer data purged"), on=day)


def _with_now(steps: list[Step]) -> tuple[Step, ...]:
    """Mark the last step that was reached, unless one is waited for already."""
    if any(step.state == "now" for step in steps):
        return tuple(steps)
    last = max(n for n, step in enumerate(steps) if step.state == "done")
    old = steps[last]
    steps[last] = Step(old.label, old.at, old.on, old.words, "now")
    return tuple(steps)
