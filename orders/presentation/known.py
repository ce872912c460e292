"""Everything that is known of one order at a moment, read once for its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from compliance.models import HeldOrder, PurgeRecord
from compliance.policies import Policies
from compliance.queries.held import holds_of_subject
from compliance.queries.policies import policies_of
from orders.models import Order, Shipment
from orders.presentation.removed import last_key_of
from orders.presentation.standing import Standing, standing_of
from orders.presentation.words import Moment
from orders.queries.buyers import StoredBuyer, lost_keys, stored_buyer
from orders.queries.history import DayOfPurge, day_of_purge, entries_of, record_of
from orders.queries.showings import Showings, showings_of
from sellers.queries import people_names
from vault.models import LedgerEntry


@dataclass(frozen=True, slots=True)
class Known:
    """An order with its buyer's standing, its log, its packages; nothing opened.

    ``entries`` are newest first; ``names`` are of the people in them. ``record`` is
    None until the buyer is purged. ``policies`` are the shop's: in force now, or when
    the day came. ``day`` is the purge day's, or of a buyer that was
    removed early the day's on which its last key dies.
    """

    order: Order
    moment: Moment
    standing: Standing
    stored: StoredBuyer | None
    day: DayOfPurge | None
    record: PurgeRecord | None
    entries: tuple[LedgerEntry, ...]
    names: Mapping[UUID, str]
    shipments: tuple[Shipment, ...]
    showings: Showings
    policies: Policies
    held: tuple[HeldOrder, ...] = ()


def known_of(*, order: Order, moment: Moment) -> Known:
    """Read what is known of an order of the shop in scope."""
    seller_id = order.seller_id
    stored = stored_buyer(seller_id=seller_id, order_id=order.id)
    removed = order.removed_at is not None
    day = day_of_purge(day=last_key_of(order) if removed else order.purge_on)
    lost = lost_keys(seller_id=seller_id, days=[order.purge_on])
    standing = standing_of(
        order=order,
        stored=stored is not None,
        day_state=day.state if day else None,
        lost=stored is not None
        and lost.lost(day=order.purge_on, sealed_at=stored.sealed_at),
        today=moment.today,
    )
    entries = entries_of(seller_id=seller_id, order_id=order.id)
    purged = standing is Standing.PURGED
    shipments = Shipment.objects.filter(seller_id=seller_id, order_id=order.id)
    actors = {entry.actor_id for entry in entries if entry.actor_id is not None}
    return Known(
        order=order,
        moment=moment,
        standing=standing,
        stored=stored,
        day=day,
        record=record_of(order=order, entries=entries) if purged else None,
        entries=tuple(entries),
        names=people_names(ids=actors),
        shipments=tuple(shipments.order_by("id")),
        showings=showings_of(seller_id=seller_id, order_id=order.id),
        held=tuple(holds_of_subject(seller_id=seller_id, subject_id=order.id)),
        policies=policies_of(
            seller_id=seller_id, at=_judged_until(order=order, today=moment.today)
        ),
    )


def _judged_until(*, order: Order, today: date) -> datetime | None:
    """Return until when an order was judged, None while it still is.

    A later change of the shop's days has not purged what was gone before it.
    """
    if order.purge_on > today:
        return None
    began = datetime.combine(order.purge_on, time(), tzinfo=UTC)
    return order.removed_at or max(began, order.received_at)
