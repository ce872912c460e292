"""Where an order's buyer stands today, derived afresh and never stored."""

from dataclasses import dataclass
from datetime import UTC, date
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.enums import FulfillmentStatus
from orders.models import Order
from orders.models.order import BuyerState
from orders.presentation.words import Moment
from orders.queries.due import WAITING
from vault.models import DayState

#: From so many days before its day on, a buyer's data is shown as leaving.
SOON = 7


class Standing(StrEnum):
    """What can be said of an order's buyer today."""

    READABLE = "readable"
    REFUSED = "refused"
    PAST_LIMIT = "past the limit"
    PURGED = "purged"
    LOST = "lost"
    NEVER_ASKED = "never asked"
    NOT_STORED = "not stored"


@dataclass(frozen=True, slots=True)
class LifeCell:
    """The column "Buyer data". ``share`` is how much of the bar is full, 0 to 100."""

    text: str
    icon: str
    tone: str = ""
    share: int | None = None
    fill: str = "mid"


def standing_of(
    *, order: Order, stored: bool, day_state: str | None, lost: bool, today: date
) -> Standing:
    """Judge from the order's day, its day's key and whether a buyer is stored.

    ``today`` is the UTC day. A day that has begun refuses, whatever else is true; the
    limit is passed only while the key has not been destroyed on record.
    """
    if not stored:
        if order.buyer_state == BuyerState.AMAZON_FULFILS:
            return Standing.NEVER_ASKED
        gone = order.buyer_state == BuyerState.SEALED and order.purge_on <= today
        return Standing.PURGED if gone else Standing.NOT_STORED
    if order.purge_on <= today:
        if day_state == DayState.DESTROYED:
            return Standing.PURGED
        over = order.limit_on <= today
        return Standing.PAST_LIMIT if over else Standing.REFUSED
    return Standing.LOST if lost else Standing.READABLE


def life_cell(*, order: Order, standing: Standing, moment: Moment) -> LifeCell:
    """Say in a few words how long the buyer's data lives, or what became of it."""
    day = {"day": moment.day_words(order.purge_on)}
    if standing is Standing.READABLE:
        return _readable(order=order, moment=moment)
    if standing is Standing.PURGED and order.removed_at is not None:
        at = {"day": moment.day_words(order.removed_at.astimezone(UTC).date())}
        return LifeCell(_("Removed %(day)s") % at, "check")
    cells = {
        Standing.REFUSED: LifeCell(
            _("Refused since %(day)s") % day, "lock", "warn", 100, "warn"
        ),
        Standing.PAST_LIMIT: LifeCell(_("Past the limit"), "alert", "bad", 100, "bad"),
        Standing.PURGED: LifeCell(_("Purged %(day)s") % day, "check"),
        Standing.LOST: LifeCell(_("Lost"), "key", "warn"),
        Standing.NEVER_ASKED: LifeCell(_("Never asked"), "check"),
        Standing.NOT_STORED: LifeCell(_("Not stored"), "check"),
    }
    return cells[standing]


def _readable(*, order: Order, moment: Moment) -> LifeCell:
    left = (order.purge_on - moment.today).days
    kept = max((order.purge_on - order.clock_at.date()).days, 1)
    share = min(max(round(100 * (1 - left / kept)), 2), 100)
    if left == 1:
        return LifeCell(_("Leaves tonight"), "clock", "warn", share, "warn")
    words = ngettext("%(n)d day, %(day)s", "%(n)d days, %(day)s", left) % {
        "n": left,
        "day": moment.day_words(order.purge_on),
    }
    if left <= SOON:
        return LifeCell(words, "clock", "warn", share, "warn")
    if FulfillmentStatus(order.status) in WAITING:
        return LifeCell(_("Kept until shipped"), "truck")
    return LifeCell(words, "clock", "", share)
