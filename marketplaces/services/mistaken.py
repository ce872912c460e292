"""A file that was uploaded as what it is not: where its header says what it is."""

from typing import Final

from marketplaces.amazon.report_layout import layout_of
from marketplaces.carriers.event_files import names_events
from marketplaces.enums import What
from marketplaces.flatfile.encodings import decode
from marketplaces.flatfile.refusals import FileRefused
from marketplaces.flatfile.separated import with_tabs
from marketplaces.flatfile.table import Table, read_table

#: So many characters are looked at; a header that is longer is not recognised.
_HEAD: Final = 20_000
_EVENTS: Final = (
    "This looks like a file of carrier events: upload it again and choose Carrier"
    " events."
)
_ORDERS: Final = (
    "This looks like an Amazon order report: upload it again and choose Orders."
)


def taken_for_another(*, what: str, data: bytes, charset: str) -> FileRefused | None:
    """Return the refusal that names the other kind, where a header is surely of it.

    For files that were refused as ``what``; reads their first line alone.
    """
    table = _header(data, charset)
    if table is None or _is_report(table) == names_events(table):
        return None
    if what == What.ORDERS and names_events(table):
        return FileRefused(_EVENTS)
    if what == What.EVENTS and _is_report(table):
        return FileRefused(_ORDERS)
    return None


def _header(data: bytes, charset: str) -> Table | None:
    try:
        text, _ = decode(data, charset=charset)
        lines = (line for line in text[:_HEAD].splitlines() if line.strip())
        line = next(lines, "")
        if line.lower().startswith("sep="):
            line = next(lines, "")
        return read_table(with_tabs(f"{line}\n"))
    except FileRefused:
        return None


def _is_report(table: Table) -> bool:
    try:
        layout_of(table)
    except FileRefused:
        return False
    return True
