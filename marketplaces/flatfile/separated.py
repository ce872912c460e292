"""Tables separated by commas, semicolons or bars, with quotes, as a tab-separated one.

So that one reader, one numbering of rows and one writer of rejected rows serve all.
"""

import csv
import io
import re
from typing import Final

from marketplaces.flatfile.refusals import FileRefused

_SIGNS: Final = (",", ";", "|")
#: A cell may hold line breaks inside its quotes; a longer one lost its closing quote.
_LONGEST: Final = 20_000
#: What spreadsheets write before the header, to say what parts the cells.
_SAYS_SIGN: Final = re.compile(r"\ufeff?sep=[,;|\t](?=\r?\n)", re.IGNORECASE)
_BLANK: Final = str.maketrans({"\t": " ", "\n": " ", "\r": " "})


def with_tabs(text: str) -> str:
    """Return a table with tabs between its cells; one with tabs already as it is.

    Tabs and line breaks inside quotes become blanks; row numbers count records; a first
    line ``sep=;`` becomes empty. Raises `FileRefused` where nothing parts the cells, or
    a quote is never closed.
    """
    text = _SAYS_SIGN.sub("", text, count=1) if _SAYS_SIGN.match(text) else text
    head = text.lstrip("\r\n").split("\n", 1)[0]
    sign = max(_SIGNS, key=head.count)
    if "\t" in head or not head.strip():
        return text
    if not head.count(sign):
        raise FileRefused(
            "The first line has no tabs, commas or semicolons between names of columns:"
            " export the events as a table with a header.",
            row=1,
        )
    before = csv.field_size_limit(_LONGEST)
    out = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    try:
        out = ["\t".join(cell.translate(_BLANK) for cell in row) for row in reader]
    except csv.Error:
        raise FileRefused(
            "A quotation mark near row"
            f" {reader.line_num} is opened and never closed, or stands inside a cell:"
            " export the file again.",
            row=reader.line_num,
        ) from None
    finally:
        csv.field_size_limit(before)
    return "".join(f"{line}\n" for line in out)
