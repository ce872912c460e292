"""The rejected rows of a table as a table of their own, with what was wrong."""

import codecs
import re
from collections.abc import Iterable
from typing import Final

from marketplaces.flatfile.encodings import decode
from marketplaces.flatfile.refusals import RowError
from marketplaces.flatfile.table import plain_name, read_table

#: The three columns that stand behind those of the file.
ERROR_COLUMNS: Final = ("error_code", "error_field", "error_text")
_OLD_NAMES: Final = frozenset(plain_name(name) for name in ERROR_COLUMNS)
#: What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA: Final = ("=", "+", "-", "@")
_ORDER_NUMBER: Final = re.compile(r"[A-Z0-9]{3}-\d{7}-\d{7}", re.ASCII)


def rejected_rows(
    *, data: bytes, errors: Iterable[RowError], charset: str = "", country: str = ""
) -> bytes:
    """Return the rejected rows of a file, each cell as it came, and the reasons.

    In UTF-8 with a mark, whatever the file was written in, so that a few rows are
    never taken for another character set. Corrected, it can be imported again: the
    three columns are not known to the reader and left out. Those of an earlier round
    stay behind, or the header would name them twice. Raises `FileRefused` where the
    file cannot be read.
    """
    text, _ = decode(data, charset=charset, marketplace_country=country)
    return rejected_lines(text=text, errors=errors)


def rejected_lines(
    *, text: str, errors: Iterable[RowError], harmless: bool = False
) -> bytes:
    """Return the rejected rows of a tab-separated text, as `rejected_rows` does.

    ``harmless``: a cell that a spreadsheet would take for a formula gets a mark in
    front, which the reader of such files takes off again.
    """
    table = read_table(text)
    wrong = {error.row: error for error in errors}
    kept = [i for i, name in enumerate(table.names) if name not in _OLD_NAMES]
    out = []
    for number, line in table.lines():
        if number == table.header_row:
            names = line.split("\t")
            out.append([*(names[i] for i in kept), *ERROR_COLUMNS])
        elif number in wrong:
            error = wrong[number]
            reasons = [error.code.value, error.column, error.reason]
            cells = _row(line, reasons, kept=kept, whole=table.width)
            out.append([_marked(cell) for cell in cells] if harmless else cells)
    body = "".join("\t".join(row) + table.line_end for row in out)
    return codecs.BOM_UTF8 + body.encode("utf-8")


def _marked(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and len(cell) > 1 else cell


def reasons_alone(data: bytes) -> bytes:
    """Return of rejected rows their reasons alone, in the order of the file.

    For files whose rows name no order. Raises `FileRefused` where they cannot be read.
    """
    text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    table = read_table(text)
    rows = [ERROR_COLUMNS]
    for number, line in table.lines():
        cells = line.split("\t")
        if number != table.header_row and len(cells) > len(ERROR_COLUMNS):
            rows.append(_reasons(cells))
    body = "".join("\t".join(row) + table.line_end for row in rows)
    return codecs.BOM_UTF8 + body.encode("utf-8")


def without_buyers(data: bytes) -> bytes:
    """Return of rejected rows the order numbers and the reasons alone.

    In a row that could not be read any cell may be a buyer's, so no other one stays.
    Raises `FileRefused` where the rows cannot be read.
    """
    text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    table = read_table(text)
    named = [n for n in table.names if n in {"order-id", "amazon-order-id"}]
    place = table.names.index(named[0]) if named else -1
    rows = [("order-id", *ERROR_COLUMNS)]
    for number, line in table.lines():
        cells = line.split("\t")
        if number == table.header_row or len(cells) <= len(ERROR_COLUMNS):
            continue
        order_id = cells[place] if 0 <= place < len(cells) else ""
        known = order_id if _ORDER_NUMBER.fullmatch(order_id) else ""
        rows.append((known, *_reasons(cells)))
    body = "".join("\t".join(row) + table.line_end for row in rows)
    return codecs.BOM_UTF8 + body.encode("utf-8")


def _reasons(cells: list[str]) -> tuple[str, str, str]:
    end = len(cells)
    while cells[end - 1] == _FILLER:
        end -= 1
    code, column, reason = cells[end - len(ERROR_COLUMNS) : end]
    return code, column, reason


#: Stands behind a row whose cells would by chance be as many as the header's.
_FILLER: Final = "-"


def _row(line: str, reasons: list[str], *, kept: list[int], whole: int) -> list[str]:
    """Give cells and reasons; a row of a wrong count stays one that nobody takes."""
    cells = line.split("\t")
    if len(cells) == whole:
        return [*(cells[i] for i in kept), *reasons]
    return [*cells, *reasons, *([_FILLER] if len(cells) == len(kept) else [])]
