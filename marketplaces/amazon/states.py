"""One cell of a report to one word: how far an order is, and who ships it."""

import re
from functools import lru_cache
from typing import Final

from marketplaces.amazon.cells import CellRefused
from marketplaces.flatfile.faults import RowFault
from orders.enums import FulfilledBy, FulfillmentStatus

_STATUS: Final = {
    "pendingavailability": FulfillmentStatus.PENDING_AVAILABILITY,
    "pending": FulfillmentStatus.PENDING,
    "pendingwaitingforpickup": FulfillmentStatus.UNSHIPPED,
    "unshipped": FulfillmentStatus.UNSHIPPED,
    "invoiceunconfirmed": FulfillmentStatus.UNSHIPPED,
    "shipping": FulfillmentStatus.UNSHIPPED,
    "partiallyshipped": FulfillmentStatus.PARTIALLY_SHIPPED,
    "shipped": FulfillmentStatus.SHIPPED,
    "cancelled": FulfillmentStatus.CANCELLED,
    "canceled": FulfillmentStatus.CANCELLED,
    "unfulfillable": FulfillmentStatus.UNFULFILLABLE,
}
# "Shipping" says that the order is on its way out of the house: not yet shipped, but
# no proof of that at the instant of the report.
_CERTAINLY_UNSHIPPED: Final = frozenset(
    (
        "pendingavailability",
        "pending",
        "pendingwaitingforpickup",
        "unshipped",
        "partiallyshipped",
    )
)
_NO_LETTERS: Final = re.compile(r"[^a-z]+")
_SHIPPED_FORM: Final = re.compile(r"shipped *[-\u2013] *\S.*", re.IGNORECASE)
_FULFILLED_BY: Final = {
    "amazon": FulfilledBy.AMAZON,
    "afn": FulfilledBy.AMAZON,
    "merchant": FulfilledBy.MERCHANT,
    "mfn": FulfilledBy.MERCHANT,
    "standard": FulfilledBy.MERCHANT,
}


@lru_cache(maxsize=64)
def order_status(text: str) -> tuple[FulfillmentStatus, bool]:
    """Read an ``order-status``, and whether it proves the order not yet shipped.

    Every "Shipped - ..." form counts as shipped; a partly shipped order counts as
    not yet shipped. Raises `CellRefused` for a word that is not known.
    """
    if _SHIPPED_FORM.fullmatch(text):
        return FulfillmentStatus.SHIPPED, False
    word = _NO_LETTERS.sub("", text.lower())
    if word not in _STATUS:
        raise CellRefused(
            "is an order status that is not known here", RowFault.STATUS_UNKNOWN
        )
    return _STATUS[word], word in _CERTAINLY_UNSHIPPED


def fulfilled_by(text: str) -> FulfilledBy:
    """Read who ships. Raises `CellRefused`: a guess could keep a buyer's name."""
    if text.lower() not in _FULFILLED_BY:
        raise CellRefused(
            "does not say whether Amazon or the seller ships", RowFault.SHIPPER_UNKNOWN
        )
    return _FULFILLED_BY[text.lower()]
