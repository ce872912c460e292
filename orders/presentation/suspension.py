"""What a person of the shop is told while staff keep its buyers from being shown."""

from orders.models import Order
from orders.presentation.buyer import Suspended
from orders.presentation.words import Moment
from sellers.queries import names_with
from sellers.roles import OWNER, Right, Role
from vault.stops import open_stop


def suspended_of(*, order: Order, role: Role, moment: Moment) -> Suspended | None:
    """Return the stop of the order's shop as somebody with a role may read it.

    None while buyers may be shown. The reason was written for the owner alone; the
    others learn whom to ask.
    """
    stop = open_stop(seller_id=order.seller_id)
    if stop is None:
        return None
    day = moment.local_day_words(stop.stopped_at)
    if role is OWNER:
        return Suspended(day=day, reason=stop.reason)
    owners = names_with(seller=order.seller, right=Right.MANAGE_MEMBERS, now=moment.now)
    return Suspended(day=day, ask=", ".join(owners))
