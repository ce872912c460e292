"""Holds: placing, withdrawing, renewing, releasing. Approving has its own module.

Every change takes the shop's lock for holds and then the row, so that two people who
decide at the same moment are one after the other.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max

from compliance.models import ArchiveItem, HeldOrder, Hold, HoldGround
from compliance.queries.held import Stand, stand_of
from compliance.services.approving import (
    ChangedMeanwhile,
    HoldRefused,
    one_at_a_time,
)
from compliance.services.certificates import refuse_ended_certificate
from vault.context import current_scope
from vault.kinds import Kind
from vault.ledger import append, append_many

#: A case ends so many days ahead at most (design, "The purge").
LONGEST_DAYS = 180
#: Orders in one hold: a case is about some orders; a law about all is a rule.
MOST_ORDERS = 500


class BadLastDay(HoldRefused):
    """The last day has begun, or lies more than 180 days ahead."""


class TooManyOrders(HoldRefused):
    """More orders than one hold takes, or none."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A hold as a person asks for it; ``ground`` names a law or case, never a buyer."""

    kind: HoldGround
    ground: str
    fields: tuple[str, ...]
    ends_on: date
    subject_ids: tuple[UUID, ...]


def check_last_day(*, ends_on: date, today: date) -> None:
    """Raise `BadLastDay`; ``today`` is in UTC."""
    if not today < ends_on <= today + timedelta(days=LONGEST_DAYS):
        raise BadLastDay


def place_hold(*, draft: Draft, person_id: UUID, now: datetime) -> Hold:
    """Ask for a hold in the shop in scope; nothing is kept longer before approval.

    Raises `BadLastDay`, `TooManyOrders` and `CertificateEnded`.
    """
    check_last_day(ends_on=draft.ends_on, today=now.date())
    subjects = tuple(dict.fromkeys(draft.subject_ids))
    if not 0 < len(subjects) <= MOST_ORDERS:
        raise TooManyOrders
    seller_id = current_scope().seller_id
    one_at_a_time(seller_id=seller_id)
    refuse_ended_certificate(seller_id=seller_id, now=now)
    last = Hold.objects.filter(seller_id=seller_id).aggregate(number=Max("number"))
    hold = Hold.objects.create(
        seller_id=seller_id,
        number=(last["number"] or 0) + 1,
        kind=draft.kind,
        ground=draft.ground,
        fields=list(draft.fields),
        orders=len(subjects),
        ends_on=draft.ends_on,
        placed_at=now,
        placed_by_id=person_id,
    )
    HeldOrder.objects.bulk_create(
        [
            HeldOrder(seller_id=seller_id, hold=hold, subject_id=subject)
            for subject in subjects
        ]
    )
    append(
        kind=Kind.HOLD_PLACED_CASE,
        now=now,
        subject_id=hold.id,
        facts={
            "number": hold.label,
            "orders": hold.orders,
            "fields": " ".join(draft.fields),
            "last day": hold.ends_on.isoformat(),
        },
    )
    return hold


def withdraw_hold(*, hold_id: UUID, now: datetime) -> Hold:
    """Take back or refuse a hold that waits. Raises `ChangedMeanwhile`."""
    hold = locked_hold(hold_id=hold_id)
    if stand_of(hold=hold, today=now.date()) is not Stand.WAITING:
        raise ChangedMeanwhile
    hold.withdrawn_at = now
    hold.save(update_fields=["withdrawn_at"])
    _say(Kind.HOLD_WITHDRAWN_CASE, hold, now)
    return hold


def ask_renewal(*, hold_id: UUID, until: date, person_id: UUID, now: datetime) -> Hold:
    """Ask to move the last day of a live hold on; approved like the hold itself.

    Raises `BadLastDay` and `ChangedMeanwhile`.
    """
    hold = locked_hold(hold_id=hold_id)
    if stand_of(hold=hold, today=now.date()) is not Stand.LIVE:
        raise ChangedMeanwhile
    check_last_day(ends_on=until, today=now.date())
    if until <= hold.ends_on:
        raise BadLastDay
    hold.wanted_until, hold.wanted_at, hold.wanted_by_id = until, now, person_id
    hold.save(update_fields=["wanted_until", "wanted_at", "wanted_by"])
    return hold


def drop_renewal(*, hold_id: UUID) -> Hold:
    """Take back or refuse a renewal that waits. Raises `ChangedMeanwhile`."""
    hold = locked_hold(hold_id=hold_id)
    if hold.wanted_until is None:
        raise ChangedMeanwhile
    forget_renewal(hold=hold)
    hold.save(update_fields=["wanted_until", "wanted_at", "wanted_by"])
    return hold


def forget_renewal(*, hold: Hold) -> None:
    """Empty what waits on a hold; the caller saves it."""
    hold.wanted_until, hold.wanted_at, hold.wanted_by = None, None, None


def release_hold(*, hold_id: UUID, person_id: UUID, now: datetime) -> Hold:
    """End a live hold before its last day; its items are deleted at once.

    Raises `ChangedMeanwhile`.
    """
    hold = locked_hold(hold_id=hold_id)
    if stand_of(hold=hold, today=now.date()) is not Stand.LIVE:
        raise ChangedMeanwhile
    hold.ended_by_id = person_id
    end_hold(hold=hold, why=Stand.RELEASED, kind=Kind.HOLD_RELEASED_CASE, now=now)
    return hold


def end_hold(*, hold: Hold, why: Stand, kind: Kind, now: datetime) -> int:
    """Note that a locked hold is over and delete its items; return how many.

    Each item is on record.
    """
    hold.ended_at, hold.why_ended = now, why.value
    forget_renewal(hold=hold)
    hold.save()
    _say(kind, hold, now)
    items = ArchiveItem.objects.filter(seller_id=hold.seller_id, hold_id=hold.id)
    gone = list(items.order_by("id").values_list("id", "subject_id", "sha256"))
    append_many(
        kind=Kind.ARCHIVE_DELETED_ITEM,
        now=now,
        entries=[
            (subject, {"sha256": sha256, "why": why.value, "name": hold.label})
            for _, subject, sha256 in gone
        ],
    )
    ArchiveItem.objects.filter(
        seller_id=hold.seller_id, id__in=[item for item, _, _ in gone]
    ).delete()
    return len(gone)


def locked_hold(*, hold_id: UUID) -> Hold:
    """Return a hold of the shop in scope, locked; raise `Hold.DoesNotExist`."""
    seller_id = current_scope().seller_id
    one_at_a_time(seller_id=seller_id)
    rows = Hold.objects.filter(seller_id=seller_id, id=hold_id)
    return rows.select_for_update().get()


def _say(kind: Kind, hold: Hold, now: datetime) -> None:
    append(
        kind=kind,
        now=now,
        subject_id=hold.id,
        facts={"number": hold.label, "orders": hold.orders},
    )
