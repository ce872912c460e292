"""A carrier's file of events, from its bytes to packages, without a database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from marketplaces.amazon.cells import CellRefused
from marketplaces.amazon.order_reports import MAX_BYTES
from marketplaces.carriers.moments import Moment, moment_of
from marketplaces.carriers.words import carrier_word
from marketplaces.enums import DayOrder
from marketplaces.flatfile.encodings import codec_named, decode
from marketplaces.flatfile.faults import RowFault
from marketplaces.flatfile.refusals import (
    FileRefused,
    RowError,
    refuse_markup,
    refuse_what_is_no_table,
)
from marketplaces.flatfile.separated import with_tabs
from marketplaces.flatfile.table import BLANKS, Row, Table, read_table
from orders.incoming import IncomingEvent, IncomingPackage

KIND: Final = "carrier-events"
#: Names of columns as carriers and shipping programs write them, the best one first.
COLUMNS: Final = MappingProxyType(
    {
        "number": (
            *("tracking-number", "trackingnumber", "tracking-no", "tracking-no."),
            *("tracking-id", "tracking-#", "tracking", "tracking-code", "waybill"),
            *("waybill-number", "air-waybill", "awb", "awb-number", "parcel-number"),
            *("shipment-number", "shipment-id", "consignment-number", "consignment"),
            *("package-number", "barcode", "sendungsnummer", "paketnummer"),
            *("sendungs-nr", "numéro-de-suivi", "número-de-seguimiento"),
        ),
        "event": (
            *("event", "event-description", "event-code", "status-description"),
            *("status", "scan", "activity", "latest-event", "latest-status"),
            *("current-status", "tracking-status", "delivery-status", "description"),
            *("event-type", "scan-event", "ereignis", "sendungsstatus", "statut"),
            *("estado",),
        ),
        "at": (
            *("event-time", "event-date-time", "event-datetime", "event-timestamp"),
            *("timestamp", "date-time", "datetime", "date/time", "status-time"),
            *("status-date", "scan-date", "event-date", "activity-date", "date"),
            *("time", "last-update", "datum", "zeitpunkt", "date-et-heure", "fecha"),
        ),
        "clock": (*("time", "event-time", "scan-time", "status-time"), "uhrzeit"),
        "zone": ("time-zone", "timezone", "zone", "utc-offset", "gmt-offset"),
        "carrier": ("carrier", "courier", "carrier-name", "service-provider"),
    }
)
_NEEDED: Final = MappingProxyType(
    {"number": "a tracking number", "event": "an event or status", "at": "a time"}
)
_NUMBER: Final = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9-]{3,59}", re.ASCII)
_CLOCK: Final = re.compile(r"\d\d?:\d\d")


@dataclass(frozen=True, slots=True, repr=False)
class ParsedEvents:
    """What a file held. ``rows`` counts the data rows, the left-out ones too.

    ``text`` is the file as a tab-separated table, whose rows ``errors`` count.
    """

    encoding: str
    text: str
    items: tuple[IncomingPackage, ...]
    rows: int
    errors: tuple[RowError, ...]
    unknown_columns: tuple[str, ...]
    columns: int
    columns_used: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: nothing is later than ``now``; whose zone; which order."""

    now: datetime
    zone: ZoneInfo
    day_order: DayOrder = DayOrder.CERTAIN
    charset: str = ""


