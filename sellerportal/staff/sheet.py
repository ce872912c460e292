"""The board's rows as CSV: each shop for itself, no totals, no cell a formula."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime

from sellerportal.staff.board_page import Row

HEADER = (
    "shop",
    "number",
    "state",
    "readable",
    "past the limit",
    "leaving within 7 days",
    "holds",
    "measured at (UTC)",
    "keys destroyed through",
    "keys not destroyed",
    "keys lost",
    "people",
    "with second factor",
    "last sign-in (UTC)",
    "suspended since (UTC)",
)
#: What a spreadsheet takes for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet_of(rows: Iterable[Row]) -> str:
    """Return the rows as CSV text with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in rows:
        writer.writerow([_safe(cell) for cell in _cells(row)])
    return out.getvalue()


def _cells(row: Row) -> list[str | int]:
    facts = row.facts
    through = facts.measure.destroyed_through if facts.measure else None
    return [
        facts.seller.name,
        facts.seller.slug,
        row.standing.text,
        facts.readable,
        facts.past_limit,
        facts.leaving,
        facts.holds,
        _instant(facts.measure.at if facts.measure else None),
        through.isoformat() if through else "",
        _days(facts.not_destroyed),
        _days(facts.lost),
        facts.people,
        facts.with_factor,
        _instant(facts.last_sign_in),
        _instant(facts.stop.stopped_at if facts.stop else None),
    ]


def _instant(at: datetime | None) -> str:
    return at.isoformat(timespec="minutes") if at else ""


def _days(days: list[date]) -> str:
    return " ".join(day.isoformat() for day in days)


def _safe(cell: str | int) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
