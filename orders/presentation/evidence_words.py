"""Why an order cannot take a piece of evidence, and what one changed, in sentences."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from orders.models import Order
from orders.models.order import BuyerState
from orders.presentation.removed import last_key_of
from orders.presentation.words import Moment
from orders.services.evidence import Outlook, WhyNot

#: One sentence each: what is wrong, and what to do where something can be done.
WHY_NOT: Mapping[WhyNot, Promise] = {
    WhyNot.AMAZON_SHIPS: _l(
        "Amazon ships this order and tells its marketplace itself."
    ),
    # The test buyer's order: what its page says must not tell it from others.
    WhyNot.INVENTED: _l(
        "Nothing was recorded: this order takes its state from its marketplace alone."
    ),
    WhyNot.CANCELLED: _l("The order was cancelled, so nothing of it is on its way."),
    WhyNot.SHIPPED: _l("The order was shipped already."),
    WhyNot.PARTLY_SHIPPED: _l(
        "A part of the order has left and needs its buyer: record its last package "
        "instead."
    ),
    WhyNot.DELIVERED: _l("The order was delivered already."),
    WhyNot.NOT_SHIPPED: _l(
        "The order, or a part of it, was not shipped yet: record its last package "
        "first."
    ),
    WhyNot.DAY_BEGAN: _l("Its buyer's day has begun; nothing brings the buyer back."),
    WhyNot.MISSING: _l("It is not in this shop any more."),
    WhyNot.IN_FUTURE: _l("That time lies in the future; correct it."),
    WhyNot.BEFORE_PURCHASE: _l("That time lies before the purchase; correct it."),
    WhyNot.BEFORE_SHIPPING: _l("That time lies before the shipping; correct it."),
}


def unshipped_words(*, order: Order, moved: bool, moment: Moment) -> str:
    """Say what "not shipped yet" did to an order's day."""
    words = _(
        "Recorded: not shipped yet. Buyer data leaves on %(day)s; the day moves on "
        "when it is near, as long as the order waits and you say so again."
    )
    if moved:
        words = _(
            "Recorded: not shipped yet. Buyer data now leaves on %(day)s, and the day "
            "moves on as long as the order waits and you say so again."
        )
    return words % {"day": moment.day_words(order.purge_on)}


def outcome_words(*, order: Order, before: Outlook, moment: Moment) -> str:
    """Say what a recorded ship time, delivery or loss did to an order's day."""
    facts = {"day": moment.day_words(order.purge_on)}
    if before.removed_now:
        facts["day"] = moment.day_words(before.day)
        facts["at"] = moment.utc_words(moment.now)
        facts["last"] = moment.day_words(before.last_key_on or order.purge_on)
        words = _(
            "Recorded. Its day, %(day)s, had begun: the buyer was removed at %(at)s, "
            "and the last key dies on %(last)s."
        )
        return words % facts
    if order.cancelled_at is not None and order.purge_on > moment.today:
        return _cancelled_words(order=order, moment=moment)
    if order.purge_on <= moment.today:
        return _("Recorded. The buyer's day, %(day)s, had begun before.") % facts
    return _("Recorded. Buyer data leaves on %(day)s.") % facts


def _cancelled_words(*, order: Order, moment: Moment) -> str:
    """Name both dates of a cancelled order's buyer; there may be none to leave."""
    if order.buyer_state != BuyerState.SEALED:
        return _("Recorded: cancelled. No buyer is stored of this order.")
    words = _(
        "Recorded: cancelled. Buyer data leaves on %(day)s, and the last key that "
        "sealed it dies on %(last)s."
    )
    return words % {
        "day": moment.day_words(order.purge_on),
        "last": moment.day_words(last_key_of(order)),
    }


def removal_words(*, outlook: Outlook, moment: Moment) -> str:
    """Say beforehand that a buyer will be removed at once, and when the key dies."""
    facts = {
        "day": moment.day_words(outlook.day),
        "last": moment.day_words(outlook.last_key_on or outlook.day),
    }
    words = _(
        "Counted from then, the buyer's day was %(day)s. Recording it removes the "
        "buyer at once, and the last key dies on %(last)s. This cannot be undone."
    )
    return words % facts
