"""The rows of a report gathered into orders, wherever in the file they stand."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from marketplaces.amazon.report_layout import Layout, ReportKind
from marketplaces.amazon.report_rows import MAX_BUYER_TEXT, ReadRow, RowRefused
from marketplaces.flatfile.faults import RowFault
from marketplaces.flatfile.refusals import FileRefused, RowError
from orders.incoming import IncomingBuyer, IncomingLine, IncomingOrder

# What all rows of an order must say alike: attribute of a row, field of its column.
_ALIKE: Final = (
    ("purchased_at", "purchased"),
    ("currency", "currency"),
    ("status", "status"),
    ("fulfilled_by", "fulfilled_by"),
)
# What a later row may add where the first was silent.
_ADDED: Final = (
    "currency",
    "sales_channel",
    "service_level",
    "ship_country",
    "ship_state",
    "cancelled_at",
)
#: More rows than this that cannot be read refuse the file.
MAX_ERRORS: Final = 10_000
# Buyer's texts that belong to an item: the rows of one order may differ in them.
_PER_ITEM: Final = frozenset(("gift_message", "customization_url"))


@dataclass(slots=True, repr=False)
class _Open:
    """An order whose further rows may still come. ``items`` from the second row on."""

    first: ReadRow
    lines: list[IncomingLine]
    rows: list[int]
    items: set[str] | None = None


@dataclass(slots=True, repr=False)
class Gathering:
    """The orders read so far, by id, in the order of their first rows."""

    layout: Layout
    errors: list[RowError] = field(default_factory=list)
    _newest: datetime | None = None
    _open: dict[str, _Open] = field(default_factory=dict)

    def leave_out(self, error: RowError) -> None:
        """Note a row that is left out. Raises `FileRefused` where they are too many."""
        if len(self.errors) == MAX_ERRORS:
            raise FileRefused(
                f"More than {MAX_ERRORS:,} rows cannot be read, perhaps almost every"
                f" row is unreadable (reading stopped at row {error.row}): export the"
                " report again and import it as it was downloaded.",
                row=error.row,
            )
        self.errors.append(error)

    def holds(self, order_id: str, item_id: str) -> bool:
        """Say whether that item of that order was read already."""
        order = self._open.get(order_id)
        return bool(item_id) and order is not None and item_id in _items(order)

    def add(self, row: ReadRow) -> None:
        """Add a row to its order. Raises `RowRefused` if it contradicts the others."""
        order = self._open.get(row.order_id)
        if order is None:
            self._open[row.order_id] = _Open(row, [row.line], [row.number])
        else:
            self._join(order, row)
        if self._newest is None or row.newest > self._newest:
            self._newest = row.newest

    def _join(self, order: _Open, row: ReadRow) -> None:
        first = order.first
        for attribute, name in _ALIKE:
            said, says = getattr(first, attribute), getattr(row, attribute)
            if "" not in (said, says) and said != says:
                raise self._contradiction(name, order)
        if row.line.item_id and row.line.item_id in _items(order):
            raise RowRefused(
                self._column("item_id"),
                "names an item that stands already in an earlier row of this order;"
                " it is counted once",
                RowFault.ITEM_TWICE,
            )
        first.buyer = self._joined_buyer(order, row)
        for attribute in _ADDED:
            if not getattr(first, attribute):
                setattr(first, attribute, getattr(row, attribute))
        first.waits = first.waits or row.waits
        if row.ship_by and (first.ship_by is None or row.ship_by < first.ship_by):
            first.ship_by = row.ship_by
        order.lines.append(row.line)
        order.rows.append(row.number)
        _items(order).add(row.line.item_id)

    def _joined_buyer(self, order: _Open, row: ReadRow) -> dict[str, str]:
        """Give the buyer of both, unless they are two. Raises `RowRefused`."""
        joined = dict(order.first.buyer)
        for name, text in row.buyer.items():
            said = joined.setdefault(name, text)
            if name not in _PER_ITEM:
                if said != text:
                    raise self._contradiction(name, order)
                continue
            if text not in said.split("\n"):
                joined[name] = f"{said}\n{text}"
            if len(joined[name]) > MAX_BUYER_TEXT:
                raise RowRefused(
                    self._column(name),
                    f"is longer than {MAX_BUYER_TEXT} characters together with the"
                    " other rows of this order",
                    RowFault.TEXT_TOO_LONG,
                )
        return joined

    def _contradiction(self, name: str, order: _Open) -> RowRefused:
        return RowRefused(
            self._column(name),
            f"differs from row {order.rows[0]}, which is of the same order",
            RowFault.ROWS_DIFFER,
        )

    def _column(self, name: str) -> str:
        """Give the name, as the header writes it, of the column of a field."""
        index = (self.layout.plain | dict(self.layout.buyer)).get(name, -1)
        return self.layout.shown[index] if index >= 0 else ""

    def finished(self, *, now: datetime, channel: str) -> tuple[IncomingOrder, ...]:
        """Give the orders and forget the rows; call it once, after the last row."""
        seen = min(self._newest, now) if self._newest else None
        ids = list(self._open)
        return tuple(
            self._order(self._open.pop(order_id), seen, channel) for order_id in ids
        )

    def _order(
        self, order: _Open, seen: datetime | None, channel: str
    ) -> IncomingOrder:
        first = order.first
        shipped_by_now = self.layout.kind is ReportKind.UNSHIPPED and not first.waits
        return IncomingOrder(
            channel=channel,
            marketplace_order_id=first.order_id,
            purchased_at=first.purchased_at,
            lines=tuple(order.lines),
            buyer=IncomingBuyer(values=first.buyer),
            fulfilled_by=first.fulfilled_by,
            # An unshipped report with nothing left to ship contradicts itself.
            status=None if shipped_by_now else first.status,
            sales_channel=first.sales_channel,
            service_level=first.service_level,
            currency=first.currency,
            ship_country=first.ship_country,
            ship_state=first.ship_state,
            ship_by=first.ship_by,
            unshipped_seen_at=seen if first.waits else None,
            cancelled_at=first.cancelled_at,
            rows=tuple(order.rows),
        )


def _items(order: _Open) -> set[str]:
    if order.items is None:
        order.items = {line.item_id for line in order.lines}
    return order.items
