"""What a change of the days would do, in sentences: the page before it is made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.declarations import Foresight
from compliance.policies import RetentionPolicy
from compliance.presentation.foreseen_orders import Effect, forget_words, orders_effects
from compliance.services.policies import Plan


@dataclass(frozen=True, slots=True)
class ForeseenPage:
    """What the preview prints. ``type_words`` ask for a number; "" where none is."""

    title: str
    effects: tuple[Effect, ...]
    code: str
    type_words: str
    removes: bool
    button: str


def foreseen_page(*, plan: Plan, now: datetime) -> ForeseenPage:
    """Put a plan into words; days are UTC, figures those that the run applies."""
    seen = plan.foresight
    return ForeseenPage(
        title=_title(plan),
        effects=tuple(_effects(plan=plan, today=now.date())),
        code=plan.code,
        type_words=_type_words(plan),
        removes=bool(seen.at_once or plan.forgotten),
        button=_button(plan),
    )


def change_words(*, before: RetentionPolicy, after: RetentionPolicy) -> str:
    """Say which figures change: ``20 days instead of 30``."""
    said = []
    if after.days != before.days:
        words = ngettext(
            "%(new)d day instead of %(old)d",
            "%(new)d days instead of %(old)d",
            after.days,
        )
        said.append(words % {"new": after.days, "old": before.days})
    if after.margin_days != before.margin_days:
        words = ngettext(
            "%(new)d day margin instead of %(old)d",
            "%(new)d days margin instead of %(old)d",
            after.margin_days,
        )
        said.append(words % {"new": after.margin_days, "old": before.margin_days})
    if after.second_clock_months != before.second_clock_months:
        said.append(_months_words(before, after))
    return ", ".join(said)


def _months_words(before: RetentionPolicy, after: RetentionPolicy) -> str:
    new, old = after.second_clock_months, before.second_clock_months
    if new is None:
        return _("orders kept without an end")
    if old is None:
        words = ngettext("orders kept %(new)d month", "orders kept %(new)d months", new)
    else:
        words = ngettext(
            "orders kept %(new)d month instead of %(old)d",
            "orders kept %(new)d months instead of %(old)d",
            new,
        )
    return words % {"new": new, "old": old}


def _title(plan: Plan) -> str:
    facts = {
        "name": plan.after.name,
        "days": plan.after.days,
        "what": change_words(before=plan.before, after=plan.after),
    }
    if facts["what"]:
        return _("%(name)s: %(what)s") % facts
    return _("%(name)s: %(days)d days, confirmed by you") % facts


def _effects(*, plan: Plan, today: date) -> Iterator[Effect]:
    seen = plan.foresight
    if seen.at_once:
        yield _at_once(seen, today)
    yield from orders_effects(plan=plan, today=today)
    if seen.sooner:
        yield _sooner(seen)
    # Days that move on anyway are no effect of a change of the months alone.
    same = plan.after.kept_days == plan.before.kept_days
    later = seen.later or (seen.later_when_near and not same)
    if later:
        yield _later(seen)
    if not (seen.at_once or seen.sooner or later):
        yield _no_buyer(plan)
    if not same:
        yield _new_orders(plan)


def _no_buyer(plan: Plan) -> Effect:
    title = _("No order that is stored changes its day")
    if plan.forgotten:
        title = _("No buyer leaves on another day")
    return Effect(title, _("No buyer is removed by this change."), "ok")


def _new_orders(plan: Plan) -> Effect:
    kept = ngettext(
        "From now on %(days)d day after the last certain instant before delivery, with "
        "each order that arrives.",
        "From now on %(days)d days after the last certain instant before delivery, "
        "with each order that arrives.",
        plan.after.kept_days,
    )
    return Effect(
        _("New orders follow it at once"), kept % {"days": plan.after.kept_days}, "ok"
    )


def _at_once(seen: Foresight, today: date) -> Effect:
    facts = {
        "n": _many(seen.at_once),
        "waiting": _many(seen.at_once_unshipped),
        "day": _day(seen.last_key_on or today, today),
    }
    title = ngettext(
        "%(n)s order leaves the screens at once, its last key dies by %(day)s",
        "%(n)s orders leave the screens at once, their last key dies by %(day)s",
        seen.at_once,
    )
    removed = ngettext(
        "Its new day has begun, so this buyer is removed, not hidden. This cannot be "
        "undone: no import and no longer setting brings it back.",
        "Their new day has begun, so these buyers are removed, not hidden. This cannot "
        "be undone: no import and no longer setting brings them back.",
        seen.at_once,
    )
    said = [removed]
    if seen.at_once_unshipped:
        words = ngettext(
            "%(waiting)s of them has not shipped yet: ship it first, or nobody can "
            "any more.",
            "%(waiting)s of them have not shipped yet: ship them first, or nobody can "
            "any more.",
            seen.at_once_unshipped,
        )
        said.insert(0, words % facts)
    return Effect(title % facts, " ".join(said), "bad")


def _sooner(seen: Foresight) -> Effect:
    title = ngettext(
        "%(n)s order leaves sooner than before",
        "%(n)s orders leave sooner than before",
        seen.sooner,
    )
    said = [_("Sealed anew for the earlier day, and readable until then.")]
    if seen.tonight:
        words = ngettext(
            "%(n)s of them leaves tonight, at 00:00 UTC.",
            "%(n)s of them leave tonight, at 00:00 UTC.",
            seen.tonight,
        )
        said.append(words % {"n": _many(seen.tonight)})
    if seen.sooner_unshipped:
        words = ngettext(
            "%(n)s has not shipped yet; its day moves on while a report says so.",
            "%(n)s have not shipped yet; their day moves on while a report says so.",
            seen.sooner_unshipped,
        )
        said.append(words % {"n": _many(seen.sooner_unshipped)})
    return Effect(title % {"n": _many(seen.sooner)}, " ".join(said), "warn")


def _later(seen: Foresight) -> Effect:
    number = seen.later + seen.later_when_near
    title = ngettext(
        "%(n)s order may stay longer than before",
        "%(n)s orders may stay longer than before",
        number,
    )
    said = []
    if seen.later:
        words = ngettext(
            "%(n)s moves to its later day now, since its day is near and it still "
            "needs its buyer.",
            "%(n)s move to their later day now, since their day is near and they still "
            "need their buyer.",
            seen.later,
        )
        said.append(words % {"n": _many(seen.later)})
    if seen.later_when_near:
        words = ngettext(
            "%(n)s moves only when its day is a week away, and only if it still needs "
            "its buyer then.",
            "%(n)s move only when their day is a week away, and only if they still "
            "need their buyer then.",
            seen.later_when_near,
        )
        said.append(words % {"n": _many(seen.later_when_near)})
    said.append(_("What is purged stays purged."))
    return Effect(title % {"n": _many(number)}, " ".join(said), "warn")


def _type_words(plan: Plan) -> str:
    """Ask for the number of what goes for good, in words that tell what it counts."""
    if plan.must_type is None:
        return ""
    words = _("Type %(n)d to confirm that so many buyers are removed")
    if plan.forgotten:
        words = _("Type %(n)d to confirm that so many orders are forgotten")
    if plan.forgotten and plan.foresight.at_once:
        words = _("Type %(n)d to confirm that so many buyers and orders go for good")
    return words % {"n": plan.must_type}


def _button(plan: Plan) -> str:
    removed = plan.foresight.at_once
    remove = ngettext("remove %(n)s buyer", "remove %(n)s buyers", removed)
    said = [remove % {"n": _many(removed)}] if removed else []
    if plan.forgotten:
        said.append(forget_words(plan.forgotten))
    if said:
        return _("Change it and %(what)s") % {"what": _(" and ").join(said)}
    if not change_words(before=plan.before, after=plan.after):
        return _("Confirm %(days)d days") % {"days": plan.after.days}
    return _("Change it")


def _many(number: int) -> str:
    return f"{number:,}"


def _day(day: date, today: date) -> str:
    return date_words(day, "j F" if day.year == today.year else "j F Y")
