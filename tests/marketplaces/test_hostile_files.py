"""Whole reports made to mislead: endless errors, wide and doubled headers."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from marketplaces.amazon import report_orders
from marketplaces.amazon.columns import BUYER_COLUMNS, PLAIN_COLUMNS
from marketplaces.amazon.order_reports import ParsedReport, read_order_report
from marketplaces.amazon.report_orders import MAX_ERRORS
from marketplaces.flatfile.refusals import FileRefused
from marketplaces.flatfile.table import MAX_COLUMNS, read_table
from tests.factories.reports import MADE_AT

NOW = MADE_AT + timedelta(hours=5)
GOOD = {
    "order-id": "305-1234567-7654321",
    "order-item-id": "12345678901234",
    "purchase-date": "2026-11-18T08:00:00Z",
    "sku": "MUG",
    "quantity-purchased": "1",
}


def _read(*rows: dict[str, str]) -> ParsedReport:
    lines = ["\t".join(GOOD)]
    lines += ["\t".join((GOOD | row).values()) for row in rows]
    return read_order_report(data=("\n".join(lines) + "\n").encode(), now=NOW)


def _refused(header: Sequence[str]) -> FileRefused:
    cells = ["x"] * len(header)
    data = "\t".join(header) + "\n" + "\t".join(cells) + "\n"
    with pytest.raises(FileRefused) as refused:
        read_order_report(data=data.encode(), now=NOW)
    return refused.value


@pytest.mark.parametrize("row", ["\t".join(["x"] * len(GOOD)), "x\tx"])
def test_reading_stops_at_ten_thousand_row_errors(row: str) -> None:
    """Neither a bad cell nor a wrong number of cells lets the list grow further."""
    text = "\t".join(GOOD) + "\n" + f"{row}\n" * (MAX_ERRORS + 50)
    with pytest.raises(FileRefused, match="almost every row is unreadable") as refused:
        read_order_report(data=text.encode(), now=NOW)
    assert refused.value.row == MAX_ERRORS + 2
    assert "export the report again" in str(refused.value)


def test_as_many_row_errors_as_are_allowed_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(report_orders, "MAX_ERRORS", 3)
    bad = {"order-id": "x"}
    report = _read(bad, bad, {}, bad)
    assert [error.row for error in report.errors] == [2, 3, 5]
    assert len(report.orders) == 1
    with pytest.raises(FileRefused, match="More than 3 rows"):
        _read(bad, bad, {}, bad, bad)


def test_a_header_of_more_than_500_columns_is_refused() -> None:
    refused = _refused([*GOOD, *(f"x{n}" for n in range(MAX_COLUMNS))])
    assert (refused.row, "more than 500 columns" in str(refused)) == (1, True)


def test_a_header_of_500_columns_is_read() -> None:
    names = [f"x{n}" for n in range(MAX_COLUMNS)]
    text = "\t".join(names) + "\n"
    assert len(read_table(text).names) == MAX_COLUMNS
    assert len(read_table(text.replace("\n", "\t\t\n")).names) == MAX_COLUMNS


def test_a_row_of_very_many_cells_is_one_error() -> None:
    text = "\t".join(GOOD) + "\norder-id" + "\torder-id" * 1000 + "\n"
    (error,) = read_order_report(data=text.encode(), now=NOW).errors
    assert (error.row, error.column) == (2, "")
    assert "has 1001 cells" in error.reason


def _pairs() -> list[tuple[str, str]]:
    """Give every two columns that lead to one field."""
    names = [*PLAIN_COLUMNS.items(), *BUYER_COLUMNS.items()]
    return [
        (first, second)
        for index, (first, target) in enumerate(names)
        for second, other in names[index + 1 :]
        if target == other
    ]


@pytest.mark.parametrize(("first", "second"), _pairs())
def test_two_columns_of_one_meaning_are_refused(first: str, second: str) -> None:
    header = [*(name for name in GOOD if name not in (first, second)), first, second]
    refused = _refused(header)
    assert f"the columns {first} and {second} (columns" in str(refused)
    assert "which mean the same" in str(refused)
    assert "download the report again" in str(refused)
    assert (refused.row, refused.column) == (1, second)


def test_the_pairs_are_those_of_the_review() -> None:
    assert {
        ("order-id", "amazon-order-id"),
        ("order-item-id", "amazon-order-item-id"),
    } <= set(_pairs())
