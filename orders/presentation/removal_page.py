"""What is asked before a buyer is purged early: both dates, and what stays gone."""

from dataclasses import dataclass
from datetime import date

from orders.models import Order
from orders.presentation.known import known_of
from orders.presentation.page import Place
from orders.presentation.refusals import nothing_words
from orders.presentation.removed import last_key_of
from orders.presentation.standing import Standing
from orders.presentation.words import Moment
from orders.queries.due import WAITING


@dataclass(frozen=True, slots=True)
class RemovalPage:
    """What the page prints. ``removed_at`` is now, ``last_key_on`` a day, in UTC.

    ``nothing`` says why there is nothing to remove; empty while a buyer is stored.
    """

    number: str
    order_url: str
    list_url: str
    fields: int
    removed_at: str
    last_key_on: date
    not_shipped: bool
    nothing: str = ""

    @property
    def stored(self) -> bool:
        """Tell whether there is a buyer to remove."""
        return not self.nothing


def removal_page(*, order: Order, place: Place, moment: Moment) -> RemovalPage:
    """Read what is stored of an order's buyer, and lay the question out."""
    known = known_of(order=order, moment=moment)
    here = known.stored is not None and known.standing in (
        Standing.READABLE,
        Standing.LOST,
    )
    return RemovalPage(
        number=order.marketplace_order_id,
        order_url=place.order_url(order),
        list_url=place.list_url,
        fields=len(known.stored.fields) if known.stored else 0,
        removed_at=moment.utc_words(moment.now),
        last_key_on=last_key_of(order),
        not_shipped=order.status in WAITING,
        nothing="" if here else nothing_words(order=order, moment=moment),
    )
