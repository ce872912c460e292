"""From the bytes of a file to its characters, without ever guessing silently.

The order is: the character set that the sender named, a byte order mark, strict
UTF-8, then the old set of the marketplace (cp932 for Japan, cp1252 elsewhere).
No replacement character is ever made: what cannot be read is refused, naming
row and column.
"""

import codecs
import re
from dataclasses import dataclass
from typing import Final

from marketplaces.flatfile.refusals import FileRefused
from marketplaces.flatfile.table import shown_names

# ISO-8859-1 and Shift-JIS are read as the sets that are really sent under those
# names (WHATWG Encoding Standard, "Names and labels").
_CODECS: Final = {
    "ascii": "ascii",
    "us-ascii": "ascii",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-2": "iso8859-2",
    "iso-8859-9": "cp1254",
    "iso-8859-15": "iso8859-15",
    "cp1250": "cp1250",
    "windows-1250": "cp1250",
    "cp1254": "cp1254",
    "windows-1254": "cp1254",
    "cp932": "cp932",
    "ms932": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jp",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_JAPANESE_HINTS: Final = (b"amazon.co.jp", b"Amazon.co.jp", b"+09:00", b"\tJPY\t")
# Sequences that cp1252 text hardly ever holds and UTF-8 text always does:
# letters of U+0080 to U+017F, and everything of three or four bytes.
_UTF8_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xc5][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
# One kanji, half-width kana or private character between two Latin letters is a
# western letter that was read as Japanese; so are the single bytes to which Python
# gives a character though cp932 has none (0x80, 0xA0, 0xFD to 0xFF).
_WESTERN_AS_JAPANESE: Final = re.compile(
    "[a-z][\u4e00-\u9fff][a-z]|[A-Za-z][\uff61-\uff9f\ue000-\uf8ff][A-Za-z]"
    "|[\u0080\u00a0\uf8f0-\uf8f3]"
)
_HEAD: Final = 64 * 1024
_JAPANESE_RUN: Final = re.compile("[\u3041-\u30ff\u4e00-\u9fff]{2}")


@dataclass(frozen=True, slots=True)
class _Bad:
    """Where decoding failed. Unlike Python's exception it keeps no bytes."""

    start: int
    at_end: bool


def codec_named(charset: str) -> str:
    """Give the codec for the character set a sender named; empty for none.

    Raises `FileRefused` for a name that is not known.
    """
    name = charset.strip().strip("\"'").lower().replace("_", "-")
    if name and name not in _CODECS:
        raise FileRefused(
            "The character set named for the file is not known here: choose UTF-8,"
            " Windows-1252 or Shift-JIS, or leave it empty."
        )
    return _CODECS[name] if name else ""


def decode(
    data: bytes, *, charset: str = "", marketplace_country: str = ""
) -> tuple[str, str]:
    """Give the file's text without a mark, and the codec that read it.

    ``charset`` is what the sender said (empty: nothing); ``marketplace_country``
    is two letters, or empty, and decides between cp932 and cp1252 where the file
    is not UTF-8. Raises `FileRefused` with row and column.
    """
    mark, marked = next(
        ((mark, codec) for mark, codec in _MARKS if data.startswith(mark)), (b"", "")
    )
    named = codec_named(charset)
    if named:
        return _decode_named(data, named, mark, marked)
    if marked:
        return _strict(data, marked, skip=len(mark)), marked
    text = _attempt(data, "utf-8")
    if isinstance(text, str):
        return text, "utf-8"
    return _decode_old(data, text, marketplace_country)


def _decode_named(data: bytes, named: str, mark: bytes, marked: str) -> tuple[str, str]:
    """Read by the sender's word, and refuse where the bytes speak against it."""
    if named == "utf-16":
        named = marked or ("utf-16-be" if data[:1] == b"\x00" else "utf-16-le")
    if marked and marked != named:
        raise FileRefused(
            f"The file was said to be {named} but its first bytes mark it as"
            f" {marked}: choose {marked}, or leave the character set empty.",
            row=1,
        )
    if named in ("utf-8", "utf-16-le", "utf-16-be", "ascii"):
        return _strict(data, named, skip=len(mark)), named
    if _is_utf8(data):
        raise FileRefused(
            f"The file was said to be {named} but is written in UTF-8:"
            " choose UTF-8, or leave the character set empty."
        )
    return _plausible(data, named), named


def _is_utf8(data: bytes) -> bool:
    """Say whether the bytes are UTF-8 beyond ASCII, whole or cut off."""
    text = _attempt(data, "utf-8")
    if isinstance(text, str):
        return not text.isascii()
    return text.at_end and not data[: text.start].isascii()


def _decode_old(data: bytes, bad: _Bad, country: str) -> tuple[str, str]:
    """Read a file that is not UTF-8 by the old set of its marketplace."""
    if _cut_off(data, bad):
        row, column = place(data, bad.start)
        raise FileRefused(
            f"The file is cut off in the middle of a character (row {row},"
            f" column {column}): download the report again and import that.",
            row=row,
            column=column,
        )
    named = country.strip().upper()
    if named == "JP" or (not named and any(h in data for h in _JAPANESE_HINTS)):
        return _plausible(data, "cp932"), "cp932"
    if _UTF8_SEQUENCE.search(data):
        row, column = place(data, bad.start)
        raise FileRefused(
            f"The file mixes UTF-8 with another character set (row {row}, column"
            f" {column}), perhaps from two files joined: download the report again.",
            row=row,
            column=column,
        )
    return _plausible(data, "cp1252"), "cp1252"


def _cut_off(data: bytes, bad: _Bad) -> bool:
    """Say whether UTF-8 only breaks off at the very end of the file.

    One lone byte after nothing but ASCII may be a cp1252 letter, so it counts as
    cut off only where the last line lacks cells.
    """
    if not bad.at_end:
        return False
    if len(data) - bad.start > 1 or not data[: bad.start].isascii():
        return True
    line_start = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
    return data.count(b"\t", line_start) < len(_header(data)) - 1


def _plausible(data: bytes, codec: str) -> str:
    """Decode, and refuse Japanese read as western letters or the reverse."""
    text = _strict(data, codec)
    found = _WESTERN_AS_JAPANESE.search(text) if codec == "cp932" else None
    if found:
        row = text.count("\n", 0, found.start()) + 1
        raise FileRefused(
            "The file is not Japanese text (Shift-JIS), though it was to be read as"
            f" that (row {row}): choose Windows-1252 or UTF-8, or the right"
            " marketplace.",
            row=row,
        )
    if codec == "cp1252" and _is_japanese(data):
        raise FileRefused(
            "The file looks like Japanese text (Shift-JIS), not like western text:"
            " choose Shift-JIS or the marketplace Japan, and import it again."
        )
    return text


def _is_japanese(data: bytes) -> bool:
    text = "" if data.isascii() else _attempt(data, "cp932")
    if not isinstance(text, str):
        return False
    return bool(_JAPANESE_RUN.search(text)) and not _WESTERN_AS_JAPANESE.search(text)


def _strict(data: bytes, codec: str, *, skip: int = 0) -> str:
    text = _attempt(memoryview(data)[skip:], codec)
    if isinstance(text, str):
        return text
    if codec.startswith("utf-16"):
        raise FileRefused(
            f"The file is not whole {codec}, perhaps cut off:"
            " download the report again and import that."
        )
    row, column = place(data, text.start + skip)
    raise FileRefused(
        (
            f"The file is cut off in the middle of a character (row {row}, column"
            f" {column}): download the report again and import that."
            if text.at_end and codec == "utf-8"
            else f"The file is not {codec}: row {row}, column {column} holds a byte"
            " that does not exist there; choose the right character set, or"
            " download the report again."
        ),
        row=row,
        column=column,
    )


def _attempt(data: bytes | memoryview, codec: str) -> str | _Bad:
    """Decode, or say where it fails without an exception that holds the file."""
    try:
        return str(data, codec)
    except UnicodeDecodeError as error:
        at_end = error.end == len(data) and "end of data" in error.reason
        return _Bad(start=error.start, at_end=at_end)


def place(data: bytes, offset: int) -> tuple[int, str]:
    """Give the 1-based row and the column's name at a byte of the file."""
    line_end = b"\n" if b"\n" in data else b"\r"
    row = data.count(line_end, 0, offset) + 1
    line_start = data.rfind(line_end, 0, offset) + 1
    index = data.count(b"\t", line_start, offset)
    names = _header(data)
    return row, names[index] if index < len(names) else f"number {index + 1}"


def _header(data: bytes) -> tuple[str, ...]:
    head = data[:_HEAD].lstrip().replace(b"\r", b"\n").split(b"\n", 1)[0]
    return shown_names(head.decode("ascii", "ignore").split("\t"))
