"""Cells: instants, money, whole numbers and Amazon's words."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from marketplaces.amazon.cells import (
    ZONE_MINUTES,
    CellRefused,
    count,
    currency,
    instant,
    instant_or_day,
    money,
)
from marketplaces.amazon.states import fulfilled_by, order_status
from orders.enums import FulfilledBy, FulfillmentStatus


def _utc(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T08:41:00+00:00", _utc(20, 8, 41)),
        ("2026-11-20T08:41:00Z", _utc(20, 8, 41)),
        ("2026-11-20T08:41:00+09:00", _utc(19, 23, 41)),
        ("2026-11-20T08:41:00-0800", _utc(20, 16, 41)),
        ("2026-11-20T08:41:07.250Z", _utc(20, 8, 41, 7).replace(microsecond=250_000)),
        ("2026-11-20T08:41Z", _utc(20, 8, 41)),
        ("2026-11-20 08:41:00 PST", _utc(20, 16, 41)),
        ("2026-11-20 08:41:00 pdt", _utc(20, 15, 41)),
        ("2026/11/20 08:41:00 JST", _utc(19, 23, 41)),
        ("20/11/2026 08:41:00 UTC", _utc(20, 8, 41)),
        ("20.11.2026 08:41:00 MEZ", _utc(20, 7, 41)),
        ("03/11/2026 08:41:00 GMT", _utc(3, 8, 41)),
        ("2026-11-20 08:41:00 AEDT", _utc(19, 21, 41)),
    ],
)
def test_instants(text: str, expected: datetime) -> None:
    assert instant(text) == expected
    assert instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        *(("PST", -8), ("PDT", -7), ("MST", -7), ("MDT", -6), ("CST", -6)),
        *(("CDT", -5), ("EST", -5), ("EDT", -4), ("UTC", 0), ("GMT", 0), ("BST", 1)),
        *(("CET", 1), ("CEST", 2), ("JST", 9), ("AEST", 10), ("AEDT", 11)),
    ],
)
def test_zone_names(name: str, hours: int) -> None:
    assert ZONE_MINUTES[name] == hours * 60


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-11-20T08:41:00", "no time zone"),
        ("2026-11-20 08:41:00", "no time zone"),
        ("2026-11-20", "a day without a time"),
        ("2026-11-20 08:41:00 IST", "unknown or ambiguous"),
        ("2026-11-20 08:41:00 XYZ", "unknown or ambiguous"),
        ("03/11/2026 08:41:00 PST", "two orders"),
        ("2026-02-30T08:41:00Z", "does not exist"),
        ("11/20/2026 08:41:00 UTC", "does not exist"),
        ("2026-11-20T25:00:00Z", "does not exist"),
        ("2026-11-20T08:41:00+15:00", "time zone that does not exist"),
        ("0001-01-01T00:00:00+14:00", "outside the years 2000 to 2100"),
        ("20.11.26 08:41 UTC", "not a date"),
        ("yesterday", "not a date"),
        ("46346.5", "not a date"),
        ("２０２６-11-20T08:41:00Z", "not a date"),
    ],
)
def test_instants_that_are_not_certain(text: str, words: str) -> None:
    with pytest.raises(CellRefused, match=words):
        instant(text)


def test_a_deadline_may_be_a_day_and_is_read_early() -> None:
    assert instant_or_day("2026-11-20") == _utc(20, 0, 0)
    assert instant_or_day("20/11/2026") == _utc(20, 0, 0)
    assert instant_or_day("2026-11-20T08:41:00-08:00") == _utc(20, 16, 41)
    with pytest.raises(CellRefused, match="no time zone"):
        instant_or_day("2026-11-20 08:41:00")


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("1,234.56", "EUR", "1234.56"),
        ("1.234,56", "EUR", "1234.56"),
        ("1 234,56", "EUR", "1234.56"),
        ("1\u202f234,56", "EUR", "1234.56"),
        ("12,34,567.50", "INR", "1234567.50"),
        ("1.234.567", "EUR", "1234567"),
        ("19,99", "EUR", "19.99"),
        ("19.99", "", "19.99"),
        ("-3.00", "EUR", "-3.00"),
        ("0", "EUR", "0"),
        ("0.125", "EUR", "0.125"),
        ("1234.567", "EUR", "1234.567"),
        ("19.9900", "EUR", "19.99"),
        ("1500", "JPY", "1500"),
        ("1,500", "JPY", "1500"),
        ("1500.00", "JPY", "1500"),
        ("1.234", "KWD", "1.234"),
        ("9999999999.99", "EUR", "9999999999.99"),
    ],
)
def test_money(text: str, code: str, expected: str) -> None:
    assert money(text, currency=code) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("free", "EUR", "not an amount"),
        ("€ 5", "EUR", "not an amount"),
        ("1.2.3", "EUR", "not an amount"),
        ("1,23.4,5", "EUR", "not an amount"),
        ("--3", "EUR", "not an amount"),
        ("1e5", "EUR", "not an amount"),
        ("NaN", "EUR", "not an amount"),
        ("Infinity", "EUR", "not an amount"),
        ("٣", "EUR", "not an amount"),
        ("1" * 25, "EUR", "not an amount"),
        ("12345678901", "EUR", "more than ten digits"),
        ("1.23456", "EUR", "more than three decimals"),
        ("1.234", "EUR", "can be read as thousands"),
        ("1,234", "", "can be read as thousands"),
        ("15.50", "JPY", "has decimals"),
    ],
)
def test_money_that_is_not_certain(text: str, code: str, words: str) -> None:
    with pytest.raises(CellRefused, match=words):
        money(text, currency=code)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("7", 7), ("1000000", 10**6)])
def test_whole_numbers(text: str, value: int) -> None:
    assert count(text) == value


@pytest.mark.parametrize("text", ["-1", "1.0", "1,000", "two", "1000001", "9" * 8, "²"])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(CellRefused):
        count(text)


def test_currency() -> None:
    assert currency("EUR") == "EUR"
    for text in ("eur", "EURO", "€", "E1R"):
        with pytest.raises(CellRefused):
            currency(text)


@pytest.mark.parametrize(
    ("text", "status", "waits"),
    [
        ("Pending", FulfillmentStatus.PENDING, True),
        ("Pending - Waiting for Pick Up", FulfillmentStatus.UNSHIPPED, True),
        ("PendingAvailability", FulfillmentStatus.PENDING_AVAILABILITY, True),
        ("Unshipped", FulfillmentStatus.UNSHIPPED, True),
        ("PartiallyShipped", FulfillmentStatus.PARTIALLY_SHIPPED, True),
        ("Partially Shipped", FulfillmentStatus.PARTIALLY_SHIPPED, True),
        ("Shipping", FulfillmentStatus.UNSHIPPED, False),
        ("Shipped", FulfillmentStatus.SHIPPED, False),
        ("Shipped - Delivered to Buyer", FulfillmentStatus.SHIPPED, False),
        ("Shipped - Returned to Seller", FulfillmentStatus.SHIPPED, False),
        ("Shipped - Out for Delivery", FulfillmentStatus.SHIPPED, False),
        ("Shipped - Lost in Transit", FulfillmentStatus.SHIPPED, False),
        ("Cancelled", FulfillmentStatus.CANCELLED, False),
        ("Canceled", FulfillmentStatus.CANCELLED, False),
        ("Unfulfillable", FulfillmentStatus.UNFULFILLABLE, False),
    ],
)
def test_order_status(text: str, status: FulfillmentStatus, waits: bool) -> None:
    assert order_status(text) == (status, waits)


@pytest.mark.parametrize("text", ["Teleported", "Complete", "Shippedx"])
def test_an_unknown_status_is_refused(text: str) -> None:
    with pytest.raises(CellRefused, match="not known here"):
        order_status(text)


@pytest.mark.parametrize(
    ("text", "shipper"),
    [
        *(("Amazon", FulfilledBy.AMAZON), ("AFN", FulfilledBy.AMAZON)),
        *(("Merchant", FulfilledBy.MERCHANT), ("mfn", FulfilledBy.MERCHANT)),
        ("Standard", FulfilledBy.MERCHANT),
    ],
)
def test_who_ships(text: str, shipper: FulfilledBy) -> None:
    assert fulfilled_by(text) is shipper


def test_who_ships_is_never_guessed() -> None:
    with pytest.raises(CellRefused):
        fulfilled_by("Carrier pigeon")
