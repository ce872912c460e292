"""Lines, cells and header of a tab-separated table."""

import pytest

from marketplaces.flatfile.refusals import FileRefused, RowError
from marketplaces.flatfile.table import MAX_LINE, Row, plain_name, read_table


def _cells(text: str) -> list[tuple[int, list[str]]]:
    rows = list(read_table(text).rows())
    assert all(isinstance(row, Row) for row in rows)
    return [(row.number, row.cells) for row in rows if isinstance(row, Row)]


def _refusal(text: str) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        list(read_table(text).rows())
    return refused.value


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends(end: str, last: bool) -> None:
    text = end.join(("a\tb", "1\t2", "3\t4")) + (end if last else "")
    assert _cells(text) == [(2, ["1", "2"]), (3, ["3", "4"])]


def test_another_line_break_is_data() -> None:
    assert _cells("a\tb\r\n1\t2\n3\r\n") == [(2, ["1", "2\n3"])]


def test_quotes_commas_bars_and_equal_signs_are_data() -> None:
    assert _cells('a\tb\n"x\t=y,"z|"\n') == [(2, ['"x', '=y,"z|"'])]


@pytest.mark.parametrize("name", [" Order-ID ", "order_id", "ORDER  ID", "Order - Id"])
def test_names_are_compared_without_case_blanks_and_joints(name: str) -> None:
    assert plain_name(name) == "order-id"
    assert read_table(f"{name}\tb\n").names == ("order-id", "b")


def test_blank_rows_are_skipped_and_counted() -> None:
    assert _cells("\n\na\tb\n\t\n \t \n1\t2\n\n") == [(6, ["1", "2"])]


def test_a_header_alone_has_no_rows() -> None:
    assert _cells("a\tb") == []


def test_an_empty_cell_at_the_end_of_every_row_is_accepted() -> None:
    assert [cells[:2] for _, cells in _cells("a\tb\n1\t2\t\n3\t4\t\n")] == [
        ["1", "2"],
        ["3", "4"],
    ]
    assert [c[:2] for _, c in _cells("a\tb\t\r\n1\t2\t\r\n")] == [["1", "2"]]
    assert _cells("a\tb\t\n1\t2\n") == [(2, ["1", "2"])]


def test_an_empty_cell_too_many_in_one_row_may_be_a_moved_row() -> None:
    rows = list(read_table("a\tb\tc\n1\t2\t3\nx\ty\tz\t\n4\t5\t6\n").rows())
    assert [row.number for row in rows if isinstance(row, Row)] == [2, 4]
    assert isinstance(rows[1], RowError)
    assert "has 4 cells where the header has 3" in rows[1].reason


@pytest.mark.parametrize("row", ["only", "1\t2\t3\t4"])
def test_a_middle_row_with_a_wrong_count_is_an_error_of_its_own(row: str) -> None:
    rows = list(read_table(f"a\tb\n1\t2\n{row}\n3\t4\n").rows())
    assert [type(found) for found in rows] == [Row, RowError, Row]
    assert isinstance(rows[1], RowError)
    assert (rows[1].row, rows[1].column) == (3, "")


def test_a_last_row_cut_off_is_refused() -> None:
    refused = _refusal("a\tb\tc\n1\t2\t3\n4\t5")
    assert "cut off in its last row (row 3 has 2 of 3 cells)" in str(refused)
    assert refused.row == 3


def test_a_short_last_row_with_its_line_break_is_a_row_error() -> None:
    rows = list(read_table("a\tb\tc\n1\t2\t3\n4\t5\n").rows())
    assert isinstance(rows[1], RowError)


def test_a_second_header_is_refused() -> None:
    refused = _refusal("a\tb\n1\t2\nA \tB\n3\t4\n")
    assert (refused.row, "second time in row 3" in str(refused)) == (3, True)


def test_a_second_header_of_another_width_is_refused() -> None:
    assert _refusal("a\tb\tc\n1\t2\t3\na\tb\n").row == 3


def test_one_cell_like_a_column_name_is_data() -> None:
    assert _cells("sku\tb\tc\nsku\t2\t3\n") == [(2, ["sku", "2", "3"])]


def test_a_doubled_column_is_refused() -> None:
    refused = _refusal("Order-ID\tsku\torder_id\n1\t2\t3\n")
    assert "the column order_id twice (columns 1 and 3)" in str(refused)
    assert (refused.row, refused.column) == (1, "order_id")


def test_a_doubled_header_cell_that_may_be_a_value_is_not_repeated() -> None:
    refused = _refusal("t@planted.example\tsku\tt@planted.example\n")
    assert "planted" not in str(refused)
    assert refused.column == "number 3"


def test_the_first_line_of_a_file_without_header_is_not_shown() -> None:
    table = read_table("Testa Exampleton\tMUG\tMUG\n1\t2\t3\n")
    assert table.shown == ("number 1", "number 2", "number 3")
    assert read_table("Sku\tZwölf\tb\n").shown == ("Sku", "number 2", "b")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("order-id,sku,quantity", "commas"),
        ("order-id;sku;quantity", "semicolons"),
        ("order-id|sku|quantity", "bars"),
        ("order-id", "no tab"),
    ],
)
def test_other_separators_are_named(line: str, word: str) -> None:
    assert word in str(_refusal(f"{line}\n"))


def test_only_blank_lines() -> None:
    assert "only blank lines" in str(_refusal("\n \n"))


def test_a_line_too_long_is_refused() -> None:
    refused = _refusal("a\tb\n1\t" + "x" * MAX_LINE + "\n")
    assert refused.row == 2
    assert "longer than a million characters" in str(refused)


def test_a_long_line_within_the_limit_is_read() -> None:
    assert len(_cells("a\tb\n1\t" + "x" * (MAX_LINE - 2) + "\n")) == 1


def test_only_the_first_rows_decide_about_the_empty_cell_at_the_end() -> None:
    rows = list(read_table("a\tb\n" + "1\t2\t\n" * 60 + "3\t4\n").rows())
    assert [type(row) for row in rows] == [*([Row] * 60), RowError]
