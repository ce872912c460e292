"""Invented order reports for tests: the writer that the demo uses too."""

from sellerportal.demo.reports import (
    CARRIED,
    COLUMNS,
    MADE_AT,
    InventedLine,
    InventedOrder,
    invented_orders,
    order_report,
)

__all__ = [
    "CARRIED",
    "COLUMNS",
    "MADE_AT",
    "InventedLine",
    "InventedOrder",
    "invented_orders",
    "order_report",
]
