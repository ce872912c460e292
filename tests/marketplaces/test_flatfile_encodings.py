"""Characters: the right set, or a refusal that names the place; never a guess."""

import pytest

from marketplaces.flatfile.encodings import decode
from marketplaces.flatfile.refusals import FileRefused

HEAD = "order-id\trecipient-name\tsku\n"
WESTERN = f"{HEAD}1\tTesta Müßter „Probe“\tMUG\n"
JAPANESE = f"{HEAD}1\tテスト 見本太郎\tMUG\n2\tﾃｽﾄ 髙﨑①\tTEA\n"


@pytest.mark.parametrize(
    ("data", "country", "codec"),
    [
        (WESTERN.encode(), "", "utf-8"),
        (b"\xef\xbb\xbf" + WESTERN.encode(), "JP", "utf-8"),
        (b"\xff\xfe" + WESTERN.encode("utf-16-le"), "", "utf-16-le"),
        (b"\xfe\xff" + WESTERN.encode("utf-16-be"), "", "utf-16-be"),
        (WESTERN.encode("cp1252"), "", "cp1252"),
        (WESTERN.encode("cp1252"), "DE", "cp1252"),
        (HEAD.encode(), "JP", "utf-8"),
    ],
)
def test_western_files(data: bytes, country: str, codec: str) -> None:
    text, used = decode(data, marketplace_country=country)
    assert used == codec
    assert text in (WESTERN, HEAD)
    assert "\ufeff" not in text


def test_japan_reads_cp932() -> None:
    data = JAPANESE.encode("cp932")
    assert decode(data, marketplace_country="jp") == (JAPANESE, "cp932")


@pytest.mark.parametrize("hint", ["Amazon.co.jp", "2026-11-20T08:41:00+09:00"])
def test_a_japanese_file_tells_itself_by_its_ascii(hint: str) -> None:
    text = JAPANESE.replace("MUG", hint)
    assert decode(text.encode("cp932")) == (text, "cp932")


def test_the_country_counts_more_than_a_hint() -> None:
    text = WESTERN.replace("MUG", "Amazon.co.jp")
    assert decode(text.encode("cp1252"), marketplace_country="DE")[1] == "cp1252"


@pytest.mark.parametrize(
    ("charset", "encoding", "used"),
    [
        ("Cp1252", "cp1252", "cp1252"),
        ("ISO-8859-1", "cp1252", "cp1252"),
        ("iso_8859_15", "iso8859-15", "iso8859-15"),
        ('"UTF-8"', "utf-8", "utf-8"),
        ("utf-16", "utf-16", "utf-16-le"),
        ("UTF-16LE", "utf-16-le", "utf-16-le"),
        ("utf-16", "utf-16-be", "utf-16-be"),
    ],
)
def test_the_senders_word_comes_first(charset: str, encoding: str, used: str) -> None:
    text = WESTERN.replace("„Probe“", "Probe")
    assert decode(text.encode(encoding), charset=charset) == (text, used)


@pytest.mark.parametrize("charset", ["windows-31j", "Shift_JIS", "MS932"])
def test_the_names_of_shift_jis(charset: str) -> None:
    assert decode(JAPANESE.encode("cp932"), charset=charset) == (JAPANESE, "cp932")


def _refusal(data: bytes, *, charset: str = "", country: str = "") -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        decode(data, charset=charset, marketplace_country=country)
    assert "Müßter" not in str(refused.value)
    assert refused.value.__context__ is None
    return refused.value


@pytest.mark.parametrize(
    ("data", "charset", "words"),
    [
        (WESTERN.encode("cp1252"), "utf-8", "not utf-8: row 2, column recipient-name"),
        (WESTERN.encode(), "cp1252", "is written in UTF-8"),
        (WESTERN.encode(), "ascii", "not ascii: row 2, column recipient-name"),
        (JAPANESE.encode(), "shift_jis", "is written in UTF-8"),
        (f"{HEAD}1\tMuñoz\tTEA\n".encode("cp1252"), "cp932", "not Japanese"),
        (f"{HEAD}1\tMontréal\tTEA\n".encode("cp1252"), "cp932", "not Japanese"),
        (JAPANESE.encode("cp932"), "utf-8", "not utf-8: row 2"),
        (f"{HEAD}1\t見本太郎\tTEA\n".encode("cp932"), "cp1252", "Japanese text"),
        (b"\xef\xbb\xbf" + WESTERN.encode(), "cp1252", "mark it as utf-8"),
        (WESTERN.encode("utf-16-le")[:-1], "utf-16le", "cut off"),
        (HEAD.encode(), "klingon-7", "not known here"),
    ],
)
def test_a_wrong_charset_is_refused(data: bytes, charset: str, words: str) -> None:
    assert words in str(_refusal(data, charset=charset))


