"""Which order report a table is, and where its fields stand."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from marketplaces.amazon.columns import BUYER_COLUMNS, PLAIN_COLUMNS, ColumnUse, use_of
from marketplaces.flatfile.refusals import FileRefused
from marketplaces.flatfile.table import Table


class ReportKind(StrEnum):
    """The order reports that are read, told apart by their columns.

    UNSHIPPED is ``GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING``, ORDERS is
    ``GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING`` (with or without the tax and
    invoicing columns), ALL_ORDERS is ``GET_FLAT_FILE_ALL_ORDERS_DATA_BY_...``.
    """

    UNSHIPPED = "unshipped"
    ORDERS = "orders"
    ALL_ORDERS = "all-orders"


_NEEDED: Final = {
    ReportKind.UNSHIPPED: ("sku", "purchased", "quantity"),
    ReportKind.ORDERS: ("sku", "purchased", "quantity"),
    ReportKind.ALL_ORDERS: ("sku", "purchased", "quantity", "fulfilled_by"),
}
_UNSHIPPED_MARKS: Final = frozenset(
    ("quantity-to-ship", "days-past-promise", "reporting-date")
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of one report stand.

    ``plain`` gives the column index of a field, ``buyer`` field and index of
    every personal column that is read, ``unknown`` the shown names kept out.
    """

    kind: ReportKind
    shown: tuple[str, ...]
    plain: dict[str, int]
    buyer: tuple[tuple[str, int], ...]
    unknown: tuple[str, ...]


def layout_of(table: Table) -> Layout:
    """Recognise the report by its columns. Raises `FileRefused` if it is none."""
    kind = _kind(table)
    _refuse_two_of_one_field(table)
    plain: dict[str, int] = {}
    buyer: list[tuple[str, int]] = []
    unknown: list[str] = []
    for index, name in enumerate(table.names):
        use = use_of(name)
        if use is ColumnUse.PLAIN:
            plain[PLAIN_COLUMNS[name]] = index
        elif use is ColumnUse.BUYER:
            buyer.append((BUYER_COLUMNS[name], index))
        elif use is ColumnUse.UNKNOWN:
            unknown.append(table.shown[index])
    for needed in _NEEDED[kind]:
        if needed not in plain:
            column = next(n for n, to in PLAIN_COLUMNS.items() if to == needed)
            raise FileRefused(
                f"The report has no column {column}, which every order needs:"
                " download the report again with all its columns.",
                row=table.header_row,
                column=column,
            )
    return Layout(kind, table.shown, plain, tuple(buyer), tuple(unknown))


def _refuse_two_of_one_field(table: Table) -> None:
    """Refuse two columns of one meaning: which one counts would be a guess."""
    seen: dict[str, int] = {}
    for index, name in enumerate(table.names):
        target = PLAIN_COLUMNS.get(name) or BUYER_COLUMNS.get(name)
        if target is None:
            continue
        first = seen.setdefault(target, index)
        if first != index:
            shown = table.shown
            raise FileRefused(
                f"The header has the columns {shown[first]} and {shown[index]}"
                f" (columns {first + 1} and {index + 1}), which mean the same, so it"
                " is not certain which one counts: download the report again and"
                " import it as it is, or take the wrong one of the two out.",
                row=table.header_row,
                column=shown[index],
            )


def _kind(table: Table) -> ReportKind:
    names = frozenset(table.names)
    if {"amazon-order-id", "order-status"} <= names:
        return ReportKind.ALL_ORDERS
    if "order-id" in names and names & _UNSHIPPED_MARKS:
        return ReportKind.UNSHIPPED
    if {"order-id", "order-item-id"} <= names:
        return ReportKind.ORDERS
    if names & {"order-id", "amazon-order-id"}:
        raise FileRefused(
            "The columns are not those of an order report that is read here: download"
            " the unshipped orders, the order report or the all orders report.",
            row=table.header_row,
        )
    raise FileRefused(
        "The first line has no column order-id, so this is not an order report (or"
        " its header is missing): download the report again and import that.",
        row=table.header_row,
    )
