"""One row of an order report to its values, by the columns the header named."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, TypeVar

from marketplaces.amazon import cells, states
from marketplaces.amazon.columns import PLAIN_COLUMNS
from marketplaces.amazon.report_layout import Layout, ReportKind
from marketplaces.amazon.texts import (
    DAMAGED_REASON,
    is_damaged,
    plain_text,
    refuse_damage,
)
from marketplaces.flatfile.faults import RowFault
from marketplaces.flatfile.refusals import FileRefused
from marketplaces.flatfile.table import BLANKS, plain_name
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.incoming import IncomingLine


class RowRefused(ValueError):
    """A row cannot be read: the column as shown, and the reason without a value."""

    def __init__(self, column: str, reason: str, code: RowFault) -> None:
        """Name the column, the reason and its code; the row is added later."""
        super().__init__(reason)
        self.column = column
        self.reason = reason
        self.code = code


#: How far a marketplace's clock may be ahead of ours.
CLOCK_TOLERANCE: Final = timedelta(minutes=10)
MAX_BUYER_TEXT: Final = 500
_EMPTY: Final = "is empty, and every order needs it"
#: The form of every order number that Amazon gives: 114-3928471-5520913.
_ORDER_NUMBER: Final = re.compile(r"[A-Z0-9]{3}-\d{7}-\d{7}", re.ASCII)
_T = TypeVar("_T")


@dataclass(slots=True, repr=False)
class ReadRow:
    """The values of one row. ``waits``: it says that something is not yet shipped.

    ``newest`` is the latest instant in the row that is no promise.
    """

    number: int
    order_id: str
    purchased_at: datetime
    newest: datetime
    line: IncomingLine
    fulfilled_by: FulfilledBy
    status: FulfillmentStatus | None
    waits: bool
    currency: str
    sales_channel: str
    service_level: str
    ship_country: str
    ship_state: str
    ship_by: datetime | None
    cancelled_at: datetime | None
    buyer: dict[str, str] = field(default_factory=dict)


class RowReader:
    """Reads the rows of one report; ``now`` is the aware instant of the import."""

    __slots__ = ("_cells", "_latest", "layout")

    def __init__(self, *, layout: Layout, now: datetime) -> None:
        """Read rows of a layout; instants after ``now`` are refused."""
        self.layout = layout
        self._latest = now + CLOCK_TOLERANCE
        self._cells: list[str] = []

    def continued(self, row: list[str]) -> tuple[str, str]:
        """Give order and item of a row that may only continue another.

        Amazon spreads an item with several promotions over rows that leave most
        columns blank (field list "Order report"): they have no sku and no quantity.
        Empty for every other row.
        """
        self._cells = row
        if self._raw("sku")[0] or self._raw("quantity")[0]:
            return "", ""
        return self._raw("order_id")[0], self._raw("item_id")[0]

    def order_number(self, row: list[str]) -> str:
        """Give the row's order number if it has the very form of one, else ``""``.

        Of a row whose cells have moved, a name must not be taken for a number.
        """
        self._cells = row
        found = self._raw("order_id")[0]
        return found if _ORDER_NUMBER.fullmatch(found) else ""

    def refuse_second_header(self, number: int, row: list[str]) -> None:
        """Refuse the file where a row is a header again. Raises `FileRefused`."""
        self._cells = row
        if PLAIN_COLUMNS.get(plain_name(self._raw("order_id")[0])) == "order_id":
            raise FileRefused(
                f"A header stands again in row {number}, so two reports were joined"
                " into one file: import each report by itself.",
                row=number,
            )

    def read(self, number: int, row: list[str]) -> ReadRow:
        """Read one row. Raises `RowRefused` for the first cell that cannot be read."""
        self._cells = row
        order_id = self._text("order_id", needed=True)
        purchased = self._purchased()
        updated = self._moment("updated")
        others = (self._moment("paid"), self._moment("reported"), updated)
        currency = sys.intern(self._read("currency", cells.currency) or "")
        line = self._line(currency)
        status, waits = self._status(line)
        shipper = self._fulfilled_by()
        gone = status is FulfillmentStatus.CANCELLED
        return ReadRow(
            number=number,
            order_id=order_id,
            purchased_at=purchased,
            newest=max([purchased, *(moment for moment in others if moment)]),
            line=line,
            fulfilled_by=shipper,
            status=status,
            waits=waits,
            currency=currency,
            sales_channel=sys.intern(self._text("sales_channel")),
            service_level=sys.intern(self._text("service_level")),
            ship_country=sys.intern(self._text("ship_country")),
            ship_state=sys.intern(self._text("ship_state")),
            ship_by=self._read("promised", cells.instant_or_day),
            cancelled_at=(updated or purchased) if gone else None,
            # The marketplace's own fulfilment leaves the seller no need of a buyer.
            buyer={} if shipper is FulfilledBy.AMAZON else self._buyer(),
        )

    def _raw(self, name: str) -> tuple[str, int]:
        """Give the text of a field and its column; -1 where the report has none."""
        index = self.layout.plain.get(name, -1)
        return (self._cells[index].strip(BLANKS) if index >= 0 else ""), index

    def _shown(self, index: int) -> str:
        return self.layout.shown[index] if index >= 0 else ""

    def _missing(self, name: str) -> RowRefused:
        return _empty(name, self._shown(self._raw(name)[1]))

    def _text(self, name: str, *, needed: bool = False) -> str:
        text, index = self._raw(name)
        if not text:
            if needed:
                raise _empty(name, self._shown(index))
            return ""
        try:
            return plain_text(name, text)
        except cells.CellRefused as error:
            raise RowRefused(self._shown(index), str(error), error.code) from None

    def _read(self, name: str, parse: Callable[[str], _T]) -> _T | None:
        text, index = self._raw(name)
        if not text:
            return None
        try:
            return parse(text)
        except cells.CellRefused as error:
            reason, code = str(error), error.code
            if is_damaged(text):
                reason, code = DAMAGED_REASON, RowFault.TEXT_DAMAGED
            raise RowRefused(self._shown(index), reason, code) from None

    def _moment(self, name: str) -> datetime | None:
        """Read an instant that has passed; one in the future proves nothing."""
        moment = self._read(name, cells.instant)
        if moment is not None and moment > self._latest:
            raise RowRefused(
                self._shown(self._raw(name)[1]),
                "lies in the future, so it cannot be right; export the report again"
                " and check this computer's clock",
                RowFault.DATE_IN_FUTURE,
            )
        return moment

    def _purchased(self) -> datetime:
        moment = self._moment("purchased")
        if moment is None:
            raise self._missing("purchased")
        return moment

    def _quantity(self) -> int:
        quantity = self._read("quantity", cells.count)
        if quantity is None:
            raise self._missing("quantity")
        return quantity

    def _line(self, currency: str) -> IncomingLine:
        def amount(name: str) -> Decimal | None:
            return self._read(name, lambda text: cells.money(text, currency=currency))

        return IncomingLine(
            item_id=self._text("item_id"),
            sku=sys.intern(self._text("sku", needed=True)),
            title=sys.intern(self._text("title")),
            quantity=self._quantity(),
            asin=sys.intern(self._text("asin")),
            quantity_shipped=self._read("quantity_shipped", cells.count),
            item_price=amount("item_price"),
            item_tax=amount("item_tax"),
            shipping_price=amount("shipping_price"),
            shipping_tax=amount("shipping_tax"),
            promotion_discount=amount("promotion_discount"),
        )

    def _status(self, line: IncomingLine) -> tuple[FulfillmentStatus | None, bool]:
        """Give the order's state as this row tells it, and whether it waits."""
        if self.layout.kind is ReportKind.ORDERS:
            return None, False
        if self.layout.kind is ReportKind.ALL_ORDERS:
            told = self._read("status", states.order_status)
            if told is None:
                raise self._missing("status")
            return told
        left = self._read("quantity_to_ship", cells.count)
        if left is None:
            left = line.quantity - (line.quantity_shipped or 0)
        return FulfillmentStatus.UNSHIPPED, left > 0

    def _fulfilled_by(self) -> FulfilledBy:
        """Give who ships. Two of the reports hold the seller's own orders only."""
        shipper = self._read("fulfilled_by", states.fulfilled_by)
        if shipper is not None:
            return shipper
        if self.layout.kind is ReportKind.ALL_ORDERS:
            raise self._missing("fulfilled_by")
        return FulfilledBy.MERCHANT

    def _buyer(self) -> dict[str, str]:
        values: dict[str, str] = {}
        for name, index in self.layout.buyer:
            text = self._cells[index].strip(BLANKS)
            if not text:
                continue
            try:
                refuse_damage(text, limit=MAX_BUYER_TEXT)
            except cells.CellRefused as error:
                raise RowRefused(self._shown(index), str(error), error.code) from None
            values[name] = text
        return values


def _empty(name: str, shown: str) -> RowRefused:
    missing = name == "order_id"
    code = RowFault.ORDER_ID_MISSING if missing else RowFault.CELL_EMPTY
    return RowRefused(shown, _EMPTY, code)
