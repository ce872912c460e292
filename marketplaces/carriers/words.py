"""What carriers call the events of a package, and what each counts as.

A text counts by the longest beginning that stands here, at the border of a word; signs
and letter case do not count. What is not here is rejected: a guess could move the day
on which a buyer must be gone. The table stands in docs/carrier-events.md too.
"""

import re
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from orders.enums import CarrierWord

#: Beginnings of carriers' words, by what they count as.
BEGINNINGS: Final = MappingProxyType(
    {
        CarrierWord.ANNOUNCED: (
            *("announced", "label created", "shipping label created", "label printed"),
            *("shipment information", "shipment information received", "pre shipment"),
            *("info received", "inforeceived", "information received", "order created"),
            *("order processed", "shipper created a label", "elektronisch angekündigt"),
            *("sendung angekündigt", "pending", "oc"),
        ),
        CarrierWord.SHIPPED: (
            *("shipped", "dispatched", "despatched", "picked up", "pickup scan"),
            *("package picked up", "pick up", "pu", "collected", "accepted"),
            *("acceptance", "usps in possession of item", "origin scan"),
            *(
                "shipment picked up",
                "handed over to carrier",
                "carrier has the package",
            ),
            *("we have your package", "posted", "eingeliefert", "abgeholt"),
            *("einlieferung", "versandt", "pris en charge", "recogido"),
        ),
        CarrierWord.ON_THE_WAY: (
            *("on the way", "on its way", "in transit", "intransit", "transit", "it"),
            *("arrived", "arrival scan", "arrival", "ar", "departed", "departure scan"),
            *("departure", "dp", "left fedex", "at local fedex facility", "processed"),
            *("at fedex", "at destination", "at delivery depot", "sorted", "sorting"),
            *("processing", "out for delivery", "outfordelivery", "od"),
            *("with delivery courier", "on vehicle for delivery", "in delivery"),
            *("delivery attempt", "delivery attempted", "attempted delivery", "notice"),
            *("attemptfail", "failed attempt", "delivery exception", "exception"),
            *("shipment exception", "de", "delayed", "on hold", "held", "customs"),
            *("clearance", "import scan", "export scan", "destination scan"),
            *("ready for pickup", "available for pickup", "availableforpickup"),
            *("ready for collection", "delivered to access point"),
            *("delivered to a ups access point", "delivered to ups access point"),
            *("delivered to agent", "delivered to parcel locker", "unterwegs"),
            *("in zustellung", "in der zustellung", "zustellversuch", "sortiert"),
            *("zugestellt an packstation", "zugestellt in filiale", "en transit"),
            *("en cours de livraison", "en tránsito", "en reparto"),
        ),
        CarrierWord.DELIVERED: (
            *("delivered", "dl", "delivery completed", "successfully delivered"),
            *("proof of delivery", "zugestellt", "zustellung erfolgreich"),
            *("erfolgreich zugestellt", "ausgeliefert", "livré", "distribué"),
            *("entregado", "consegnato", "bezorgd", "doręczono", "levererad"),
        ),
        CarrierWord.UNDELIVERABLE: (
            *("undeliverable", "undeliverable as addressed", "undelivered", "lost"),
            *("missing", "destroyed", "returned", "return to sender", "returning"),
            *("returned to sender", "returned to shipper", "being returned", "rs"),
            *("delivered to sender", "delivered to original sender", "expired"),
            *("delivered return to sender", "delivered to shipper", "refused"),
            *("refused by recipient", "unzustellbar", "verloren", "retour"),
            *("zurück an absender", "annahme verweigert", "perdu"),
        ),
    }
)
_SIGNS: Final = re.compile(r"[\W_]+")


def plain_words(text: str) -> str:
    """Return a text in small letters, with one blank in the place of all signs."""
    return _SIGNS.sub(" ", text.casefold()).strip()


_WORDS: Final = {
    plain_words(beginning): word
    for word, beginnings in BEGINNINGS.items()
    for beginning in beginnings
}


@lru_cache(maxsize=4096)
def carrier_word(text: str) -> CarrierWord | None:
    """Return what an event counts as; None for one that is not known."""
    parts = plain_words(text).split(" ")
    for end in range(len(parts), 0, -1):
        found = _WORDS.get(" ".join(parts[:end]))
        # A code of two letters is the whole text, never the beginning of one.
        if found is not None and (end == len(parts) or len(parts[0]) + end > 3):  # noqa: PLR2004
            return found
    return None
