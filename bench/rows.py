"""Files of invented orders, each with eight buyer fields."""

from dataclasses import replace
from datetime import datetime, timedelta

from marketplaces.amazon.order_reports import ReportKind, read_order_report
from orders.incoming import IncomingOrder
from sellerportal.demo.reports import MADE_AT, invented_orders, order_report

#: Buyer fields that each order brings.
FIELDS = 8


def report_of_ten_days(rows: int) -> bytes:
    """Write a report whose orders were bought over ten days, as an import gets them."""
    orders = invented_orders(rows, seed=rows, made_at=MADE_AT)
    return order_report(kind=ReportKind.ORDERS, orders=orders)


def report_of_one_hour(rows: int, *, before: datetime) -> bytes:
    """Write a report whose orders were bought within an hour, so have one purge day."""
    orders = [
        replace(order, purchased_at=before - timedelta(seconds=number % 3_600))
        for number, order in enumerate(invented_orders(rows, seed=rows))
    ]
    return order_report(kind=ReportKind.ORDERS, orders=orders, made_at=before)


def read(data: bytes, *, now: datetime) -> tuple[IncomingOrder, ...]:
    """Read a report with the portal's reader, which the peers use too.

    Raises `AssertionError` where an order lost a buyer field on the way.
    """
    orders = read_order_report(data=data, now=now).orders
    assert all(len(order.buyer.values) == FIELDS for order in orders)
    return orders
