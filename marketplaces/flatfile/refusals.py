"""Why a file, or a row of it, is not read; and files that are no table at all."""

from dataclasses import dataclass
from typing import Final

from marketplaces.flatfile.faults import RowFault


class FileRefused(ValueError):
    """The whole file is refused, in one sentence that holds no cell's value.

    ``row`` is the 1-based line number where it shows (``None``: nowhere in
    particular), ``column`` the name of the column (empty: none in particular).
    """

    def __init__(
        self, sentence: str, *, row: int | None = None, column: str = ""
    ) -> None:
        """Take the sentence, and where in the file it points."""
        super().__init__(sentence)
        self.row = row
        self.column = column


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that was left out, and why; the other rows are read.

    ``row`` is the 1-based line number in the file (the header is row 1),
    ``column`` the column's name (empty: the row as a whole). ``reason`` never
    holds the cell's value. ``code`` names the kind of reason, the same for ever;
    ``order_id`` is the row's order number where it certainly is one.
    """

    row: int
    column: str
    reason: str
    code: RowFault = RowFault.FORM_WRONG
    order_id: str = ""

    def __str__(self) -> str:
        """One line for a list of errors."""
        where = f"Row {self.row}"
        return (
            f"{where}, column {self.column}: {self.reason}"
            if self.column
            else (f"{where}: {self.reason}")
        )


_EXPORT = "download the tab-separated report from the marketplace and import that"

# The first bytes by which formats are known (their published signatures).
_SIGNATURES: Final = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"{\\rtf", "a rich-text document"),
)
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OFFICE_PARTS: Final = (
    b"[Content_Types].xml",
    b"xl/",
    b"mimetypeapplication/vnd.oasis",
)
_HEAD: Final = 64 * 1024
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_UTF32_MARKS: Final = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_CONTROLS: Final = bytes(
    byte for byte in (*range(1, 32), 127) if byte not in b"\t\n\v\f\r"
)
# More control characters than a stray few, and than one in so many bytes, make a
# file binary.
_STRAY_CONTROLS: Final = 8
_ONE_CONTROL_IN: Final = 100


def refuse_what_is_no_table(data: bytes, *, utf16: bool = False) -> None:
    """Refuse what is empty, packed, an office file, markup, JSON or binary.

    ``utf16``: the caller was told that the file is UTF-16, so zero bytes are
    expected. Raises `FileRefused`.
    """
    head = data[:_HEAD]
    _refuse_empty(data)
    _refuse_signatures(head)
    if head.startswith(_UTF32_MARKS):
        raise FileRefused(
            "The file is written in UTF-32, which no marketplace sends:"
            " save it as UTF-8 with tabs, or download the report again."
        )
    if utf16 or head.startswith(_UTF16_MARKS):
        return
    refuse_markup(head)
    _refuse_binary(data, head)


def _refuse_empty(data: bytes) -> None:
    if not data:
        raise FileRefused(
            "The file is empty (0 bytes): download the report again and import that."
        )
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        raise FileRefused(
            "The file holds only blank lines, no header and no orders:"
            " download the report again and import that."
        )


def _refuse_signatures(head: bytes) -> None:
    what = next((name for mark, name in _SIGNATURES if head.startswith(mark)), "")
    if head.startswith(_ZIP):
        office = any(part in head for part in _OFFICE_PARTS)
        what = "an Excel or office file" if office else "a zip archive"
    if what:
        raise FileRefused(f"The file is {what}, not a text table: {_EXPORT}.")


def refuse_markup(head: bytes) -> None:
    """Refuse a web page, XML or JSON by its first bytes. Raises `FileRefused`."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:2048].lower()
    if start.startswith(b"<"):
        if b"<!doctype html" in start or b"<html" in start:
            raise FileRefused(
                "The file is a web page (HTML), perhaps the page of a sign-in that"
                f" ran out: {_EXPORT}."
            )
        raise FileRefused(
            "The file is the XML form of a report, not the flat file:"
            " download the flat file (tab-separated text) and import that."
        )
    inside = start[1:].lstrip()
    if start[:1] in (b"{", b"[") and (not inside or inside[:1] in b'"{}[]'):
        raise FileRefused(f"The file is JSON, not a tab-separated table: {_EXPORT}.")


def _refuse_binary(data: bytes, head: bytes) -> None:
    if b"\x00" in data:
        raise FileRefused(
            f"The file is binary (it holds zero bytes), not a text table: {_EXPORT}."
        )
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > max(_STRAY_CONTROLS, len(head) // _ONE_CONTROL_IN):
        raise FileRefused(
            "The file is binary (it holds many control characters), not a text"
            f" table: {_EXPORT}."
        )
