"""One clear sentence, and one status, for each reason why nothing was shown."""

from django.utils.translation import gettext as _

from compliance.explanation import NoBuyer, why_no_buyer
from orders.models import Order
from orders.models.order import BuyerState
from orders.presentation.removed import removed_words
from orders.presentation.words import Moment
from orders.services.disclosure import MOST_SHOWINGS, DisclosureRefused, Refusal

#: Gone for good is 410; a state that may change is 409 (RFC 9110, 15.5).
STATUS = {
    Refusal.PAST_ITS_DAY: 410,
    Refusal.KEY_DESTROYED: 410,
    Refusal.KEY_LOST: 409,
    Refusal.TAMPERED: 409,
    Refusal.SUSPENDED: 503,
    Refusal.STOPPED: 409,
    Refusal.NOTHING_STORED: 409,
    Refusal.TOO_MANY: 429,
}
_WITHOUT = {
    BuyerState.AMAZON_FULFILS: NoBuyer.AMAZON_FULFILS,
    BuyerState.DAY_PASSED: NoBuyer.DAY_PASSED,
    BuyerState.CANCELLED: NoBuyer.CANCELLED,
    BuyerState.WITHHELD: NoBuyer.WITHHELD,
}


def refusal_words(
    *, refused: DisclosureRefused, order: Order, named: str, moment: Moment
) -> str:
    """Say why a group was not shown; ``named`` is the group in a sentence."""
    day = moment.day_words(order.purge_on)
    match refused.refusal:
        case Refusal.PAST_ITS_DAY:
            words = _(
                "Its day, %(day)s, has begun: the portal does not open it any more."
            )
            return words % {"day": day}
        case Refusal.KEY_DESTROYED:
            words = _(
                "The key to %(named)s was destroyed: nobody can open it any more."
            )
        case Refusal.KEY_LOST:
            words = _(
                "The key to %(named)s is lost, not purged; the next import may fill it "
                "again."
            )
        case Refusal.TAMPERED:
            words = _("The stored form of %(named)s was altered and is not shown.")
        case Refusal.SUSPENDED:
            words = _(
                "The keystore cannot be read at the moment, so nothing is shown; tell "
                "the operator, and try again later."
            )
        case Refusal.STOPPED:
            return stopped_words()
        case Refusal.NOTHING_STORED:
            return nothing_words(order=order, moment=moment)
        case Refusal.TOO_MANY:
            return _too_many(refused, moment)
    return words % {"named": named}


def stopped_words() -> str:
    """Say that staff suspended the showing, and what goes on."""
    return _(
        "Staff suspended the showing of buyer data in this shop, so nothing is shown. "
        "Orders, imports and purges go on."
    )


def nothing_words(*, order: Order, moment: Moment) -> str:
    """Say why an order has no buyer, or that this part of it never came."""
    if order.removed_at is not None:
        return removed_words(order=order, moment=moment)
    reason = _WITHOUT.get(BuyerState(order.buyer_state))
    if reason is None:
        return _("Nothing of that kind is stored for this order.")
    return why_no_buyer(reason)


def _too_many(refused: DisclosureRefused, moment: Moment) -> str:
    words = _(
        "You were shown buyer data %(count)d times within 10 minutes. It works again "
        "at %(time)s; if it cannot wait, ask a manager."
    )
    at = refused.again_at or moment.now
    return words % {"count": MOST_SHOWINGS, "time": moment.time_of(at)}
