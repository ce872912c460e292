"""Whole reports: kinds, orders, clock evidence, and refusals of the file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from marketplaces.amazon.order_reports import (
    MAX_BYTES,
    ParsedReport,
    ReportKind,
    read_order_report,
)
from marketplaces.flatfile.refusals import FileRefused
from orders.enums import FulfilledBy, FulfillmentStatus
from tests.factories.reports import MADE_AT, invented_orders, order_report

NOW = MADE_AT + timedelta(hours=5)
UNSHIPPED = (
    "order-id\torder-item-id\tpurchase-date\tpayments-date\treporting-date\t"
    "promise-date\tsku\tproduct-name\tquantity-purchased\tquantity-shipped\t"
    "quantity-to-ship\trecipient-name\tship-city\n"
)
ALL = (
    "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\t"
    "fulfillment-channel\tsku\tquantity\tcurrency\titem-price\tship-city\n"
)


def _read(text: str, *, now: datetime = NOW) -> ParsedReport:
    return read_order_report(data=text.encode(), now=now)


def _refusal(data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        read_order_report(data=data, now=NOW)
    return refused.value


@pytest.mark.parametrize("kind", list(ReportKind))
def test_each_kind_is_recognised_and_read(kind: ReportKind) -> None:
    report = read_order_report(data=order_report(kind=kind, orders=5, seed=2), now=NOW)
    assert report.kind is kind
    assert (report.encoding, report.errors, report.unknown_columns) == ("utf-8", (), ())
    invented = invented_orders(5, seed=2)
    assert [order.marketplace_order_id for order in report.orders] == [
        order.order_id for order in invented
    ]
    assert report.rows == sum(len(order.lines) for order in invented)
    assert {order.channel for order in report.orders} == {"amazon"}


def test_the_writer_is_deterministic() -> None:
    assert order_report(seed=7, orders=4) == order_report(seed=7, orders=4)
    assert order_report(seed=7, orders=4) != order_report(seed=8, orders=4)


def test_a_header_without_rows_is_a_report_without_orders() -> None:
    report = _read(UNSHIPPED)
    assert (report.orders, report.rows, report.errors) == ((), 0, ())


def test_rows_of_one_order_need_not_be_adjacent() -> None:
    row = "{}\t{}\t2026-11-19T08:00:00Z\t\t\t\tMUG\tMug\t1\t0\t1\tTesta\tTestford\n"
    text = (
        UNSHIPPED + row.format("A-1", 1) + row.format("B-1", 2) + row.format("A-1", 3)
    )
    first, second = _read(text).orders
    assert (first.marketplace_order_id, first.rows) == ("A-1", (2, 4))
    assert [line.item_id for line in first.lines] == ["1", "3"]
    assert (second.marketplace_order_id, second.rows) == ("B-1", (3,))


def test_all_values_of_an_order_report() -> None:
    text = (
        "order-id\torder-item-id\tpurchase-date\tpayments-date\tbuyer-email\tsku\t"
        "product-name\tquantity-purchased\tcurrency\titem-price\titem-tax\t"
        "shipping-price\tshipping-tax\titem-promotion-discount\tship-service-level\t"
        "recipient-name\tship-address-1\tship-state\tship-country\tsales-channel\t"
        "buyer-tax-registration-id\tgift-message-text\tcustomized-url\t"
        "ship-phone-number\tbill-postal-code\tdelivery-Instructions\n"
        "A-1\t77\t2026-11-19T08:00:00-08:00\t\tt@marketplace.example\tMUG|1\t"
        '=Mug, "blue"\t2\tEUR\t1.234,50\t0,00\t4.90\t0\t-3.00\tStandard\t'
        "Testa Exampleton\t12 Sample Street\tBY\tDE\tAmazon.de\tXX000\tHello\t"
        "https://custom.example/1\t+1 555 0100\t00000\tRing twice\n"
    )
    (order,) = _read(text).orders
    assert order.purchased_at == datetime(2026, 11, 19, 16, tzinfo=UTC)
    assert (order.status, order.unshipped_seen_at, order.ship_by) == (None, None, None)
    assert order.fulfilled_by is FulfilledBy.MERCHANT
    assert (order.ship_state, order.ship_country) == ("BY", "DE")
    assert (order.currency, order.service_level) == ("EUR", "Standard")
    assert order.sales_channel == "Amazon.de"
    (line,) = order.lines
    assert (line.item_id, line.sku, line.title) == ("77", "MUG|1", '=Mug, "blue"')
    assert (line.quantity, line.quantity_shipped) == (2, None)
    assert (line.item_price, line.item_tax) == (Decimal("1234.50"), Decimal(0))
    assert (line.shipping_price, line.shipping_tax) == (Decimal("4.90"), Decimal(0))
    assert line.promotion_discount == Decimal("-3.00")
    assert order.buyer.values == {
        "buyer_email": "t@marketplace.example",
        "name": "Testa Exampleton",
        "address_line_1": "12 Sample Street",
        "tax_id": "XX000",
        "gift_message": "Hello",
        "customization_url": "https://custom.example/1",
        "phone": "+1 555 0100",
        "bill_postal_code": "00000",
        "delivery_instructions": "Ring twice",
    }


def _unshipped(
    order_id: str, *, dates: str, left: str = "1", shipped: str = "0"
) -> str:
    return f"{order_id}\t1\t{dates}\tMUG\tMug\t2\t{shipped}\t{left}\tTesta\tTestford\n"


def test_unshipped_is_proved_for_the_newest_instant_in_the_report() -> None:
    early = "2026-11-18T08:00:00Z\t2026-11-18T09:00:00Z\t\t2026-12-24T00:00:00Z"
    late = "2026-11-19T08:00:00Z\t\t2026-11-19T21:00:00Z\t"
    text = UNSHIPPED + _unshipped("A-1", dates=early) + _unshipped("B-1", dates=late)
    made = datetime(2026, 11, 19, 21, tzinfo=UTC)
    assert [order.unshipped_seen_at for order in _read(text).orders] == [made, made]
    assert {o.status for o in _read(text).orders} == {FulfillmentStatus.UNSHIPPED}


def test_the_proof_is_never_later_than_now() -> None:
    dates = "2026-11-19T08:00:00Z\t\t2026-11-19T21:00:00Z\t"
    now = datetime(2026, 11, 19, 20, 55, tzinfo=UTC)
    (order,) = _read(UNSHIPPED + _unshipped("A-1", dates=dates), now=now).orders
    assert order.unshipped_seen_at == now


def test_nothing_left_to_ship_proves_nothing() -> None:
    dates = "2026-11-19T08:00:00Z\t\t\t"
    text = UNSHIPPED + _unshipped("A-1", dates=dates, left="0")
    text += _unshipped("B-1", dates=dates, left="", shipped="2")
    text += _unshipped("C-1", dates=dates, left="", shipped="1")
    orders = _read(text).orders
    assert [order.unshipped_seen_at is None for order in orders] == [True, True, False]
    assert [order.status for order in orders] == [
        None,
        None,
        FulfillmentStatus.UNSHIPPED,
    ]


def test_the_rows_left_out_prove_nothing() -> None:
    good = _unshipped("A-1", dates="2026-11-18T08:00:00Z\t\t\t")
    bad = _unshipped("B-1", dates="2026-11-19T08:00:00Z\t\t\t", left="many")
    report = _read(UNSHIPPED + good + bad)
    assert len(report.errors) == 1
    assert report.orders[0].unshipped_seen_at == datetime(2026, 11, 18, 8, tzinfo=UTC)


def test_a_promise_that_is_a_day_is_the_deadline() -> None:
    text = UNSHIPPED + _unshipped("A-1", dates="2026-11-19T08:00:00Z\t\t\t2026-11-24")
    assert _read(text).orders[0].ship_by == datetime(2026, 11, 24, tzinfo=UTC)


def _all(order_id: str, status: str, channel: str = "Merchant") -> str:
    return (
        f"{order_id}\t2026-11-18T08:00:00+00:00\t2026-11-19T09:00:00+00:00\t{status}\t"
        f"{channel}\tMUG\t1\tEUR\t9.90\tTestford\n"
    )


def test_all_orders_proves_only_what_says_unshipped() -> None:
    words = ["Pending", "Unshipped", "PartiallyShipped", "Shipping", "Shipped"]
    words += ["Shipped - Lost in Transit", "Cancelled", "Unfulfillable"]
    report = _read(ALL + "".join(_all(f"O-{i}", word) for i, word in enumerate(words)))
    made = datetime(2026, 11, 19, 9, tzinfo=UTC)
    assert [order.unshipped_seen_at for order in report.orders] == [
        *(made, made, made, None, None),
        *(None, None, None),
    ]


def test_a_cancelled_order_says_when() -> None:
    (order,) = _read(ALL + _all("A-1", "Canceled")).orders
    assert order.status is FulfillmentStatus.CANCELLED
    assert order.cancelled_at == datetime(2026, 11, 19, 9, tzinfo=UTC)
    assert order.buyer.values == {"city": "Testford"}
    silent = _all("A-1", "Canceled").replace("2026-11-19T09:00:00+00:00", "")
    (order,) = _read(ALL + silent).orders
    assert order.cancelled_at == order.purchased_at
    (order,) = _read(ALL + _all("A-1", "Shipped")).orders
    assert order.cancelled_at is None


def test_an_order_that_amazon_fulfils_brings_no_buyer() -> None:
    text = ALL + _all("A-1", "Unshipped", "Amazon") + _all("B-1", "Unshipped")
    ours, theirs = _read(text).orders[1], _read(text).orders[0]
    assert (theirs.fulfilled_by, theirs.buyer.values) == (FulfilledBy.AMAZON, {})
    assert ours.buyer.values == {"city": "Testford"}


def test_columns_in_any_order_any_case_and_with_an_empty_end() -> None:
    data = order_report(kind=ReportKind.ORDERS, orders=4, seed=3, shuffled=True)
    data = data.replace(b"\r\n", b"\t\r\n")
    assert read_order_report(data=data, now=NOW).errors == ()


def test_unknown_columns_are_named_and_kept_out() -> None:
    text = UNSHIPPED.replace("\n", "\tbuyer-birthday\tShoe Size\n")
    row = _unshipped("A-1", dates="2026-11-19T08:00:00Z\t\t\t")
    report = _read(text + row.replace("\n", "\tplanted-day\tplanted-size\n"))
    assert report.unknown_columns == ("buyer-birthday", "Shoe Size")
    assert "planted" not in repr(report.orders)
    assert set(report.orders[0].buyer.values) == {"name", "city"}


@pytest.mark.parametrize(
    ("charset", "country", "encoding", "city"),
    [
        ("", "JP", "cp932", "見本市"),
        ("windows-31j", "", "cp932", "見本市"),
        ("", "DE", "cp1252", "Müsterstädt"),
        ("Cp1252", "", "cp1252", "Müsterstädt"),
        ("UTF-8", "JP", "utf-8", "見本市"),
    ],
)
def test_files_of_several_character_sets(
    charset: str, country: str, encoding: str, city: str
) -> None:
    (order,) = invented_orders(1)
    order = replace(order, buyer=order.buyer | {"city": city})
    data = order_report(orders=(order,), encoding=encoding)
    report = read_order_report(
        data=data, now=NOW, charset=charset, marketplace_country=country
    )
    assert report.encoding == encoding
    assert report.orders[0].buyer.values["city"] == city


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]
)
def test_utf16_files(mark: bytes, encoding: str) -> None:
    data = order_report(mark=mark, encoding=encoding)
    report = read_order_report(data=data, now=NOW)
    assert (report.encoding, len(report.orders)) == (encoding, 3)


def test_utf16_markup_is_refused() -> None:
    assert "HTML" in str(_refusal(b"\xff\xfe" + "<html>".encode("utf-16-le")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("return-date\torder-id\tlicense-plate-number\n", "not those of an order"),
        ("amazon-order-id\tshipment-id\n", "not those of an order"),
        ("sku\tquantity\n", "no column order-id"),
        ("order-id,order-item-id,sku\n", "commas"),
        ("order-id\torder-item-id\tsku\tpurchase-date\n", "no column quantity"),
        ("order-id\torder-item-id\tsku\tquantity\n", "no column purchase-date"),
        (f"{UNSHIPPED}\nA\t1", "cut off in its last row"),
        (ALL + _all("A-1", "Shipped") + ALL, "second time in row 3"),
        (
            ALL + _all("A-1", "Shipped") + "amazon-order-id" + "\tx" * 9 + "\n",
            "again in row 3",
        ),
        ("order-id\tsku\torder-id\n", "twice"),
    ],
)
def test_files_that_are_refused_whole(text: str, words: str) -> None:
    assert words in str(_refusal(text.encode()))


def test_a_file_without_header_repeats_no_cell() -> None:
    refused = _refusal(_unshipped("planted-id", dates="planted").encode())
    assert "no column order-id" in str(refused)
    assert "planted" not in str(refused)


def test_a_file_over_the_limit_is_refused() -> None:
    assert "larger than 50 MB" in str(_refusal(b"x" * (MAX_BYTES + 1)))
