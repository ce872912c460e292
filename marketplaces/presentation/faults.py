"""What is wrong with a rejected row, and what to do, in words for people."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplaces.flatfile.faults import RowFault

_AGAIN = _("Take the row from the report again")
_WHOLE = _("Export the report again and import it as it was downloaded")


@dataclass(frozen=True, slots=True)
class FaultWords:
    """What is wrong, and what to do about it."""

    wrong: Promise
    remedy: Promise


FAULT_WORDS: dict[RowFault, FaultWords] = {
    RowFault.CELL_COUNT: FaultWords(
        _("More or fewer cells than the header"),
        _("Take out the tab or line break that stands inside a cell"),
    ),
    RowFault.CELL_EMPTY: FaultWords(_("Empty, and every order needs it"), _AGAIN),
    RowFault.ORDER_ID_MISSING: FaultWords(_("The order number is empty"), _AGAIN),
    RowFault.DATE_UNREADABLE: FaultWords(
        _("Not a date with time and zone"),
        _("Write it like 2026-11-22T16:41:00+00:00"),
    ),
    RowFault.DATE_WITHOUT_ZONE: FaultWords(
        _("No time zone, or one that is not certain"),
        _("Write the zone as +00:00 behind the time"),
    ),
    RowFault.DATE_AMBIGUOUS: FaultWords(
        _("Day and month can be read in two orders"),
        _("Write it like 2026-11-22T16:41:00+00:00"),
    ),
    RowFault.DATE_IMPOSSIBLE: FaultWords(_("A date that cannot be right"), _WHOLE),
    RowFault.DATE_IN_FUTURE: FaultWords(
        _("Lies in the future"), _("Export the report again")
    ),
    RowFault.NOT_A_NUMBER: FaultWords(_("Not a whole number"), _("Write digits only")),
    RowFault.NUMBER_TOO_LARGE: FaultWords(
        _("Larger than any order has"), _("Look the number up in Seller Central")
    ),
    RowFault.CURRENCY_UNKNOWN: FaultWords(
        _("Not a three-letter currency"), _("Write it like USD, CAD or MXN")
    ),
    RowFault.AMOUNT_UNREADABLE: FaultWords(
        _("Not an amount of money"), _("Write it like 1234.56")
    ),
    RowFault.AMOUNT_AMBIGUOUS: FaultWords(
        _("Thousands or decimals, both are possible"), _("Write it like 1234.56")
    ),
    RowFault.STATUS_UNKNOWN: FaultWords(
        _("An order status that is not known here"), _WHOLE
    ),
    RowFault.SHIPPER_UNKNOWN: FaultWords(
        _("Does not say who ships"), _("Write Amazon or Merchant")
    ),
    RowFault.TEXT_TOO_LONG: FaultWords(
        _("Longer than this column can be"), _("Shorten the text")
    ),
    RowFault.TEXT_DAMAGED: FaultWords(
        _("Characters were lost before the file was written"),
        _("Export the report again"),
    ),
    RowFault.TEXT_CONTROL: FaultWords(
        _("Holds a control character"), _("Take the character out")
    ),
    RowFault.TEXT_INVISIBLE: FaultWords(
        _("Holds an invisible character"), _("Take it out of the listing or the file")
    ),
    RowFault.FORM_WRONG: FaultWords(_("Not the form that Amazon writes"), _AGAIN),
    RowFault.CELLS_MOVED: FaultWords(_("The cells may have moved by a column"), _AGAIN),
    RowFault.ITEM_TWICE: FaultWords(
        _("The item stands in an earlier row already"),
        _("Nothing: it was counted once"),
    ),
    RowFault.ROWS_DIFFER: FaultWords(
        _("Differs from another row of the same order"), _AGAIN
    ),
    RowFault.NUMBER_UNREADABLE: FaultWords(
        _("Not a tracking number"), _("Copy it from the carrier's page")
    ),
    RowFault.NUMBER_UNKNOWN: FaultWords(
        _("No package with this number"),
        _("Mark its order shipped with this number, then import the row again"),
    ),
    RowFault.EVENT_UNKNOWN: FaultWords(
        _("A word for an event that is not known here"),
        _("Write shipped, on the way, delivered or undeliverable"),
    ),
    RowFault.BEFORE_PURCHASE: FaultWords(
        _("Lies before the order was bought"),
        _("Check the date, or whether the number was used before"),
    ),
    RowFault.BEFORE_SHIPPING: FaultWords(
        _("Ended before it was shipped"),
        _("Correct the ship time of the package, or this time"),
    ),
}

#: What differs in a carrier's file, whose rows are events.
_CARRIERS: dict[RowFault, FaultWords] = {
    RowFault.CELL_EMPTY: FaultWords(
        _("Empty, and every event needs it"), _("Fill it in, or take the row out")
    ),
    RowFault.DATE_UNREADABLE: FaultWords(
        _("Not a date and time"), _("Write it like 2026-11-22 16:41")
    ),
    RowFault.DATE_WITHOUT_ZONE: FaultWords(
        _("A time zone that is not known or not certain"),
        _("Write the zone as +00:00 behind the time, or leave it out"),
    ),
    RowFault.DATE_AMBIGUOUS: FaultWords(
        _("Day and month can be read in two orders"),
        _("Upload the file again and choose which comes first"),
    ),
    RowFault.DATE_IMPOSSIBLE: FaultWords(
        _("A date or time that does not exist"), _("Correct it")
    ),
    RowFault.DATE_IN_FUTURE: FaultWords(
        _("Lies in the future"), _("Correct the time, or its zone")
    ),
}


def fault_words(fault: RowFault, *, events: bool) -> FaultWords:
    """Return the words for a fault; ``events``: in a file of a carrier."""
    return _CARRIERS.get(fault, FAULT_WORDS[fault]) if events else FAULT_WORDS[fault]
