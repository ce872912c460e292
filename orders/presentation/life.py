"""The card "Life of this data": why this day, and what happened until then."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.clock import Verdict
from compliance.explanation import explain
from orders.enums import FulfillmentStatus
from orders.presentation.known import Known
from orders.presentation.removed import removed_words
from orders.presentation.standing import LifeCell, Standing, life_cell
from orders.queries.due import WAITING
from orders.queries.showings import Showings
from orders.services.retention import evidence_of, verdict_of
from vault.kinds import Kind


@dataclass(frozen=True, slots=True)
class LifeCard:
    """What the card prints. Days and instants in UTC; None leaves a line out."""

    sentence: str
    stored_day: str
    cell: LifeCell
    received_at: datetime
    refused_from: date | None
    key_destroyed: str
    rows_deleted: str
    last_key: date | None
    days_kept: int | None
    fields_sealed: int | None
    shown: str
    record: str
    fingerprint: str
    remove_url: str = ""


def life_card(known: Known) -> LifeCard:
    """Put the life of a buyer's data into words."""
    order, record, moment = known.order, known.record, known.moment
    purged = known.standing is Standing.PURGED
    destroyed = known.day.destroyed_at if known.day and purged else None
    last_later = order.last_key_on is not None and order.last_key_on > order.purge_on
    verdict = verdict_of(order=order, policies=known.policies)
    gone = order.removed_at or destroyed
    kept = gone - order.received_at if purged and gone else None
    removed = order.removed_at or (record.removed_at if record else None)
    return LifeCard(
        sentence=removed_words(order=order, moment=moment, destroyed_at=destroyed)
        or explain(
            evidence=evidence_of(order=order),
            verdict=verdict,
            policy=known.policies[order.channel],
            now=moment.now,
            to_ship=order.status in WAITING,
            by_person=_said_by_person(known),
        ),
        stored_day=_stored_day(known=known, verdict=verdict),
        cell=life_cell(order=order, standing=known.standing, moment=moment),
        received_at=order.received_at,
        refused_from=_refused_from(known=known, verdict=verdict),
        key_destroyed=moment.utc_words(destroyed) if destroyed else "",
        rows_deleted=moment.utc_words(removed) if removed else "",
        last_key=order.last_key_on if last_later else None,
        days_kept=max(kept.days, 0) if kept is not None else None,
        fields_sealed=len(known.stored.fields) if known.stored else None,
        shown=shown_words(known.showings),
        record=record.label if record else "",
        fingerprint=record.root[:8] if record else "",
    )


def shown_words(showings: Showings) -> str:
    """Say how often a buyer was shown, and to how many people."""
    if not showings.times:
        return _("Never")
    times = ngettext("%(n)d time", "%(n)d times", showings.times)
    people = ngettext("to %(n)d person", "to %(n)d people", showings.people)
    return f"{times % {'n': showings.times}}, {people % {'n': showings.people}}"


def _said_by_person(known: Known) -> bool:
    """Tell whether what the day stands on is a person's own word, no report's."""
    told = known.order.unshipped_seen_at
    if known.order.cancelled_at is not None:
        said = Kind.ORDER_CANCELLED_RECORDED.value
        return any(entry.kind == said for entry in known.entries)
    kind = Kind.ORDER_UNSHIPPED_RECORDED.value
    return any(entry.kind == kind and entry.at == told for entry in known.entries)


def _refused_from(*, known: Known, verdict: Verdict) -> date | None:
    """Return the day from which a buyer is refused, or would be if one arrived."""
    if known.order.removed_at is not None:
        return None
    return verdict.purge_on if _awaits_buyer(known) else known.order.purge_on


def _awaits_buyer(known: Known) -> bool:
    """Tell whether no buyer is stored whose day lies ahead: it is judged on arrival."""
    return known.stored is None and known.order.purge_on > known.moment.today


def _stored_day(*, known: Known, verdict: Verdict) -> str:
    """Say that the stored day is not the one just counted, and what follows."""
    order, moment = known.order, known.moment
    same = order.purge_on == verdict.purge_on
    if same or order.removed_at is not None or _awaits_buyer(known):
        return ""
    day = moment.day_words(order.purge_on)
    if order.purge_on > verdict.purge_on:
        # Of one whose day has begun, nothing is judged any more.
        if order.purge_on <= moment.today:
            return _("It was open until its stored day, %(day)s.") % {"day": day}
        words = _("The stored day, %(day)s, moves there as the change is applied.")
        return words % {"day": day}
    if order.purge_on <= moment.now.astimezone(UTC).date():
        return _("The stored day, %(day)s, came first.") % {"day": day}
    if FulfillmentStatus(order.status) in WAITING:
        words = _("The stored day is %(day)s; it moves on while the order waits.")
    else:
        words = _("The stored day is %(day)s; it moves on only when it is near.")
    return words % {"day": day}