def read_carrier_events(*, data: bytes, reading: Reading) -> ParsedEvents:
    """Read a carrier's file; rows that cannot be read are left out and named.

    Raises `FileRefused` where the whole file cannot be read for certain.
    """
    if len(data) > MAX_BYTES:
        raise FileRefused("The file is larger than 50 MB: import it in parts.")
    charset = reading.charset
    refuse_what_is_no_table(data, utf16=codec_named(charset).startswith("utf-16"))
    text, encoding = decode(data, charset=charset)
    refuse_markup(text[:2048].encode("utf-8"))
    text = with_tabs(text)
    table = read_table(text)
    columns = _columns(table)
    packages: dict[str, list[IncomingEvent]] = {}
    errors: list[RowError] = []
    rows = 0
    for row in table.rows():
        rows += 1
        read = row if isinstance(row, RowError) else _event(row, columns, reading)
        if isinstance(read, RowError):
            errors.append(read)
        else:
            number, event = read
            packages.setdefault(number, []).append(event)
    if not rows:
        raise FileRefused("The file holds a header and no events: export it again.")
    used = {index for index in columns.values() if index is not None}
    return ParsedEvents(
        encoding=encoding,
        text=text,
        items=tuple(
            IncomingPackage(number, tuple(events))
            for number, events in packages.items()
        ),
        rows=rows,
        errors=tuple(errors),
        unknown_columns=tuple(_unknown(table, used)),
        columns=len(table.names),
        columns_used=len(used),
    )


def names_events(table: Table) -> bool:
    """Tell whether a header names all that a file of events needs."""
    try:
        _columns(table)
    except FileRefused:
        return False
    return True


def _columns(table: Table) -> dict[str, int | None]:
    """Find the columns. Raises `FileRefused` where one is missing or there twice."""
    names = [name.removeprefix("\ufeff") for name in table.names]
    found: dict[str, int | None] = {}
    for role, known in COLUMNS.items():
        name = next((n for n in known if n in names), None)
        found[role] = None if name is None else names.index(name)
        if name is not None and names.count(name) > 1:
            raise FileRefused(
                f"The header has the column {name} twice, so it is not certain which"
                " one counts: take one out.",
                row=table.header_row,
                column=name,
            )
    missing = [words for role, words in _NEEDED.items() if found[role] is None]
    if missing:
        raise FileRefused(
            f"The header names no column with {' and none with '.join(missing)}: name"
            " the columns tracking number, event and time.",
            row=table.header_row,
        )
    if found["clock"] == found["at"]:
        found["clock"] = None
    return found


def _unknown(table: Table, used: set[int]) -> list[str]:
    """Name the columns that are not read, where they look like a name."""
    return [
        name if re.fullmatch(r"[a-z][a-z0-9-]{0,59}", name) else f"number {index + 1}"
        for index, name in enumerate(table.names)
        if index not in used
    ]


def _event(
    row: Row, columns: dict[str, int | None], reading: Reading
) -> tuple[str, IncomingEvent] | RowError:
    """Read one row; the reason never repeats a cell."""

    def cell(role: str) -> str:
        index = columns[role]
        # The mark that the file of rejected rows puts before what is no formula.
        return "" if index is None else row.cells[index].strip(BLANKS).removeprefix("'")

    number = re.sub(r"\s", "", cell("number")).upper()
    if not _NUMBER.fullmatch(number):
        reason = "is no tracking number of 4 to 60 letters, digits and hyphens"
        return _wrong(row, "tracking number", reason, RowFault.NUMBER_UNREADABLE)
    if (word := carrier_word(cell("event"))) is None:
        reason = "is a word for an event that is not known here"
        return _wrong(row, "event", reason, RowFault.EVENT_UNKNOWN)
    try:
        moment = _moment([cell(role) for role in ("at", "clock", "zone")], reading)
    except CellRefused as refused:
        return _wrong(row, "time", str(refused), refused.code)
    return number, IncomingEvent(row.number, word, moment.at, moment.until)


def _moment(cells: Sequence[str], reading: Reading) -> Moment:
    at, clock, zone = cells
    if not at:
        raise CellRefused("is empty", RowFault.CELL_EMPTY)
    parts = [at]
    if not _CLOCK.search(at) and clock:
        parts.append(clock)
    if zone and _CLOCK.search(" ".join(parts)):
        parts.append(zone)
    moment = moment_of(" ".join(parts), zone=reading.zone, order=reading.day_order)
    if moment.at > reading.now:
        raise CellRefused(
            "lies in the future, so it cannot be right", RowFault.DATE_IN_FUTURE
        )
    return moment


def _wrong(row: Row, column: str, reason: str, code: RowFault) -> RowError:
    return RowError(row=row.number, column=column, reason=reason, code=code)
