"""What the writer wrote is what the reader reads, whatever the file looks like."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplaces.amazon.order_reports import ReportKind, read_order_report
from marketplaces.flatfile.refusals import FileRefused
from orders.incoming import IncomingOrder
from tests.factories.reports import (
    CARRIED,
    MADE_AT,
    InventedOrder,
    invented_orders,
    order_report,
)

NOW = MADE_AT + timedelta(hours=1)
LATIN = "abcXYZ äöüßéñÅ,|=\"';.-0"
KANA = "テスト見本太郎ｱｲ髙①Aa 0-"
#: Mark, encoding, charset said, country, and letters that the set has.
FILES = (
    (b"", "utf-8", "", "", LATIN + KANA),
    (b"\xef\xbb\xbf", "utf-8", "", "JP", LATIN + KANA),
    (b"\xff\xfe", "utf-16-le", "", "", LATIN + KANA),
    (b"\xfe\xff", "utf-16-be", "", "", LATIN + KANA),
    (b"", "cp1252", "windows-1252", "", LATIN),
    (b"", "cp1252", "", "DE", LATIN),
    (b"", "cp932", "Shift_JIS", "", "テスト見本太郎髙①0-"),
    (b"", "cp932", "", "JP", "テスト見本太郎髙①0-"),
)
FIELDS = ("name", "address_line_1", "address_line_2", "city", "delivery_instructions")


def _text(order: IncomingOrder) -> tuple[object, ...]:
    lines = sorted(
        (line.sku, line.title, line.quantity, line.item_id) for line in order.lines
    )
    return (order.purchased_at, order.buyer.values, lines)


def _expected(order: InventedOrder, kind: ReportKind) -> tuple[object, ...]:
    buyer = {name: text for name, text in order.buyer.items() if name in CARRIED[kind]}
    has_item = kind is not ReportKind.ALL_ORDERS
    lines = sorted(
        (line.sku, line.title, line.quantity, line.item_id if has_item else "")
        for line in order.lines
    )
    return (order.purchased_at, {k: v for k, v in buyer.items() if v}, lines)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_round_trip(data: st.DataObject) -> None:
    mark, encoding, charset, country, letters = data.draw(st.sampled_from(FILES))
    kind = data.draw(st.sampled_from(list(ReportKind)))
    seed = data.draw(st.integers(0, 10**6))
    texts = st.text(letters, max_size=30).map(str.strip)
    orders = [
        replace(
            order,
            buyer=order.buyer | {name: data.draw(texts, label=name) for name in FIELDS},
        )
        for order in invented_orders(data.draw(st.integers(0, 4)), seed=seed)
    ]
    written = order_report(
        kind=kind,
        orders=orders,
        seed=seed,
        encoding=encoding,
        mark=mark,
        line_end=data.draw(st.sampled_from(("\n", "\r\n", "\r"))),
        shuffled=data.draw(st.booleans()),
    )
    report = read_order_report(
        data=written, now=NOW, charset=charset, marketplace_country=country
    )
    assert (report.kind, report.errors, report.unknown_columns) == (kind, (), ())
    assert {order.marketplace_order_id: _text(order) for order in report.orders} == {
        order.order_id: _expected(order, kind) for order in orders
    }


@settings(max_examples=150, deadline=None)
@given(
    cut=st.integers(0, 10**6),
    kind=st.sampled_from(list(ReportKind)),
)
def test_a_file_cut_anywhere_never_invents_an_order(cut: int, kind: ReportKind) -> None:
    """Cut off, it is refused, or each order in it has lines that were written."""
    orders = invented_orders(3, seed=5)
    whole = order_report(kind=kind, orders=orders)
    part = whole[: cut % len(whole)]
    try:
        report = read_order_report(data=part, now=NOW)
    except FileRefused:
        return
    written = {order.order_id: order.purchased_at for order in orders}
    for order in report.orders:
        assert written[order.marketplace_order_id] == order.purchased_at


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(FileRefused):
        read_order_report(data=data, now=NOW)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(min_size=1, max_size=20), at=st.integers(0, 10**6))
def test_a_report_with_bytes_thrown_in_is_read_or_refused(data: bytes, at: int) -> None:
    whole = order_report()
    place = at % len(whole)
    with suppress(FileRefused):
        read_order_report(data=whole[:place] + data + whole[place:], now=NOW)
