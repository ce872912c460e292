"""The words with which an order explains its purge day, or why it has no buyer."""

from datetime import UTC, date, datetime
from enum import StrEnum, auto

from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.clock import Basis, Evidence, Verdict, utc_day_after
from compliance.policies import RetentionPolicy


class NoBuyer(StrEnum):
    """Why an order holds no buyer."""

    AMAZON_FULFILS = auto()
    DAY_PASSED = auto()
    CANCELLED = auto()
    WITHHELD = auto()
    PURGED = auto()
    LOST = auto()


def explain(
    *,
    evidence: Evidence,
    verdict: Verdict,
    policy: RetentionPolicy,
    now: datetime,
    to_ship: bool = True,
    by_person: bool = False,
) -> str:
    """Say from what the purge day was counted, how, and which day it is.

    ``to_ship``: the order waits to be shipped, so that its day may move on.
    ``by_person``: a person recorded it, "not shipped yet" or the cancellation; no
    report said it.

    ``verdict`` is the clock's answer to the same evidence and policy. Days and times
    are UTC; a day names its year only where it is not the year of ``now``.
    """
    if verdict.basis is Basis.CANCELLED:
        words = _(
            "Cancelled on %(at)s: no delivery, so no purpose. Purged the next day: "
            "%(day)s."
        )
        if by_person:
            words = _(
                "Recorded by a person as cancelled on %(at)s: no delivery, so no "
                "purpose. Purged the next day: %(day)s."
            )
        at = _minute(verdict.clock, now)
        return words % {"at": at, "day": _date(verdict.purge_on, now)}
    counted = utc_day_after(verdict.clock, policy.kept_days)
    if verdict.purge_on < counted:
        words = _(
            "%(opening)s, %(count)s, it would be %(counted)s; the ceiling without an "
            "exact delivery, %(ceiling)s from the purchase on %(bought)s, comes "
            "first: %(day)s."
        )
        outlook = ""
    else:
        words = _("%(opening)s, %(count)s: %(day)s.")
        outlook = _outlook(evidence, verdict, now) if to_ship else ""
    sentence = words % {
        "opening": _opening(evidence, verdict, now, by_person=by_person),
        "count": _count(policy, now),
        "counted": _date(counted, now),
        "ceiling": _days(policy.ceiling_days or 0),
        "bought": _date(evidence.purchased_at.astimezone(UTC), now),
        "day": _date(verdict.purge_on, now),
    }
    return f"{sentence} {outlook}".rstrip()


def why_no_buyer(state: NoBuyer) -> str:
    """Say in one sentence why the order shows no buyer."""
    match state:
        case NoBuyer.AMAZON_FULFILS:
            return _(
                "Amazon ships this order, so its buyer is never asked for and never "
                "stored."
            )
        case NoBuyer.DAY_PASSED:
            return _(
                "The purge day had passed when this order arrived, so it was stored "
                "without its buyer."
            )
        case NoBuyer.CANCELLED:
            return _(
                "This order had been cancelled when it arrived, so it was stored "
                "without its buyer."
            )
        case NoBuyer.WITHHELD:
            return _("The file held no buyer for this order.")
        case NoBuyer.PURGED:
            return _(
                "The buyer of this order was purged, and no later import or sync "
                "brings it back."
            )
        case NoBuyer.LOST:
            return _(
                "The key to this buyer is missing without a record of its "
                "destruction: lost, not purged, and the next import or sync may fill "
                "it again."
            )


def _opening(
    evidence: Evidence, verdict: Verdict, now: datetime, *, by_person: bool
) -> str:
    """Say which instant the count starts from, up to the count itself."""
    seen = evidence.delivered_seen_at
    facts = {
        "at": _minute(verdict.clock, now),
        "on": _date(verdict.clock, now),
        "seen": "" if seen is None else _minute(seen, now),
    }
    if by_person and verdict.basis is Basis.UNSHIPPED_SEEN:
        words = _person_words(delivered=seen is not None)
    else:
        say = _start_words if seen is None else _seen_words
        words = say(verdict.basis)
    return words % facts


