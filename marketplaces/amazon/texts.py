"""Texts of a report: how long each may be, and of which characters.

A text that is not what its column holds raises `CellRefused` with a reason that
never repeats it. A file whose cells have moved by a column would otherwise put a
buyer's name or street into a column that is not sealed, and a look-alike character
in an order's number would bring back, as new, an order whose buyer is purged.
"""

import re
from typing import Final
from unicodedata import category

from marketplaces.amazon.cells import CellRefused
from marketplaces.flatfile.faults import RowFault

_LIMITS: Final = {
    "order_id": 40,
    "item_id": 40,
    "sku": 80,
    "asin": 20,
    "title": 500,
    "sales_channel": 60,
    "service_level": 60,
    "ship_country": 100,
    "ship_state": 60,
}
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# The replacement character, and UTF-8 that was once read as western letters: a
# capital A with tilde and a symbol beside a small letter stands in no language.
_DAMAGED: Final = re.compile(
    "\ufffd|[a-z]\u00c3[\u00a1-\u00bf]|\u00c3[\u00a1-\u00bf][a-z]"
)
DAMAGED_REASON: Final = (
    "holds characters that were already damaged in the file; export the report again"
)
_MOVED: Final = "the cells of this row may have moved by a column"
_INVISIBLE_REASON: Final = (
    "holds an invisible character (of no width, or one that turns the direction of"
    " writing); take it out of the listing or the file and import again"
)
_FORMS: Final = {
    "order_id": (
        re.compile(r"[A-Z0-9][A-Z0-9-]{2,39}", re.ASCII),
        "is not an order number as Amazon writes it",
    ),
    "item_id": (
        re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII),
        "is not an item number as Amazon writes it",
    ),
    "asin": (
        re.compile(r"[A-Z0-9]{1,20}", re.ASCII),
        "is not an ASIN of capital letters and digits",
    ),
    "ship_country": (
        re.compile(r"[A-Za-z]{2}", re.ASCII),
        f"is not a country of two letters, such as DE; {_MOVED}",
    ),
}
# What may stand in these beside letters, digits and accents of any script.
_BLANKS: Final = " \u00a0\u3000"
_DASHES: Final = "-\u2010\u2011\u2013\u2014"
_SIGNS: Final = {
    "ship_state": frozenset(f"{_BLANKS}{_DASHES}.&/'\u2018\u2019()[]\uff08\uff09"),
    "sales_channel": frozenset(f"{_BLANKS}.-_()&/+'"),
    "service_level": frozenset(f"{_BLANKS}.-_()&/+'"),
}
# Emoji and some scripts are joined by these, and words break at a soft hyphen.
_JOINERS: Final = frozenset("\u00ad\u200c\u200d")
_ACCENTS: Final = frozenset(("Mn", "Mc"))
# A state's code has at most three digits; more are a postal code or a telephone.
_STATE_DIGITS: Final = 3


def is_damaged(text: str) -> bool:
    """Say whether characters were lost before the file was written."""
    return bool(_DAMAGED.search(text))


def refuse_damage(text: str, *, limit: int) -> None:
    """Refuse a text that is too long, damaged, or holds control characters.

    ``limit`` counts characters. Raises `CellRefused`.
    """
    if len(text) > limit:
        raise CellRefused(f"is longer than {limit} characters", RowFault.TEXT_TOO_LONG)
    if text.isascii() and text.isprintable():
        return
    if _CONTROL.search(text):
        raise CellRefused("holds a control character", RowFault.TEXT_CONTROL)
    if is_damaged(text):
        raise CellRefused(DAMAGED_REASON, RowFault.TEXT_DAMAGED)


def plain_text(field: str, text: str) -> str:
    """Give the text of a field that is kept unsealed, a country in capitals.

    ``text`` is not empty and has no blanks around it. Raises `CellRefused`.
    """
    refuse_damage(text, limit=_LIMITS[field])
    if field in _FORMS:
        form, reason = _FORMS[field]
        if form.fullmatch(text) is None:
            raise CellRefused(reason, RowFault.FORM_WRONG)
        return text.upper() if field == "ship_country" else text
    if field in _SIGNS:
        _refuse_foreign_signs(field, text)
    elif not text.isascii():
        joined = _JOINERS if field == "title" else frozenset()
        if any(category(c) == "Cf" and c not in joined for c in text):
            raise CellRefused(_INVISIBLE_REASON, RowFault.TEXT_INVISIBLE)
    return text


def _refuse_foreign_signs(field: str, text: str) -> None:
    signs = _SIGNS[field]
    if not all(
        letter.isalnum() or letter in signs or category(letter) in _ACCENTS
        for letter in text
    ):
        raise CellRefused(
            f"holds signs that do not belong there; {_MOVED}", RowFault.CELLS_MOVED
        )
    if field == "ship_state" and not any(map(str.isalpha, text)):
        digits = sum(map(str.isalnum, text))
        if digits > _STATE_DIGITS:
            raise CellRefused(
                f"holds a number and is no state or region; {_MOVED}",
                RowFault.CELLS_MOVED,
            )
