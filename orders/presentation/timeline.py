"""The timeline of an order: business and privacy events in one list, newest first."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from compliance.models import PurgeRecord
from compliance.presentation.hold_words import field_words
from orders.enums import CHOSEN_WHY, FulfillmentStatus
from orders.forms import PURPOSE_WORDS
from orders.presentation.channels import channel_words
from orders.presentation.groups import WORDS, group_of
from orders.presentation.held import hold_events
from orders.presentation.known import Known
from vault.kinds import Kind, Purpose
from vault.models import LedgerEntry

_REFUSED: Mapping[str, Promise] = {
    Kind.PII_REFUSED_DAY.value: gettext_lazy("Its day had begun."),
    Kind.PII_REFUSED_DESTROYED.value: gettext_lazy("Its key was destroyed."),
    Kind.PII_REFUSED_LOST.value: gettext_lazy("Its key is lost."),
    Kind.PII_REFUSED_TAMPERED.value: gettext_lazy("It was altered."),
    Kind.PII_REFUSED_RATE.value: gettext_lazy("Too often in a short time."),
    Kind.PII_REFUSED_SUSPENDED.value: gettext_lazy("Staff had suspended it."),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``who`` is a person's name, or "" where nobody in particular acted."""

    at: datetime
    icon: str
    words: str
    small: str = ""
    who: str = ""
    tone: str = ""


def timeline(known: Known) -> tuple[Event, ...]:
    """Tell everything that is known of an order and its buyer data, newest first."""
    events = [_event(entry, known) for entry in known.entries]
    events += [*_facts(known)]
    # What happened at one instant is told in the order in which it is listed here.
    return tuple(sorted(events, key=lambda event: event.at, reverse=True))


def _event(entry: LedgerEntry, known: Known) -> Event:
    """Put an entry into words; one of an unknown kind is shown as it stands."""
    kind = entry.kind
    if kind.startswith("pii:opened:"):
        return _shown(entry, known)
    if kind.startswith("pii:refused:"):
        return _refused(entry, known)
    tell = _TELLERS.get(kind)
    if tell is None:
        return Event(entry.at, "info", kind, who=_who(entry, known))
    return tell(entry, known)


def _who(entry: LedgerEntry, known: Known) -> str:
    """Name who acted; somebody who has left the portal keeps no name."""
    if entry.actor_id is None:
        return _("The portal")
    return known.names.get(entry.actor_id, _("Somebody who left"))


def _shown(entry: LedgerEntry, known: Known) -> Event:
    fields = frozenset(str(entry.facts.get("fields", "")).split())
    group = group_of(fields)
    named = str(WORDS[group].named) if group else ", ".join(sorted(fields))
    purpose = PURPOSE_WORDS[Purpose(entry.kind.removeprefix("pii:opened:"))]
    small = _("Purpose: %(purpose)s.") % {"purpose": str(purpose).lower()}
    if reference := entry.facts.get("reference"):
        small += " " + _("Number: %(number)s.") % {"number": reference}
    words = _("was shown %(named)s") % {"named": named}
    return Event(entry.at, "eye", words, small, _who(entry, known), "eye")


def _refused(entry: LedgerEntry, known: Known) -> Event:
    group = WORDS.get(str(entry.facts.get("group", "")))
    named = str(group.named) if group else _("buyer data")
    words = _("was not shown %(named)s") % {"named": named}
    small = str(_REFUSED.get(entry.kind, ""))
    return Event(entry.at, "lock", words, small, _who(entry, known))


def _sealed(entry: LedgerEntry, known: Known) -> Event:
    day = known.moment.day_words(date.fromisoformat(str(entry.facts["day"])))
    words = _("%(fields)s. Stored day then %(day)s.")
    small = words % {"fields": _fields(entry), "day": day}
    return Event(
        entry.at, "lock", _("Buyer data received and sealed"), small, tone="ok"
    )


def _removed(entry: LedgerEntry, known: Known) -> Event:
    last = date.fromisoformat(str(entry.facts["last key dies on"]))
    words = _("%(fields)s gone before their day; the last key dies on %(day)s.")
    small = words % {"fields": _fields(entry), "day": known.moment.day_words(last)}
    chosen = {why.value: str(why.label) for why in CHOSEN_WHY}
    if why := chosen.get(str(entry.facts.get("why", ""))):
        said = f"{why}. {small}"
        removed = _("removed the buyer data")
        return Event(entry.at, "check", removed, said, _who(entry, known), "ok")
    return Event(entry.at, "check", _("Buyer data removed"), small, tone="ok")


def _changed(entry: LedgerEntry, known: Known) -> Event:
    del known
    status = FulfillmentStatus(str(entry.facts["status"])).label
    small = _("Status: %(status)s.") % {"status": str(status).lower()}
    return Event(entry.at, "up", _("Changed by an import"), small)


def _shipped(entry: LedgerEntry, known: Known) -> Event:
    words = _("marked it shipped")
    return Event(entry.at, "truck", words, _packages(known), _who(entry, known))


def _delivered(entry: LedgerEntry, known: Known) -> Event:
    words, at = _("recorded the delivery"), known.order.delivered_at
    if entry.facts.get("source"):
        words = _("brought the delivery in a carrier's file")
    small = ""
    if at is not None:
        small = _("Delivered %(at)s.") % {"at": known.moment.local_words(at)}
    return Event(entry.at, "check", words, small, _who(entry, known))


def _unshipped(entry: LedgerEntry, known: Known) -> Event:
    day = known.moment.day_words(date.fromisoformat(str(entry.facts["day"])))
    small = _("The buyer's day then: %(day)s.") % {"day": day}
    words = _("said: not shipped yet")
    return Event(entry.at, "clock", words, small, _who(entry, known))


