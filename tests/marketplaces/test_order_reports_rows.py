"""Row errors: one bad row is left out and named, the others are read."""

from datetime import timedelta

import pytest

from marketplaces.amazon.order_reports import ParsedReport, read_order_report
from tests.factories.reports import MADE_AT

NOW = MADE_AT + timedelta(hours=5)
GOOD = {
    "amazon-order-id": "A-1",
    "order-item-id": "1",
    "purchase-date": "2026-11-18T08:00:00Z",
    "last-updated-date": "2026-11-19T08:00:00Z",
    "payments-date": "",
    "promise-date": "",
    "order-status": "Unshipped",
    "fulfillment-channel": "Merchant",
    "sku": "MUG",
    "asin": "B0TEST0001",
    "product-name": "Mug",
    "quantity": "1",
    "quantity-shipped": "0",
    "currency": "EUR",
    "item-price": "9.90",
    "shipping-price": "",
    "ship-state": "BY",
    "ship-country": "DE",
    "sales-channel": "Amazon.de",
    "ship-service-level": "Standard",
    "recipient-name": "Testa Exampleton",
    "ship-city": "Testford",
    "gift-message-text": "",
    "customized-url": "",
}


def _report(*rows: dict[str, str]) -> ParsedReport:
    lines = ["\t".join(GOOD)]
    lines += ["\t".join((GOOD | row).values()) for row in rows]
    return read_order_report(data=("\n".join(lines) + "\n").encode(), now=NOW)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("amazon-order-id", "", "is empty"),
        ("amazon-order-id", "A\x07PLANTED", "control character"),
        ("amazon-order-id", "PLANTED" * 6, "longer than 40"),
        ("order-item-id", "PLANTED" * 6, "longer than 40"),
        ("purchase-date", "", "is empty"),
        ("purchase-date", "PLANTED", "not a date"),
        ("purchase-date", "2026-11-18T08:00:00", "no time zone"),
        ("purchase-date", "2026-11-18", "without a time"),
        ("purchase-date", "2026-11-20T17:11:00Z", "in the future"),
        ("last-updated-date", "2027-01-01T00:00:00Z", "in the future"),
        ("payments-date", "2026-11-20T17:11:00Z", "in the future"),
        ("payments-date", "PLANTED", "not a date"),
        ("promise-date", "PLANTED", "not a date"),
        ("order-status", "", "is empty"),
        ("order-status", "PLANTED", "not known here"),
        ("fulfillment-channel", "", "is empty"),
        ("fulfillment-channel", "PLANTED", "does not say whether"),
        ("sku", "", "is empty"),
        ("sku", "PLANTED" * 12, "longer than 80"),
        ("sku", "PLANTED\u0085", "control character"),
        ("product-name", "PLANTED" * 80, "longer than 500"),
        ("quantity", "", "is empty"),
        ("quantity", "-1", "not a whole number"),
        ("quantity", "1.5", "not a whole number"),
        ("quantity", "1000001", "larger than"),
        ("quantity-shipped", "PLANTED", "not a whole number"),
        ("currency", "eur", "three capital letters"),
        ("item-price", "PLANTED", "not an amount"),
        ("item-price", "12345678901", "more than ten digits"),
        ("item-price", "1.23456", "more than three decimals"),
        ("shipping-price", "1,234", "thousands"),
        ("ship-state", "P" * 61, "longer than 60"),
        ("sales-channel", "PLANTED\x1b[0m", "control character"),
        ("recipient-name", "PLANTED" * 80, "longer than 500"),
        ("recipient-name", "PLANTED\x08", "control character"),
        ("recipient-name", "PLANTED\ufffd", "already damaged"),
        ("recipient-name", "MÃ¼ller PLANTED", "already damaged"),
        ("ship-city", "PLANTED\u2028", "control character"),
        ("item-price", "9\ufffd90", "already damaged"),
    ],
)
def test_a_bad_cell_leaves_its_row_out(column: str, value: str, words: str) -> None:
    bad = {"amazon-order-id": "A-2", column: value}
    report = _report({}, bad, {"amazon-order-id": "A-3"})
    assert [order.marketplace_order_id for order in report.orders] == ["A-1", "A-3"]
    (error,) = report.errors
    assert (error.row, error.column) == (3, column)
    assert words in error.reason
    assert "PLANTED" not in str(error)
    assert report.rows == 3


def test_ten_minutes_of_another_clock_are_allowed() -> None:
    report = _report({"purchase-date": "2026-11-20T17:09:00Z"})
    assert (len(report.orders), report.errors) == (1, ())


