"""What is said before orders are cancelled: both dates, and what stays so."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.enums import FulfillmentStatus
from orders.models import Order
from orders.models.order import BuyerState
from orders.presentation.removed import last_key_of
from orders.presentation.words import Moment
from orders.queries.selections import Cancellable
from orders.services.evidence import outlook


@dataclass(frozen=True, slots=True)
class CancelFacts:
    """Both dates of what a cancellation made now removes; UTC days.

    ``stored``: there is a buyer to remove; without one there is nothing to date.
    """

    stored: bool
    removed_on: date
    last_key_on: date


@dataclass(frozen=True, slots=True)
class CancelPage:
    """What is asked before many orders are cancelled. ``seen`` is given back."""

    title: str
    left_out: str
    nothing: bool
    seen: str
    facts: CancelFacts


def cancel_facts(*, order: Order, moment: Moment) -> CancelFacts:
    """Say what becomes of an order's buyer if it is cancelled now."""
    told: dict[str, datetime | str] = {
        "cancelled_at": moment.now,
        "status": FulfillmentStatus.CANCELLED,
    }
    day = outlook(order=order, told=told, now=moment.now).day
    here = order.buyer_state == BuyerState.SEALED and order.removed_at is None
    return CancelFacts(here and order.purge_on > moment.today, day, last_key_of(order))


def cancel_page(*, found: Cancellable, chosen: int, moment: Moment) -> CancelPage:
    """Ask whether what was ``found`` among ``chosen`` orders is to be cancelled."""
    number = found.orders
    title = ngettext("Cancel %(n)s order?", "Cancel %(n)s orders?", number)
    left = chosen - number
    words = ngettext(
        "%(n)s chosen order stays as it is: it has left, at least in part, is "
        "cancelled already, or its marketplace ships it.",
        "%(n)s chosen orders stay as they are: they have left, at least in part, are "
        "cancelled already, or their marketplace ships them.",
        left,
    )
    tomorrow = moment.today + timedelta(days=1)
    return CancelPage(
        title=title % {"n": f"{number:,}"} if number else _("Nothing to cancel"),
        left_out=words % {"n": f"{left:,}"} if left else "",
        nothing=not number,
        seen=f"{number} {chosen}",
        facts=CancelFacts(
            stored=found.last_key_on is not None,
            removed_on=tomorrow,
            last_key_on=found.last_key_on or tomorrow,
        ),
    )