def _lost(entry: LedgerEntry, known: Known) -> Event:
    words, at = _("recorded it as lost or undeliverable"), known.order.undeliverable_at
    if entry.facts.get("source"):
        words = _("brought its loss in a carrier's file")
    small = _("Since %(at)s.") % {"at": known.moment.local_words(at)} if at else ""
    return Event(entry.at, "alert", words, small, _who(entry, known))


def _cancelled(entry: LedgerEntry, known: Known) -> Event:
    words, at = _("recorded it as cancelled"), known.order.cancelled_at
    small = []
    if at is not None:
        small = [_("Since %(at)s.") % {"at": known.moment.local_words(at)}]
    if last := entry.facts.get("last key dies on"):
        said = _("The buyer's day then: %(day)s; the last key dies on %(last)s.")
        facts = {
            "day": date.fromisoformat(str(entry.facts["day"])),
            "last": date.fromisoformat(str(last)),
        }
        small.append(said % {n: known.moment.day_words(d) for n, d in facts.items()})
    return Event(entry.at, "x", words, " ".join(small), _who(entry, known))


def _archived(entry: LedgerEntry, known: Known) -> Event:
    last = date.fromisoformat(str(entry.facts["last day"]))
    words = _("Sealed to your certificate for %(name)s") % {"name": entry.facts["name"]}
    small = _("%(fields)s, until %(day)s; nobody here can open it.") % {
        "fields": field_words(str(entry.facts["fields"]).split()),
        "day": known.moment.day_words(last),
    }
    return Event(entry.at, "lock", words, small, tone="hold")


def _exported(entry: LedgerEntry, known: Known) -> Event:
    words = _("took what %(name)s sealed as a file") % {"name": entry.facts["name"]}
    return Event(entry.at, "down", words, "", _who(entry, known))


def _unsealed(entry: LedgerEntry, known: Known) -> Event:
    del known
    words = _("What %(name)s had sealed is deleted") % {"name": entry.facts["name"]}
    return Event(entry.at, "trash", words)


def _facts(known: Known) -> Iterator[Event]:
    """Tell what stands in rows and not in the log."""
    order, kinds = known.order, {entry.kind for entry in known.entries}
    if known.record is not None:
        yield _purged(known.record, known)
    if order.delivered_at and Kind.ORDER_DELIVERED_RECORDED not in kinds:
        yield Event(order.delivered_at, "check", _("Delivered"))
    if order.shipped_at and Kind.ORDER_SHIPPED_RECORDED not in kinds:
        yield Event(order.shipped_at, "truck", _("Shipped"), _packages(known))
    for each in hold_events(known.held):
        yield Event(each.at, "scales", each.words, each.small, each.who, "hold")
    if order.cancelled_at and Kind.ORDER_CANCELLED_RECORDED not in kinds:
        yield Event(order.cancelled_at, "x", _("Cancelled"))
    yield Event(order.received_at, "check", _("Order imported"), channel_words(order))


def _purged(record: PurgeRecord, known: Known) -> Event:
    words = _("Key destroyed %(at)s, %(fields)s gone. Purge record %(name)s.")
    sealed = [e for e in known.entries if e.kind == Kind.PII_SEALED_IMPORT]
    at = known.moment.utc_words(record.key_destroyed_at)
    fields = _fields(sealed[0]) if sealed else _("all fields")
    small = words % {"at": at, "fields": fields, "name": record.label}
    return Event(record.recorded_at, "check", _("Buyer data purged"), small, tone="ok")


def _packages(known: Known) -> str:
    return "; ".join(
        ", ".join(filter(None, (f"{s.carrier} {s.service}".strip(), s.tracking_number)))
        for s in known.shipments
    )


def _fields(entry: LedgerEntry) -> str:
    n = int(entry.facts["fields"])
    return ngettext("%(n)d field", "%(n)d fields", n) % {"n": n}


def _died(entry: LedgerEntry, known: Known) -> Event:
    owed = date.fromisoformat(str(entry.facts["owed"]))
    words = _("Evidence allowed it until %(day)s, and no sweep ran in its last week.")
    small = words % {"day": known.moment.day_words(owed)}
    return Event(entry.at, "clock", _("Day not moved on in time"), small, tone="warn")


def _stuck(entry: LedgerEntry, known: Known) -> Event:
    del known
    small = _("Left out until somebody looks; its key dies all the same.")
    words = _("A step of the sweep failed three times")
    return Event(entry.at, "alert", words, small, tone="warn")


_TELLERS: Mapping[str, Callable[[LedgerEntry, Known], Event]] = {
    Kind.PII_SEALED_IMPORT.value: _sealed,
    Kind.PII_REMOVED_EARLY.value: _removed,
    Kind.ORDER_IMPORTED_CHANGED.value: _changed,
    Kind.ORDER_SHIPPED_RECORDED.value: _shipped,
    Kind.ORDER_DELIVERED_RECORDED.value: _delivered,
    Kind.PII_ARCHIVED_CASE.value: _archived,
    Kind.PII_ARCHIVED_RULE.value: _archived,
    Kind.ARCHIVE_EXPORTED_ITEM.value: _exported,
    Kind.ARCHIVE_DELETED_ITEM.value: _unsealed,
    Kind.ORDER_UNSHIPPED_RECORDED.value: _unshipped,
    Kind.ORDER_LOST_RECORDED.value: _lost,
    Kind.ORDER_CANCELLED_RECORDED.value: _cancelled,
    Kind.PII_DIED_UNMOVED.value: _died,
    Kind.PII_STUCK_ROW.value: _stuck,
}
