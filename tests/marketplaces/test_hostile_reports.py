"""Rows made to mislead: look-alikes, moved cells, impossible years."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from marketplaces.amazon.cells import CellRefused, instant, instant_or_day
from marketplaces.amazon.order_reports import ParsedReport, read_order_report
from marketplaces.flatfile.refusals import RowError
from orders.incoming import IncomingOrder
from tests.factories.reports import MADE_AT

NOW = MADE_AT + timedelta(hours=5)
GOOD = {
    "order-id": "305-1234567-7654321",
    "order-item-id": "12345678901234",
    "purchase-date": "2026-11-18T08:00:00Z",
    "sku": "MUG",
    "asin": "B0TEST0001",
    "product-name": "Mug",
    "quantity-purchased": "1",
    "ship-service-level": "Standard",
    "recipient-name": "Testa Exampleton",
    "ship-city": "Testford",
    "ship-state": "BY",
    "ship-postal-code": "00000",
    "ship-country": "DE",
    "sales-channel": "Amazon.de",
}


def _read(*rows: dict[str, str], header: Sequence[str] = tuple(GOOD)) -> ParsedReport:
    lines = ["\t".join(header)]
    lines += ["\t".join((GOOD | row)[name] for name in header) for row in rows]
    return read_order_report(data=("\n".join(lines) + "\n").encode(), now=NOW)


def _error(column: str, value: str) -> RowError:
    """Read a good row and one with a bad cell; give the error of the bad one."""
    report = _read({}, {"order-id": "305-0000000-0000002", column: value})
    assert [order.rows for order in report.orders] == [(2,)]
    (error,) = report.errors
    assert (error.row, error.column) == (3, column)
    assert value not in error.reason
    return error


def _order(column: str, value: str) -> IncomingOrder:
    report = _read({column: value})
    assert report.errors == ()
    return report.orders[0]


@pytest.mark.parametrize(
    "look_alike",
    [
        "３０５-1234567-7654321",
        "305-1234567-765432\u200b1",
        "305\u20111234567-7654321",
        "\u202e305-1234567-7654321",
        "\ufeff305-1234567-7654321",
        "305-1234567-7654321\u2060",
        "305-1234567-765432\u0661",
        "S01-\u0410234567-7654321",
        "305 1234567 7654321",
        "305-1234567-7654321'",
        "s01-1234567-7654321",
        "-305-1234567",
        "A1",
    ],
)
def test_a_look_alike_of_an_order_number_is_no_new_order(look_alike: str) -> None:
    error = _error("order-id", look_alike)
    assert error.reason == "is not an order number as Amazon writes it"


@pytest.mark.parametrize(
    "order_id",
    ["305-1234567-7654321", "S01-1234567-7654321", "A-1", "A" * 40, " 305-1-1\u00a0"],
)
def test_order_numbers_that_amazon_writes_are_read(order_id: str) -> None:
    expected = order_id.strip(" \u00a0")
    assert _order("order-id", order_id).marketplace_order_id == expected


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("order-item-id", "1234\u200b5"),
        ("order-item-id", "１２３４"),
        ("order-item-id", "12 Sample Street"),
        ("order-item-id", "t@marketplace.example"),
        ("asin", "B0TEST\u200d0001"),
        ("asin", "b0test0001"),
        ("asin", "B0-TEST"),
        ("asin", "Ｂ0TEST0001"),
    ],
)
def test_other_numbers_are_ascii_too(column: str, value: str) -> None:
    assert _error(column, value).reason.startswith("is not an ")


@pytest.mark.parametrize("joiner", ["\u200d", "\u200c", "\u00ad"])
def test_a_title_may_join_its_characters(joiner: str) -> None:
    title = f"Mug{joiner}s, pair"
    assert _order("product-name", title).lines[0].title == title
    assert _error("sku", f"A{joiner}B").reason.startswith("holds an invisible")


def test_an_item_number_of_letters_and_dashes_is_read() -> None:
    assert _order("order-item-id", "aB-9").lines[0].item_id == "aB-9"


@pytest.mark.parametrize("column", ["sku", "product-name"])
@pytest.mark.parametrize(
    "invisible", ["\u200b", "\u202e", "\u2066", "\ufeff", "\u061c"]
)
def test_invisible_characters_are_refused(column: str, invisible: str) -> None:
    assert "invisible character" in _error(column, f"Mu{invisible}g").reason


@pytest.mark.parametrize(
    "text", ["Stück – 3 ℓ", "見本のマグ", "मग नमूना", "Mug ☕\ufe0f"]
)
def test_visible_characters_of_any_script_are_read(text: str) -> None:
    line = _read({"sku": text, "product-name": text}).orders[0].lines[0]
    assert (line.sku, line.title) == (text, text)


@pytest.mark.parametrize(
    "country",
    ["Germany", "D-", "DEU", "D1", "12", "ＤＥ", "ДЕ", "D\u200b", "Testa Exampleton"],
)
def test_a_country_is_two_letters(country: str) -> None:
    assert "not a country of two letters" in _error("ship-country", country).reason


@pytest.mark.parametrize(("cell", "country"), [("de", "DE"), ("US", "US"), ("", "")])
def test_a_country_is_read_in_capitals(cell: str, country: str) -> None:
    assert _order("ship-country", cell).ship_country == country


def test_a_row_whose_cells_moved_brings_no_buyer_into_a_plain_column() -> None:
    """One cell too many before the address and one too few after it."""
    start = list(GOOD).index("recipient-name")
    cells = list(GOOD.values())
    moved = [*cells[:start], "Planted Company", *cells[start:-1]]
    text = "\t".join(GOOD) + "\n" + "\t".join(moved) + "\n"
    report = read_order_report(data=text.encode(), now=NOW)
    assert report.orders == ()
    (error,) = report.errors
    assert error.column in ("ship-state", "ship-country")
    assert "may have moved by a column" in error.reason


@pytest.mark.parametrize(
    "state",
    [
        "00000",
        "1234",
        "80331-4412",
        "(555) 010 0199",
        "١٢٣٤٥",
        "t@marketplace.example",
        "+1 555 0100",
        "Testford, 12",
        "B\u200bY",
        "=BY",
        "<b>BY</b>",
    ],
)
def test_what_is_no_state_is_refused(state: str) -> None:
    assert "may have moved by a column" in _error("ship-state", state).reason


def test_a_state_of_more_than_60_characters_is_refused() -> None:
    assert "longer than 60" in _error("ship-state", "B" * 61).reason


@pytest.mark.parametrize(
    "state",
    [
        "BY",
        "75",
        "028",
        "Baden-Württemberg",
        "Provence-Alpes-Côte d'Azur",
        "L’Aquila",
        "St. Gallen (SG)",
        "東京都",
        "महाराष्ट्र",
        "Île-de-France",
        "I\u0302le-de-France",
        "B" * 60,
        "",
    ],
)
def test_states_of_any_script_are_read(state: str) -> None:
    assert _order("ship-state", state).ship_state == state


@pytest.mark.parametrize("column", ["sales-channel", "ship-service-level"])
@pytest.mark.parametrize(
    "value", ["t@marketplace.example", "Amazon\u202e.de", "=cmd|x", "a,b", "<Standard>"]
)
def test_signs_that_no_channel_has_are_refused(column: str, value: str) -> None:
    assert "signs that do not belong there" in _error(column, value).reason


@pytest.mark.parametrize("column", ["sales-channel", "ship-service-level"])
def test_channels_and_levels_have_at_most_60_characters(column: str) -> None:
    assert "longer than 60" in _error(column, "x" * 61).reason
    assert _read({column: "x" * 60}).errors == ()


@pytest.mark.parametrize(
    "value",
    ["Amazon.com.mx", "Non-Amazon US", "Std UK Dom_2", "Next (1/2) & Day+ 'x'", "標準"],
)
def test_channels_and_levels_are_read(value: str) -> None:
    order = _read({"sales-channel": value, "ship-service-level": value}).orders[0]
    assert (order.sales_channel, order.service_level) == (value, value)


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "0000-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        "31.12.9999 23:59:59 UTC",
    ],
)
def test_years_that_cannot_be_are_refused(text: str) -> None:
    for parse in (instant, instant_or_day):
        with pytest.raises(CellRefused, match="outside the years 2000 to 2100"):
            parse(text)
    assert "outside the years" in _error("purchase-date", text).reason


def test_a_deadline_in_a_year_that_cannot_be_is_an_error_of_its_row() -> None:
    report = _read(
        GOOD | {"promise-date": "9999-12-31"}, header=(*GOOD, "promise-date")
    )
    assert [error.column for error in report.errors] == ["promise-date"]


def test_the_first_and_the_last_year_are_read() -> None:
    assert instant("2000-01-01T00:00:00Z") == datetime(2000, 1, 1, tzinfo=UTC)
    assert instant_or_day("2100-12-31") == datetime(2100, 12, 31, tzinfo=UTC)
