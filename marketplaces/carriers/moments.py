"""The time of a carrier's event: with a zone of its own, or read in the shop's.

A day whose numbers can be read in two orders is refused unless the person said which
one holds. A day alone is taken at its beginning: the safe bound. A time that the clock
shows twice in autumn is the first of both.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from marketplaces.amazon.cells import FIRST_YEAR, LAST_YEAR, ZONE_MINUTES, CellRefused
from marketplaces.enums import DayOrder
from marketplaces.flatfile.faults import RowFault

_DAY: Final = (
    r"(?:(?P<y>\d{4})[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)"
    r"|(?P<a>\d\d?)(?P<sign>[-/.])(?P<b>\d\d?)[-/.](?P<Y>\d{4}))"
)
_TIME: Final = r"(?P<h>\d\d?):(?P<min>\d\d)(?::(?P<s>\d\d)(?:[.,]\d{1,9})?)?"
_HALF: Final = r"(?: *(?P<half>[AaPp])\.?[Mm]\.?)?"
_ZONE: Final = r"(?: *(?P<zone>[+-]\d\d:?\d\d|[A-Za-z]{1,4}))?"
_FORM: Final = re.compile(rf"{_DAY}(?:(?:T|,? +){_TIME}{_HALF}{_ZONE})?", re.ASCII)
_NOON: Final = 12
_MOST_MINUTES: Final = 14 * 60


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC; ``until`` is the end of the day where that alone is known."""

    at: datetime
    until: datetime | None = None


def moment_of(text: str, *, zone: ZoneInfo, order: DayOrder) -> Moment:
    """Read a day with or without time and zone. Raises `CellRefused`."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise CellRefused(
            "is not a date and time such as 2026-11-22 16:41", RowFault.DATE_UNREADABLE
        )
    part = found.groupdict()
    day = _day(part, order)
    if part["h"] is None:
        begins = datetime.combine(day, time(), tzinfo=zone)
        ends = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
        return Moment(begins.astimezone(UTC), ends.astimezone(UTC))
    told = _zone(part["zone"]) if part["zone"] else zone
    return Moment(datetime.combine(day, _time(part), tzinfo=told).astimezone(UTC))


def _day(part: dict[str, str | None], order: DayOrder) -> date:
    if part["y"]:
        year, month, day = (int(part[name] or 0) for name in ("y", "m", "d"))
    else:
        year, first, second = (int(part[name] or 0) for name in ("Y", "a", "b"))
        # A day with dots is European, wherever it is written.
        order = DayOrder.DAY_FIRST if part["sign"] == "." else order
        if order == DayOrder.CERTAIN:
            order = _certain(first, second)
        first_is_day = order == DayOrder.DAY_FIRST
        day, month = (first, second) if first_is_day else (second, first)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellRefused(
            f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}",
            RowFault.DATE_IMPOSSIBLE,
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise CellRefused(
            "is a date that does not exist", RowFault.DATE_IMPOSSIBLE
        ) from None


def _certain(first: int, second: int) -> DayOrder:
    """Return the only order in which two numbers are day and month."""
    if first > _NOON or first == second:
        return DayOrder.DAY_FIRST
    if second > _NOON:
        return DayOrder.MONTH_FIRST
    raise CellRefused(
        "has a day and a month that can be read in two orders; upload the file again"
        " and say which comes first",
        RowFault.DATE_AMBIGUOUS,
    )


def _time(part: dict[str, str | None]) -> time:
    hour, half = int(part["h"] or 0), (part["half"] or "").lower()
    if half:
        if not 1 <= hour <= _NOON:
            raise _no_time()
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    try:
        return time(hour, int(part["min"] or 0), int(part["s"] or 0))
    except ValueError:
        raise _no_time() from None


def _no_time() -> CellRefused:
    return CellRefused("is a time that does not exist", RowFault.DATE_IMPOSSIBLE)


def _zone(text: str) -> tzinfo:
    if text[0] in "+-":
        digits = text[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        if minutes <= _MOST_MINUTES:
            return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
    elif text.upper() in ZONE_MINUTES:
        return timezone(timedelta(minutes=ZONE_MINUTES[text.upper()]))
    raise CellRefused(
        "has a time zone of an unknown or ambiguous name", RowFault.DATE_WITHOUT_ZONE
    )
