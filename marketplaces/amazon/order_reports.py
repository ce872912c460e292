"""Amazon's order reports, from the bytes of a file to orders, without a database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from marketplaces.amazon.report_layout import ReportKind, layout_of
from marketplaces.amazon.report_orders import Gathering
from marketplaces.amazon.report_rows import RowReader, RowRefused
from marketplaces.flatfile.encodings import codec_named, decode
from marketplaces.flatfile.refusals import (
    FileRefused,
    RowError,
    refuse_markup,
    refuse_what_is_no_table,
)
from marketplaces.flatfile.table import Row, read_table
from orders.incoming import IncomingOrder

__all__ = ["MAX_BYTES", "ParsedReport", "ReportKind", "read_order_report"]

#: The largest file that is read, in bytes.
MAX_BYTES: Final = 50 * 1024 * 1024
CHANNEL: Final = "amazon"


@dataclass(frozen=True, slots=True)
class ParsedReport:
    """What a report held. ``rows`` counts the data rows, the left-out ones too.

    ``errors`` are the rows left out, ``unknown_columns`` the columns that are not
    known and were therefore not read, by their names in the header. ``columns``
    counts all columns, ``columns_used`` those that are read.
    """

    kind: ReportKind
    encoding: str
    orders: tuple[IncomingOrder, ...]
    rows: int
    errors: tuple[RowError, ...]
    unknown_columns: tuple[str, ...]
    columns: int = 0
    columns_used: int = 0

    @property
    def items(self) -> tuple[IncomingOrder, ...]:
        """Return what is taken in, in the order of the file."""
        return self.orders


def read_order_report(
    *, data: bytes, now: datetime, charset: str = "", marketplace_country: str = ""
) -> ParsedReport:
    """Read an order report: unshipped orders, order report, or all orders.

    ``now`` is the aware instant of the import: nothing in a report can be later.
    ``charset`` is what the sender said of the file's characters, and
    ``marketplace_country`` two letters; both may be empty.

    Each order that the report says is not yet shipped gets ``unshipped_seen_at``,
    the instant at which that was certain. A report was made no earlier than the
    newest instant in it, whichever row that stands in; so that instant (of
    purchases, payments, reporting and updates, never of promises; never later than
    ``now``) is one at which everything in the report was still true.

    Raises `FileRefused` where the whole file cannot be read for certain. Rows that
    cannot are left out and named in ``errors``; the others are read.
    """
    if len(data) > MAX_BYTES:
        raise FileRefused(
            "The file is larger than 50 MB: download the report for a shorter time"
            " and import the parts."
        )
    refuse_what_is_no_table(data, utf16=codec_named(charset).startswith("utf-16"))
    text, encoding = decode(
        data, charset=charset, marketplace_country=marketplace_country
    )
    refuse_markup(text[:2048].encode("utf-8"))
    table = read_table(text)
    layout = layout_of(table)
    reader = RowReader(layout=layout, now=now)
    gathering = Gathering(layout=layout)
    rows = 0
    for row in table.rows():
        rows += 1
        if isinstance(row, RowError):
            gathering.leave_out(row)
        else:
            _take(row, reader, gathering)
    return ParsedReport(
        kind=layout.kind,
        encoding=encoding,
        orders=gathering.finished(now=now, channel=CHANNEL),
        rows=rows,
        errors=tuple(gathering.errors),
        unknown_columns=layout.unknown,
        columns=len(layout.shown),
        columns_used=len(layout.plain) + len(layout.buyer),
    )


def _take(row: Row, reader: RowReader, gathering: Gathering) -> None:
    """Add a row to its order, or note why not. Raises `FileRefused`."""
    try:
        gathering.add(reader.read(row.number, row.cells))
    except RowRefused as refused:
        reader.refuse_second_header(row.number, row.cells)
        order_id, item_id = reader.continued(row.cells)
        if not gathering.holds(order_id, item_id):
            gathering.leave_out(
                RowError(
                    row=row.number,
                    column=refused.column,
                    reason=refused.reason,
                    code=refused.code,
                    order_id=reader.order_number(row.cells),
                )
            )
