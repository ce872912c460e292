"""Why an order cannot take a piece of evidence, and what one changed, in sentences."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from orders.models import Order
from orders.presentation.words import Moment
from orders.services.evidence import Outlook, WhyNot

#: One sentence each: what is wrong, and what to do where something can be done.
WHY_NOT: Mapping[WhyNot, Promise] = {
    WhyNot.AMAZON_SHIPS: _l(
        "Amazon ships this order and tells its marketplace itself."
    ),
    WhyNot.INVENTED: _l("This order is invented and is never shipped."),
    WhyNot.CANCELLED: _l("The order was cancelled, so nothing of it is on its way."),
    WhyNot.SHIPPED: _l("The order was shipped already."),
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
    if order.purge_on <= moment.today:
        return _("Recorded. The buyer's day, %(day)s, had begun before.") % facts
    return _("Recorded. Buyer data leaves on %(day)s.") % facts


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
