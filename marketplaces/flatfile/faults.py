"""Why one row is left out, as stable words that programs and people can look up."""

from enum import StrEnum


class RowFault(StrEnum):
    """The ``error_code`` of a rejected row. A code never changes its meaning."""

    CELL_COUNT = "cell_count"
    CELL_EMPTY = "cell_empty"
    ORDER_ID_MISSING = "order_id_missing"
    DATE_UNREADABLE = "date_unreadable"
    DATE_WITHOUT_ZONE = "date_without_zone"
    DATE_AMBIGUOUS = "date_ambiguous"
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_IN_FUTURE = "date_in_future"
    NOT_A_NUMBER = "not_a_number"
    NUMBER_TOO_LARGE = "number_too_large"
    CURRENCY_UNKNOWN = "currency_unknown"
    AMOUNT_UNREADABLE = "amount_unreadable"
    AMOUNT_AMBIGUOUS = "amount_ambiguous"
    STATUS_UNKNOWN = "status_unknown"
    SHIPPER_UNKNOWN = "shipper_unknown"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_DAMAGED = "text_damaged"
    TEXT_CONTROL = "text_control"
    TEXT_INVISIBLE = "text_invisible"
    FORM_WRONG = "form_wrong"
    CELLS_MOVED = "cells_moved"
    ITEM_TWICE = "item_twice"
    ROWS_DIFFER = "rows_differ"
