"""Pages by key of a hold's orders and a rule's items: by their ids, without offsets."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from compliance.models import ArchiveItem, HeldOrder

#: Rows of one page.
ROWS = 50
Row = TypeVar("Row", HeldOrder, ArchiveItem)


@dataclass(frozen=True, slots=True)
class Turn:
    """What the address asks for: the page behind or before an id, or the first."""

    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in their order, and the ids that lead to the pages beside them or ""."""

    rows: tuple[Row, ...]
    back: str = ""
    on: str = ""


def page_of(*, rows: QuerySet[Row], turn: Turn, newest_first: bool) -> Page[Row]:
    """Return the page that ``turn`` asks for; for any other text the first one.

    Ids count up with time. One statement, two where the turn led nowhere.
    """
    place = _place(turn.after or turn.before)
    order, opposite = ("-id", "id") if newest_first else ("id", "-id")
    behind, ahead = ("id__lt", "id__gt") if newest_first else ("id__gt", "id__lt")
    if place and turn.after:
        found = list(rows.filter(**{behind: place}).order_by(order)[: ROWS + 1])
        if found:
            return _page(found[:ROWS], back=True, on=len(found) > ROWS)
    elif place:
        found = list(rows.filter(**{ahead: place}).order_by(opposite)[: ROWS + 1])
        if len(found) >= ROWS:
            return _page(found[:ROWS][::-1], back=len(found) > ROWS, on=True)
    found = list(rows.order_by(order)[: ROWS + 1])
    return _page(found[:ROWS], back=False, on=len(found) > ROWS)


def _page(rows: list[Row], *, back: bool, on: bool) -> Page[Row]:
    return Page(
        rows=tuple(rows),
        back=str(rows[0].id) if back else "",
        on=str(rows[-1].id) if on else "",
    )


def _place(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