@pytest.mark.parametrize("byte", [b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"])
def test_a_byte_that_cp1252_lacks_names_row_and_column(byte: bytes) -> None:
    data = HEAD.encode() + b"1\tTesta\tMUG\n2\tProba " + byte + b" X\tTEA\n"
    refused = _refusal(data, country="DE")
    assert (refused.row, refused.column) == (3, "recipient-name")
    assert "row 3, column recipient-name" in str(refused)


def test_a_byte_that_cp932_lacks_is_refused() -> None:
    refused = _refusal(JAPANESE.encode("cp932") + b"3\t\x81 x\tTEA\n", country="JP")
    assert (refused.row, refused.column) == (4, "recipient-name")


@pytest.mark.parametrize("byte", [b"\x80", b"\xa0", b"\xfd", b"\xff"])
def test_a_byte_that_only_python_reads_as_cp932_is_refused(byte: bytes) -> None:
    data = JAPANESE.encode("cp932") + b"3\t" + byte + b"\tTEA\n"
    refused = _refusal(data, country="JP")
    assert (refused.row, "not Japanese" in str(refused)) == (4, True)


@pytest.mark.parametrize("lost", [1, 2])
def test_utf8_cut_inside_a_character_is_cut_off_not_cp1252(lost: int) -> None:
    data = f"{HEAD}1\tMüster\tMUG\n2\tTesta €".encode()[:-lost]
    refused = _refusal(data)
    assert "cut off in the middle of a character" in str(refused)
    assert (refused.row, refused.column) == (3, "recipient-name")


def test_cut_off_is_seen_by_missing_cells_alone() -> None:
    refused = _refusal(HEAD.encode() + "1\tTestä".encode()[:-1])
    assert "cut off" in str(refused)


def test_a_cut_utf8_file_is_not_read_by_a_wrong_charset() -> None:
    data = f"{HEAD}1\tMüster\tMUG\n2\tTestä".encode()[:-1]
    assert "is written in UTF-8" in str(_refusal(data, charset="cp1252"))


def test_a_western_letter_as_the_last_byte_of_a_whole_row_is_read() -> None:
    text = f"{HEAD}1\tTesta\tCAFé"
    assert decode(text.encode("cp1252")) == (text, "cp1252")


def test_a_cut_utf8_file_with_a_mark_is_cut_off() -> None:
    data = b"\xef\xbb\xbf" + f"{HEAD}1\tTestä".encode()[:-1]
    assert "cut off" in str(_refusal(data))


def test_two_character_sets_in_one_file_are_refused() -> None:
    data = f"{HEAD}1\tMüßter\tMUG\n".encode() + "2\tPröba\tTEA\n".encode("cp1252")
    refused = _refusal(data)
    assert "mixes UTF-8 with another" in str(refused)
    assert (refused.row, refused.column) == (3, "recipient-name")


@pytest.mark.parametrize("country", ["", "DE"])
def test_japanese_is_never_read_as_western(country: str) -> None:
    refused = _refusal(f"{HEAD}1\t見本太郎\tTEA\n".encode("cp932"), country=country)
    assert "Japanese" in str(refused) or "mixes" in str(refused)


def test_western_is_never_read_as_japanese() -> None:
    data = f"{HEAD}1\tMontréal\tTEA\n".encode("cp1252")
    assert "not Japanese" in str(_refusal(data, country="JP"))


def test_utf16_cut_off_is_refused() -> None:
    assert "cut off" in str(_refusal(b"\xff\xfe" + HEAD.encode("utf-16-le")[:-1]))


def test_a_first_line_that_is_no_header_is_not_repeated() -> None:
    refused = _refusal(b"1\tTesta Planted\tMUG\n2\tProba \x81\tTEA\n", country="DE")
    assert (refused.row, refused.column) == (2, "number 2")
    assert "Planted" not in str(refused)