def test_letters_that_only_look_damaged_are_read() -> None:
    report = _report({"recipient-name": "SÃO PAULO ÃO Â Testa"})
    assert report.orders[0].buyer.values["name"] == "SÃO PAULO ÃO Â Testa"


def test_damage_in_a_column_that_is_not_read_is_no_error() -> None:
    text = "\t".join((*GOOD, "url")) + "\n" + "\t".join((*GOOD.values(), "\ufffd"))
    assert read_order_report(data=text.encode(), now=NOW).errors == ()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("purchase-date", "2026-11-18T08:00:01Z"),
        ("currency", "USD"),
        ("order-status", "Shipped"),
        ("fulfillment-channel", "Amazon"),
        ("recipient-name", "Proba Placeholder"),
        ("ship-city", "Mockborough"),
    ],
)
def test_rows_of_one_order_that_contradict(column: str, value: str) -> None:
    report = _report({}, {"order-item-id": "2", column: value})
    (error,) = report.errors
    assert (error.row, error.column) == (3, column)
    assert error.reason == "differs from row 2, which is of the same order"
    assert len(report.orders[0].lines) == 1


def test_a_silent_row_does_not_contradict() -> None:
    silent = {"currency": "", "item-price": "", "recipient-name": ""}
    report = _report(silent, {"order-item-id": "2"})
    assert report.errors == ()
    assert report.orders[0].currency == "EUR"
    assert report.orders[0].buyer.values["name"] == "Testa Exampleton"


def test_gift_messages_of_several_items_are_all_kept() -> None:
    report = _report(
        {"gift-message-text": "For Testa"},
        {"order-item-id": "2", "gift-message-text": "For Proba"},
        {"order-item-id": "3", "gift-message-text": "For Testa"},
    )
    assert report.orders[0].buyer.values["gift_message"] == "For Testa\nFor Proba"


def test_gift_messages_too_long_together_are_an_error() -> None:
    report = _report(
        {"gift-message-text": "x" * 400},
        {"order-item-id": "2", "gift-message-text": "y" * 400},
    )
    assert report.errors[0].column == "gift-message-text"


def test_an_item_that_stands_twice_is_counted_once() -> None:
    report = _report({}, {}, {"order-item-id": "2"})
    assert [error.row for error in report.errors] == [3]
    assert "counted once" in report.errors[0].reason
    assert [line.item_id for line in report.orders[0].lines] == ["1", "2"]


def test_the_same_sku_twice_without_item_ids_is_two_lines() -> None:
    report = _report({"order-item-id": ""}, {"order-item-id": ""})
    assert (len(report.orders[0].lines), report.errors) == (2, ())


def test_a_row_that_only_continues_an_item_is_no_error() -> None:
    blank = dict.fromkeys(GOOD, "") | {"amazon-order-id": "A-1", "order-item-id": "1"}
    report = _report({}, blank)
    assert (report.errors, report.rows) == ((), 2)
    assert len(report.orders[0].lines) == 1


def test_a_row_that_continues_nothing_is_an_error() -> None:
    blank = dict.fromkeys(GOOD, "") | {"amazon-order-id": "A-9", "order-item-id": "1"}
    assert len(_report({}, blank).errors) == 1


def test_the_earliest_promise_of_an_order_counts() -> None:
    report = _report(
        {"promise-date": "2026-11-25"},
        {"order-item-id": "2", "promise-date": "2026-11-23"},
        {"order-item-id": "3", "promise-date": "2026-11-24"},
    )
    assert report.orders[0].ship_by is not None
    assert report.orders[0].ship_by.day == 23


def test_the_buyer_of_an_order_that_amazon_fulfils_is_not_even_looked_at() -> None:
    report = _report(
        {"fulfillment-channel": "AFN", "recipient-name": "x" * 600 + "\x08"}
    )
    assert (report.errors, report.orders[0].buyer.values) == ((), {})


@pytest.mark.parametrize("column", list(GOOD))
@pytest.mark.parametrize("bad", ["\x07", "\ufffd", "x" * 600])
def test_no_error_repeats_a_cell(column: str, bad: str) -> None:
    """Every cell of the bad row carries a marker of its own."""
    planted = {
        name: f"{value}PLANTED{number}"
        for number, (name, value) in enumerate(GOOD.items())
    }
    report = _report(planted, GOOD | {column: f"PLANTED{bad}"})
    assert "PLANTED" not in "".join(map(str, report.errors))
    assert "PLANTED" not in repr(report.errors)


def test_no_buyer_value_is_printed_by_what_was_read() -> None:
    report = _report({"recipient-name": "PLANTED", "ship-city": "PLANTED"})
    assert report.orders[0].buyer.values["name"] == "PLANTED"
    assert "PLANTED" not in repr(report)
