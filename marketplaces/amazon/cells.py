"""One cell of a report to one value: instants, money, whole numbers.

A cell that cannot be read for certain raises `CellRefused` with a reason that
never holds the cell's value.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Final

from marketplaces.flatfile.faults import RowFault


class CellRefused(ValueError):
    """A cell cannot be read; the text is the reason, without the value."""

    def __init__(self, reason: str, code: RowFault) -> None:
        """Take the reason and its code."""
        super().__init__(reason)
        self.code = code


MAX_QUANTITY: Final = 1_000_000
_MAX_MONEY_DIGITS: Final = 10
_MAX_DECIMALS: Final = 3

_AMERICAN_ZONES: Final = {
    "HST": -600,
    "AKST": -540,
    "AKDT": -480,
    "PST": -480,
    "PDT": -420,
    "MST": -420,
    "MDT": -360,
    "CST": -360,
    "CDT": -300,
    "EST": -300,
    "EDT": -240,
}
#: Zone names in reports, in minutes from UTC. ``IST`` is left out: it names India,
#: Ireland and Israel, and a wrong guess would move the clock of a purge.
ZONE_MINUTES: Final = _AMERICAN_ZONES | {
    "Z": 0,
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 60,
    "BST": 60,
    "CET": 60,
    "MEZ": 60,
    "CEST": 120,
    "MESZ": 120,
    "EET": 120,
    "EEST": 180,
    "SGT": 480,
    "AWST": 480,
    "JST": 540,
    "ACST": 570,
    "AEST": 600,
    "ACDT": 630,
    "AEDT": 660,
}
_DAY: Final = (
    r"(?:(?P<y>\d{4})[-/](?P<m>\d\d)[-/](?P<d>\d\d)"
    r"|(?P<D>\d\d)[/.](?P<M>\d\d)[/.](?P<Y>\d{4}))"
)
_TIME: Final = r"(?P<h>\d\d):(?P<min>\d\d)(?::(?P<s>\d\d)(?:\.(?P<f>\d{1,9}))?)?"
_ZONE: Final = r"(?P<sign>[+-])(?P<oh>\d\d):?(?P<om>\d\d)|(?P<name>[A-Za-z]{1,4})"
_INSTANT: Final = re.compile(
    rf"{_DAY}(?:(?:T| +){_TIME}(?: *(?P<zone>{_ZONE}))?)?", re.ASCII
)
#: Years that an order can be of. Also keeps the change to UTC within the calendar.
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
_NO_DATE: Final = (
    "is not a date and time in a form that Amazon writes, with its time zone;"
    " import the file as it was downloaded"
)


@lru_cache(maxsize=4096)
def instant(text: str) -> datetime:
    """Read a date with time and zone into an aware instant in UTC.

    Raises `CellRefused` without a zone, because a guessed zone could move the
    day on which the buyer's data must be gone.
    """
    return _instant(text, day_alone=False)


@lru_cache(maxsize=4096)
def instant_or_day(text: str) -> datetime:
    """Read an instant, or a day alone as its first moment in UTC.

    For deadlines only: the first moment of the day is the early, safe reading.
    """
    return _instant(text, day_alone=True)


def _instant(text: str, *, day_alone: bool) -> datetime:
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise CellRefused(_NO_DATE, RowFault.DATE_UNREADABLE)
    part = found.groupdict()
    if part["h"] is None and not day_alone:
        raise CellRefused(
            "holds a day without a time, where both are needed",
            RowFault.DATE_UNREADABLE,
        )
    zone = _zone(part) if part["h"] is not None else UTC
    year = int(part["y"] or part["Y"] or 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellRefused(
            f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}, so it cannot be"
            " right; export the report again",
            RowFault.DATE_IMPOSSIBLE,
        )
    fraction = (part["f"] or "").ljust(6, "0")[:6]
    try:
        local = datetime(
            year,
            int(part["m"] or part["M"] or 0),
            int(part["d"] or part["D"] or 0),
            int(part["h"] or 0),
            int(part["min"] or 0),
            int(part["s"] or 0),
            int(fraction),
            tzinfo=zone,
        )
        return local.astimezone(UTC)
    except ValueError:
        pass
    raise CellRefused(
        "is a date or a time that does not exist", RowFault.DATE_IMPOSSIBLE
    )


def _zone(part: dict[str, str | None]) -> timezone:
    if part["zone"] is None:
        raise CellRefused(
            "has no time zone, so the instant is not certain; import the file as it"
            " was downloaded",
            RowFault.DATE_WITHOUT_ZONE,
        )
    if part["name"] is None:
        minutes = int(part["oh"] or 0) * 60 + int(part["om"] or 0)
        # No place on Earth is further than 14 hours from UTC.
        if minutes > 14 * 60:
            raise CellRefused(
                "has a time zone that does not exist", RowFault.DATE_WITHOUT_ZONE
            )
        return timezone(timedelta(minutes=-minutes if part["sign"] == "-" else minutes))
    name = part["name"].upper()
    if name not in ZONE_MINUTES:
        raise CellRefused(
            "has a time zone of an unknown or ambiguous name",
            RowFault.DATE_WITHOUT_ZONE,
        )
    if part["D"] is not None and name in _AMERICAN_ZONES:
        raise CellRefused(
            "has a day and a month that can be read in two orders; import the file as"
            " it was downloaded",
            RowFault.DATE_AMBIGUOUS,
        )
    return timezone(timedelta(minutes=ZONE_MINUTES[name]))


_COUNT: Final = re.compile(r"\d{1,7}", re.ASCII)


def count(text: str) -> int:
    """Read a whole number from 0 to a million. Raises `CellRefused`."""
    if _COUNT.fullmatch(text) is None:
        raise CellRefused(
            "is not a whole number from 0 to 1,000,000", RowFault.NOT_A_NUMBER
        )
    value = int(text)
    if value > MAX_QUANTITY:
        raise CellRefused("is larger than 1,000,000", RowFault.NUMBER_TOO_LARGE)
    return value


_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
# ISO 4217, "minor unit": the marketplaces' currencies that do not have two.
_NO_DECIMALS: Final = frozenset(("CLP", "JPY", "KRW", "VND"))
_THREE_DECIMALS: Final = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
_PLAIN: Final = re.compile(r"-?\d+(?:[.,]\d+)?", re.ASCII)
_COMMAS: Final = re.compile(r"-?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?", re.ASCII)
_DOTS: Final = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?", re.ASCII)
_SPACES: Final = re.compile("-?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
_TWO_READINGS: Final = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


def currency(text: str) -> str:
    """Read a currency code of three capital letters. Raises `CellRefused`."""
    if _CURRENCY.fullmatch(text) is None:
        raise CellRefused(
            "is not a currency code of three capital letters",
            RowFault.CURRENCY_UNKNOWN,
        )
    return text


def money(text: str, *, currency: str) -> Decimal:
    """Read an exact amount, with a decimal point or comma and grouped thousands.

    ``currency`` (may be empty) decides what ``1.234`` means; where it cannot, the
    cell is refused. Raises `CellRefused`.
    """
    value = Decimal(_with_point(text, currency))
    whole = str(abs(int(value)))
    if len(whole) > _MAX_MONEY_DIGITS:
        raise CellRefused(
            "is an amount of more than ten digits", RowFault.NUMBER_TOO_LARGE
        )
    scaled = value.scaleb(_MAX_DECIMALS)
    if scaled != scaled.to_integral_value():
        raise CellRefused(
            "is an amount with more than three decimals", RowFault.AMOUNT_UNREADABLE
        )
    if currency in _NO_DECIMALS and value != value.to_integral_value():
        raise CellRefused(
            "has decimals, which its currency does not have",
            RowFault.AMOUNT_UNREADABLE,
        )
    return value


_LONGEST_AMOUNT: Final = 24


def _with_point(text: str, code: str) -> str:
    # Longer than any amount; also keeps the arithmetic below exact.
    if len(text) > _LONGEST_AMOUNT:
        raise CellRefused("is not an amount of money", RowFault.AMOUNT_UNREADABLE)
    if _TWO_READINGS.fullmatch(text):
        if code in _NO_DECIMALS:
            return text.replace(",", "").replace(".", "")
        if code in _THREE_DECIMALS:
            return text.replace(",", ".")
        raise CellRefused(
            "can be read as thousands or as three decimals; import the file as it was"
            " downloaded",
            RowFault.AMOUNT_AMBIGUOUS,
        )
    if _PLAIN.fullmatch(text):
        return text.replace(",", ".")
    if _COMMAS.fullmatch(text):
        return text.replace(",", "")
    if _DOTS.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _SPACES.fullmatch(text):
        return re.sub("[ \u00a0\u202f]", "", text).replace(",", ".")
    raise CellRefused("is not an amount of money", RowFault.AMOUNT_UNREADABLE)
