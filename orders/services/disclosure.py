"""Showing a group of buyer fields: for a purpose, on record, and not too often.

The only caller of `vault.opening`. The record of a showing is written before anything
is opened; what was opened exists in the answer and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from django.db import connection, transaction

from orders.models import Order, Recipient
from orders.queries.showings import showings_since
from vault.context import current_scope
from vault.kinds import Kind, Purpose
from vault.ledger import append
from vault.opening import Opening, open_fields
from vault.refusals import (
    KeyDestroyed,
    KeyLost,
    NoContext,
    OpeningRefused,
    OpeningStopped,
    OpeningSuspended,
    OtherSeller,
    PastItsDay,
    Tampered,
)

#: So many showings by one person in one shop within the window, then a pause.
MOST_SHOWINGS = 10
WINDOW = timedelta(minutes=10)

#: The fields that are shown together, by the name of their group.
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ship-to": (
            "name",
            "company",
            "address_line_1",
            "address_line_2",
            "address_line_3",
            "city",
            "postal_code",
        ),
        "phone": ("phone", "buyer_phone"),
        "email": ("buyer_email",),
        "buyer": ("buyer_name", "buyer_company", "purchase_order_number"),
        "tax-id": ("tax_id",),
        "delivery": ("delivery_instructions", "gift_message", "customization_url"),
        "billing": (
            "bill_name",
            "bill_address_line_1",
            "bill_address_line_2",
            "bill_address_line_3",
            "bill_city",
            "bill_postal_code",
        ),
    }
)


class Refusal(StrEnum):
    """Why a group was not shown."""

    PAST_ITS_DAY = "past its day"
    KEY_DESTROYED = "key destroyed"
    KEY_LOST = "key lost"
    TAMPERED = "tampered"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    NOTHING_STORED = "nothing stored"
    TOO_MANY = "too many"


class DisclosureRefused(Exception):
    """A group was not shown. Holds the reason and instants, never a value.

    ``again_at`` (UTC) says when it works again, for `Refusal.TOO_MANY` alone.
    """

    def __init__(self, refusal: Refusal, *, again_at: datetime | None = None) -> None:
        """Name the reason."""
        super().__init__(refusal.value)
        self.refusal = refusal
        self.again_at = again_at


@dataclass(frozen=True, slots=True, repr=False)
class Disclosure:
    """What was opened, text by field; fields without a value are left out."""

    group: str
    values: Mapping[str, str]

    def __repr__(self) -> str:
        """Name the group and the number of fields, never what is in them."""
        return f"<shown {self.group}, {len(self.values)} fields>"


_REFUSALS: tuple[tuple[type[OpeningRefused], Refusal, Kind | None], ...] = (
    (PastItsDay, Refusal.PAST_ITS_DAY, Kind.PII_REFUSED_DAY),
    (KeyDestroyed, Refusal.KEY_DESTROYED, Kind.PII_REFUSED_DESTROYED),
    (KeyLost, Refusal.KEY_LOST, Kind.PII_REFUSED_LOST),
    (Tampered, Refusal.TAMPERED, Kind.PII_REFUSED_TAMPERED),
    # A value of another shop can only stand here if somebody moved it.
    (OtherSeller, Refusal.TAMPERED, Kind.PII_REFUSED_TAMPERED),
    (OpeningStopped, Refusal.STOPPED, Kind.PII_REFUSED_SUSPENDED),
    # The answer is a server error, whose transaction is rolled back: no entry.
    (OpeningSuspended, Refusal.SUSPENDED, None),
)


def disclose_recipient(
    *, order: Order, group: str, purpose: Purpose, reference: str, now: datetime
) -> Disclosure:
    """Open a group of an order's buyer for whoever acts in the open seller scope.

    ``group`` is a key of `GROUPS`; ``reference`` holds letters, digits, dashes and
    blanks. Raises `DisclosureRefused`; then the record of the showing is undone, and
    one of the refusal stands instead. Outside a scope: `NoContext`.
    """
    _pause_if_too_many(order=order, group=group, now=now)
    fields = GROUPS[group]
    try:
        with transaction.atomic():
            values = open_fields(
                row=_recipient(order=order, fields=fields, today=now.date()),
                fields=fields,
                opening=Opening(
                    purpose=purpose, subject_id=order.id, now=now, reference=reference
                ),
            )
    except NoContext:
        raise
    except OpeningRefused as refused:
        raise _recorded(
            refused=refused, order=order, group=group, purpose=purpose, now=now
        ) from refused
    if not values:
        raise DisclosureRefused(Refusal.NOTHING_STORED)
    return Disclosure(group=group, values=MappingProxyType(values))


def _recipient(*, order: Order, fields: tuple[str, ...], today: date) -> Recipient:
    """Load the columns of one group; no other sealed value leaves the database.

    The order stays locked until the answer has left: no removal ends in between.
    """
    orders = Order.objects.filter(seller_id=order.seller_id, id=order.id)
    locked = orders.select_for_update().first()
    if not isinstance(locked, Order):
        raise DisclosureRefused(Refusal.NOTHING_STORED)
    order = locked
    rows = Recipient.objects.filter(seller_id=order.seller_id, order_id=order.id)
    row = rows.only("seller_id", "order_id", "purge_on", *fields).first()
    if isinstance(row, Recipient):
        if order.purge_on <= today:
            # Its key lives on only because it could not be sealed for this day.
            message = "The day of this order has begun."
            raise PastItsDay(message)
        return row
    known = order.last_key_on is not None and order.removed_at is None
    if known and order.purge_on <= today:
        message = "The buyer of this order was purged."
        raise KeyDestroyed(message)
    raise DisclosureRefused(Refusal.NOTHING_STORED)


def _pause_if_too_many(*, order: Order, group: str, now: datetime) -> None:
    """Refuse where the person was shown enough; one request of a person at a time."""
    scope = current_scope()
    if scope.actor.person_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"showings {scope.seller_id} {scope.actor.person_id}"],
        )
    latest = showings_since(
        seller_id=scope.seller_id,
        person_id=scope.actor.person_id,
        since=now - WINDOW,
        most=MOST_SHOWINGS,
    )
    if len(latest) == MOST_SHOWINGS:
        append(
            kind=Kind.PII_REFUSED_RATE,
            now=now,
            subject_id=order.id,
            facts={"group": group},
        )
        raise DisclosureRefused(Refusal.TOO_MANY, again_at=latest[-1] + WINDOW)


def _recorded(
    *,
    refused: OpeningRefused,
    order: Order,
    group: str,
    purpose: Purpose,
    now: datetime,
) -> Exception:
    """Write the refusal down; return what the caller is told."""
    for kind_of, refusal, kind in _REFUSALS:
        if isinstance(refused, kind_of):
            if kind is not None:
                facts = {"group": group, "purpose": purpose.value}
                append(kind=kind, now=now, subject_id=order.id, facts=facts)
            return DisclosureRefused(refusal)
    return refused