def _person_words(*, delivered: bool) -> str:
    """Give the words where a person, not a report, said that it was not shipped."""
    if delivered:
        return _(
            "Seen delivered on %(seen)s, recorded by a person as not shipped yet "
            "%(at)s; counted from then"
        )
    return _("Recorded by a person as not shipped yet on %(at)s; counted from then")


def _start_words(basis: Basis) -> str:
    match basis:
        case Basis.UNSHIPPED_SEEN:
            return _("Seen unshipped on %(at)s; counted from then")
        case Basis.SHIPPED:
            return _("Counted from shipping %(on)s")
        case Basis.DELIVERED:
            return _("Counted from delivery %(at)s")
        case Basis.UNDELIVERABLE:
            return _("Lost or undeliverable since %(at)s; counted from then")
        case _unused:
            return _("Nothing is known after the purchase on %(on)s; counted from then")


def _seen_words(basis: Basis) -> str:
    """Give the words for an order whose delivery was seen, not timed."""
    match basis:
        case Basis.PURCHASED:
            return _(
                "Seen delivered on %(seen)s, nothing known before; counted from the "
                "purchase on %(on)s"
            )
        case Basis.UNSHIPPED_SEEN:
            return _(
                "Seen delivered on %(seen)s, last seen unshipped %(at)s; counted from "
                "then"
            )
        case Basis.SHIPPED:
            return _("Seen delivered on %(seen)s; counted from shipping %(on)s")
        case Basis.IN_TRANSIT_SEEN:
            return _(
                "Seen delivered on %(seen)s, last seen on the way %(at)s; counted from "
                "then"
            )
        case _unused:
            return _start_words(basis)


def _outlook(evidence: Evidence, verdict: Verdict, now: datetime) -> str:
    """Say whether the day can still move on; nothing where it cannot."""
    settled = evidence.delivered_seen_at is not None
    if settled or now.astimezone(UTC).date() >= verdict.purge_on:
        return ""
    if verdict.basis is Basis.UNSHIPPED_SEEN:
        return _(
            "The day moves on each time a report or a person says again that it is not "
            "shipped."
        )
    if verdict.basis is Basis.PURCHASED:
        return _("The day moves on with a report that says unshipped.")
    return ""


def _count(policy: RetentionPolicy, now: datetime) -> str:
    """Say how many days are counted, less which margin, and which the shop set."""
    facts = {
        "days": _days(policy.days),
        "margin": _days(policy.margin_days),
        "on": _date(policy.own.set_at.astimezone(UTC), now) if policy.own else "",
    }
    return _count_words(policy) % facts


def _count_words(policy: RetentionPolicy) -> str:
    own_margin = policy.own_margin and bool(policy.margin_days)
    if policy.own is None or not (policy.own_days or own_margin):
        words = _("%(days)s less %(margin)s margin")
        return words if policy.margin_days else "%(days)s"
    if policy.own_days and own_margin:
        return _("%(days)s less %(margin)s margin, both set by you on %(on)s")
    if own_margin:
        return _("%(days)s less %(margin)s margin, the margin set by you on %(on)s")
    if policy.margin_days:
        return _("%(days)s, set by you on %(on)s, less %(margin)s margin")
    return _("%(days)s, set by you on %(on)s")


def _days(number: int) -> str:
    return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}


def _minute(instant: datetime, now: datetime) -> str:
    at = instant.astimezone(UTC)
    return f"{_date(at, now)} {at:%H:%M} UTC"


def _date(day: date, now: datetime) -> str:
    """Write a UTC day without leading nought, its year only where it differs."""
    same = day.year == now.astimezone(UTC).year
    return date_words(day, "j M" if same else "j M Y")
