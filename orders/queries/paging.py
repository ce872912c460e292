"""Pages by key: newest first, from a signed place in the list, without offsets."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet

from orders.models import Order

ROWS = 50
#: Longer than any cursor of ours; nothing longer is looked at.
_LONGEST = 400


class CursorRefused(ValueError):
    """The cursor is not one that this portal gave for this shop."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two orders: the key of the order beside it. UTC."""

    purchased_at: datetime
    order_id: UUID


@dataclass(frozen=True, slots=True)
class Turn:
    """What the address asks for: the page after or before a cursor, or the first."""

    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Orders newest first, and the cursors of the pages beside them or "".

    ``restarted`` says that the cursor led nowhere and this is the first page.
    """

    orders: tuple[Order, ...]
    newer: str = ""
    older: str = ""
    restarted: bool = False


def page_of(*, orders: QuerySet[Order], seller_id: UUID, turn: Turn) -> Page:
    """Return the page that ``turn`` asks for, else the first one."""
    if not (turn.after or turn.before):
        return _first(orders, seller_id)
    try:
        place = read_cursor(text=turn.after or turn.before, seller_id=seller_id)
    except CursorRefused:
        return _first(orders, seller_id, restarted=True)
    if turn.after:
        rows = list(older_than(orders=orders, place=place)[: ROWS + 1])
        if not rows:
            return _first(orders, seller_id, restarted=True)
        return _page(rows[:ROWS], seller_id, newer=True, older=len(rows) > ROWS)
    rows = list(newer_than(orders=orders, place=place)[: ROWS + 1])
    if len(rows) < ROWS:
        return _first(orders, seller_id)
    return _page(rows[:ROWS][::-1], seller_id, newer=len(rows) > ROWS, older=True)


def older_than(*, orders: QuerySet[Order], place: Place) -> QuerySet[Order]:
    """Return the orders behind a place, newest first."""
    return orders.filter(
        Q(purchased_at__lt=place.purchased_at) | Q(id__lt=place.order_id),
        purchased_at__lte=place.purchased_at,
    ).order_by("-purchased_at", "-id")


def newer_than(*, orders: QuerySet[Order], place: Place) -> QuerySet[Order]:
    """Return the orders before a place, the nearest first."""
    return orders.filter(
        Q(purchased_at__gt=place.purchased_at) | Q(id__gt=place.order_id),
        purchased_at__gte=place.purchased_at,
    ).order_by("purchased_at", "id")


def place_of(*, order: Order) -> Place:
    """Return the key of an order."""
    return Place(purchased_at=order.purchased_at, order_id=order.id)


def cursor_of(*, order: Order, seller_id: UUID) -> str:
    """Return the signed cursor of an order."""
    value = [order.purchased_at.isoformat(), order.id.hex]
    return _signer(seller_id).sign_object(value)


def read_cursor(*, text: str, seller_id: UUID) -> Place:
    """Return the place of a cursor; raise `CursorRefused` for any other text."""
    try:
        if len(text) > _LONGEST:
            raise CursorRefused
        instant, order_id = _signer(seller_id).unsign_object(text)
        return Place(datetime.fromisoformat(instant), UUID(hex=str(order_id)))
    except (BadSignature, ValueError, TypeError) as error:
        message = "The cursor is not one of this shop."
        raise CursorRefused(message) from error


def _first(
    orders: QuerySet[Order], seller_id: UUID, *, restarted: bool = False
) -> Page:
    rows = list(orders.order_by("-purchased_at", "-id")[: ROWS + 1])
    page = _page(rows[:ROWS], seller_id, newer=False, older=len(rows) > ROWS)
    return Page(orders=page.orders, older=page.older, restarted=restarted)


def _page(rows: list[Order], seller_id: UUID, *, newer: bool, older: bool) -> Page:
    return Page(
        orders=tuple(rows),
        newer=cursor_of(order=rows[0], seller_id=seller_id) if newer else "",
        older=cursor_of(order=rows[-1], seller_id=seller_id) if older else "",
    )


def _signer(seller_id: UUID) -> Signer:
    return Signer(salt=f"orders.paging.1.{seller_id}")
