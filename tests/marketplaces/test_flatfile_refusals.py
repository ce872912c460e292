"""Files that are no table at all, and what a refusal carries."""

import gzip
import io
import lzma
import zipfile

import pytest

from marketplaces.flatfile.refusals import (
    FileRefused,
    RowError,
    refuse_what_is_no_table,
)


def _zip(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, "order-id\tsku\n")
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty (0 bytes)"),
        (b"\r\n \t\n\n", "only blank lines"),
        (b"\xef\xbb\xbf\n", "only blank lines"),
        (_zip("orders.txt"), "a zip archive"),
        (_zip("xl/workbook.xml"), "an Excel or office file"),
        (gzip.compress(b"order-id\tsku\n", mtime=0), "a gzip archive"),
        (lzma.compress(b"order-id\tsku\n"), "an xz archive"),
        (b"BZh91AY&SY", "a bzip2 archive"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7-Zip archive"),
        (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"{\\rtf1\\ansi", "a rich-text document"),
        (b"<!DOCTYPE html><html>", "a web page (HTML)"),
        (b"\n\n  <HTML lang=en>", "a web page (HTML)"),
        (b'<?xml version="1.0"?><AmazonEnvelope>', "the XML form"),
        (b"<AmazonEnvelope>", "download the flat file"),
        (b'{"orders": []}', "JSON"),
        (b'\xef\xbb\xbf[{"a": 1}]', "JSON"),
        (b"order-id\tsku\n1\x00\t2\n", "binary (it holds zero bytes)"),
        (b"order-id\tsku\n" + b"\x01\x02\x03" * 9, "many control characters"),
        (b"\xff\xfe\x00\x00o\x00\x00\x00", "UTF-32"),
    ],
)
def test_what_is_no_table_is_named(data: bytes, words: str) -> None:
    with pytest.raises(FileRefused) as refused:
        refuse_what_is_no_table(data)
    assert words in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "data",
    [
        b"order-id\tsku\n1\t2\n",
        b"\xff\xfeo\x00\t\x00",
        b"order-id\tsku\n1\t\x02\n",
        b"[note]\tsku\n",
        b"PKW-number\tsku\n",
    ],
)
def test_tables_pass(data: bytes) -> None:
    refuse_what_is_no_table(data)


def test_zero_bytes_are_expected_in_a_file_said_to_be_utf16() -> None:
    refuse_what_is_no_table("order-id\tsku\n".encode("utf-16-le"), utf16=True)


def test_a_refusal_says_where() -> None:
    refused = FileRefused("It is cut off.", row=7, column="sku")
    assert (refused.row, refused.column, str(refused)) == (7, "sku", "It is cut off.")
    assert (FileRefused("No.").row, FileRefused("No.").column) == (None, "")


def test_a_row_error_reads_as_one_line() -> None:
    assert str(RowError(3, "sku", "is empty")) == "Row 3, column sku: is empty"
    assert str(RowError(3, "", "has 2 cells")) == "Row 3: has 2 cells"
