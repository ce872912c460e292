"""What is said of a buyer that was removed before its day: when, why, both dates."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.enums import RemovedWhy
from orders.models import Order
from orders.presentation.words import Moment

WHY_WORDS: Mapping[str, Promise] = {
    RemovedWhy.REQUEST: gettext_lazy("at the buyer's request"),
    RemovedWhy.NOT_NEEDED: gettext_lazy("because it was not needed any more"),
    RemovedWhy.OTHER: gettext_lazy("by hand"),
    RemovedWhy.CANCELLED: gettext_lazy("because the order was cancelled"),
    RemovedWhy.AMAZON_SHIPS: gettext_lazy("because Amazon ships the order"),
    RemovedWhy.SHORTENED: gettext_lazy("because the shop keeps buyers for fewer days"),
    RemovedWhy.DAY_CAME: gettext_lazy("because its day came earlier"),
}


def removed_words(
    *, order: Order, moment: Moment, destroyed_at: datetime | None = None
) -> str:
    """Say when and why a buyer was removed, and when its last key dies, or died.

    ``destroyed_at`` (UTC) is when that key was destroyed. Empty for an order whose
    buyer was not removed early.
    """
    if order.removed_at is None:
        return ""
    removed = _("Removed on %(at)s %(why)s") % {
        "at": moment.utc_words(order.removed_at),
        "why": WHY_WORDS.get(order.removed_why, _("early")),
    }
    last = last_key_of(order)
    if destroyed_at is not None:
        words = _("%(removed)s; the last key that sealed it was destroyed on %(day)s.")
        return words % {"removed": removed, "day": moment.utc_words(destroyed_at)}
    words = _("%(removed)s; the last key that sealed it dies on %(day)s.")
    return words % {"removed": removed, "day": moment.day_words(last)}


def last_key_of(order: Order) -> date:
    """Return the UTC day on which the last key that sealed an order's buyer dies."""
    return order.last_key_on or order.purge_on
