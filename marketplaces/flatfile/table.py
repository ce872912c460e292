"""A tab-separated table without quoting: its header, its rows, their numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from marketplaces.flatfile.faults import RowFault
from marketplaces.flatfile.refusals import FileRefused, RowError

#: A line longer than this many characters is not a row of a report.
MAX_LINE: Final = 1024 * 1024
#: A table of more columns than this is not a report (Amazon's widest have under 100).
MAX_COLUMNS: Final = 500
#: So many rows are looked at to learn whether each ends with an empty cell.
_SAMPLE: Final = 50
#: What may stand around a cell without being part of it. Not `str.strip()`'s set:
#: that holds control characters, which must be seen.
BLANKS: Final = " \u00a0\u3000\r"
_SHOWN: Final = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{0,59}")
# A cell of data never reads like one of these.
_KEYS: Final = frozenset(("order-id", "amazon-order-id", "sku", "seller-sku"))
_JOINTS: Final = re.compile(r"[\s_-]+")


def plain_name(text: str) -> str:
    """Give a column's name for comparing: lower case, words joined by ``-``."""
    return _JOINTS.sub("-", text.strip().lower())


def is_header(names: Sequence[str]) -> bool:
    """Say whether names (as `plain_name` gives them) hold a key of some report."""
    return not _KEYS.isdisjoint(names)


def shown_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Give the columns' names as they may be shown to a person.

    The first line of a file without a header holds a buyer's data. So names are
    shown only where the line is a header for certain, and only those that look
    like a name; the others become ``number 7``, and no message repeats a value.
    """
    header = is_header([plain_name(cell) for cell in cells])
    return tuple(
        text if header and _SHOWN.fullmatch(text := cell.strip()) else f"number {index}"
        for index, cell in enumerate(cells, start=1)
    )


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One row of the table: its line number in the file, and its cells."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """A table whose header is read and whose rows are still to come.

    ``names`` are the columns' names for comparing, ``shown`` those for people.
    """

    text: str
    line_end: str
    names: tuple[str, ...]
    shown: tuple[str, ...]
    header_row: int
    width: int

    def lines(self) -> Iterator[tuple[int, str]]:
        """Give number and text of each line, the header's too, without line ends."""
        for number, line, _ in _lines(self.text, self.line_end):
            yield number, line

    def rows(self) -> Iterator[Row | RowError]:
        """Give each row that is not blank, or why it has not the right cells.

        Raises `FileRefused` for a file cut off in its last row, a header among
        the rows, and a line that is too long.
        """
        known = frozenset(self.names)
        for number, line, ended in _lines(self.text, self.line_end):
            if number <= self.header_row or not line.strip():
                continue
            count = line.count("\t") + 1
            if count > MAX_COLUMNS + 1:
                yield self._wrong_count(number, count)
                continue
            cells = line.split("\t")
            if plain_name(cells[0]) in known:
                _refuse_second_header(number, cells, known)
            if len(cells) == self.width:
                yield Row(number=number, cells=cells)
            elif len(cells) < len(self.names) and not ended:
                raise FileRefused(
                    f"The file is cut off in its last row (row {number} has"
                    f" {len(cells)} of {len(self.names)} cells): download the report"
                    " again and import that.",
                    row=number,
                )
            else:
                yield self._wrong_count(number, len(cells))

    def _wrong_count(self, number: int, count: int) -> RowError:
        return RowError(
            row=number,
            column="",
            reason=f"has {count} cells where the header has {len(self.names)};"
            " a tab or a line break may stand inside a cell",
            code=RowFault.CELL_COUNT,
        )


def _refuse_second_header(number: int, cells: list[str], known: frozenset[str]) -> None:
    if sum(plain_name(cell) in known for cell in cells) * 2 > len(cells):
        raise FileRefused(
            f"The header stands a second time in row {number}, so two reports were"
            " joined into one file: import each report by itself.",
            row=number,
        )


def read_table(text: str) -> Table:
    """Split off the header of a tab-separated text.

    Raises `FileRefused` where there is nothing, no tab, more than 500 columns, or
    the same name twice in what is a header for certain; whether it is one, the
    caller must ask.
    """
    line_end = _line_end(text)
    header_row, line = next(
        ((number, line) for number, line, _ in _lines(text, line_end) if line.strip()),
        (0, ""),
    )
    if not header_row:
        raise FileRefused(
            "The file holds only blank lines, no header and no orders:"
            " download the report again and import that."
        )
    if "\t" not in line:
        _refuse_other_separators(line, header_row)
    if line.rstrip().count("\t") >= MAX_COLUMNS:
        raise FileRefused(
            f"The first line has more than {MAX_COLUMNS} columns, which no report has:"
            " download the report again and import that.",
            row=header_row,
        )
    cells = line.split("\t")
    while cells and not cells[-1].strip():
        cells.pop()
    names = tuple(plain_name(cell) for cell in cells)
    shown = shown_names(cells)
    if is_header(names):
        _refuse_doubled(names, shown, header_row)
    return Table(
        text=text,
        line_end=line_end,
        names=names,
        shown=shown,
        header_row=header_row,
        width=_width(text, line_end, header_row, len(names)),
    )


def _line_end(text: str) -> str:
    """Give what ends the first line that holds anything; the others follow it.

    A line break of another kind is then a control character inside a cell.
    """
    start = len(text) - len(text.lstrip())
    found = re.compile(r"\r\n|\n|\r").search(text, start)
    return found.group() if found else "\n"


def _lines(text: str, line_end: str) -> Iterator[tuple[int, str, bool]]:
    """Give line number, line, and whether a line break ended it."""
    start, number = 0, 0
    while start < len(text):
        number += 1
        end = text.find(line_end, start)
        ended = end >= 0
        stop = end if ended else len(text)
        if stop - start > MAX_LINE:
            raise FileRefused(
                f"Row {number} is longer than a million characters, which no report"
                " holds: download the report again and import that.",
                row=number,
            )
        yield number, text[start:stop], ended
        start = stop + len(line_end)


def _refuse_other_separators(line: str, row: int) -> None:
    for separator, name in ((";", "semicolons"), (",", "commas"), ("|", "bars")):
        if line.count(separator) > 1:
            raise FileRefused(
                f"The columns are separated by {name} instead of tabs: import the"
                " file as it was downloaded, not as a spreadsheet saved it.",
                row=row,
            )
    raise FileRefused(
        "The first line holds no tab, so the file is not a tab-separated report:"
        " download the report again and import that.",
        row=row,
    )


def _refuse_doubled(names: Sequence[str], shown: Sequence[str], row: int) -> None:
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in seen:
            first = seen[name]
            raise FileRefused(
                f"The header has the column {shown[index]} twice (columns"
                f" {first + 1} and {index + 1}), so it is not certain which one"
                " counts: download the report again and import that.",
                row=row,
                column=shown[index],
            )
        seen[name] = index


def _width(text: str, line_end: str, header_row: int, columns: int) -> int:
    """Give the number of cells per row: one more where every row ends with a tab.

    Only if all the rows looked at do: in a single row, an empty cell too many means
    that a tab stands inside a cell and moved the others along.
    """
    looked = 0
    for number, line, _ in _lines(text, line_end):
        if number <= header_row or not line.strip():
            continue
        if line.count("\t") != columns or line.rstrip("\r")[-1:] != "\t":
            return columns
        looked += 1
        if looked == _SAMPLE:
            break
    return columns + 1 if looked else columns
