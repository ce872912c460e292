"""What a change of the months would do to orders, in sentences of the preview."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.declarations.second_clock import DryRun
from compliance.services.policies import Plan


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that would happen; ``tone`` is bad, warn or ok."""

    title: str
    text: str
    tone: str


def orders_effects(*, plan: Plan, today: date) -> Iterator[Effect]:
    """Yield what becomes of orders where their months change; ``today`` is in UTC."""
    months = plan.after.second_clock_months
    if months == plan.before.second_clock_months:
        return
    if months is None:
        yield Effect(
            _("Orders are not forgotten"),
            _("Without their buyer, they stay until you set a number of months."),
            "ok",
        )
        return
    if plan.forgets is not None and plan.forgets.rows:
        yield _forgotten(plan.forgets)
    words = ngettext(
        "Orders are forgotten %(n)d month after their purchase",
        "Orders are forgotten %(n)d months after their purchase",
        months,
    )
    said = [_("Sums for reports and tax are made first, and stay.")]
    if plan.forgets is not None and (first := _first_later(plan.forgets, today)):
        said.insert(0, first)
    yield Effect(words % {"n": months}, " ".join(said), "warn")


def forget_words(number: int) -> str:
    """Say on a button how many orders are forgotten."""
    words = ngettext("forget %(n)s order", "forget %(n)s orders", number)
    return words % {"n": f"{number:,}"}


def _forgotten(found: DryRun) -> Effect:
    title = ngettext(
        "%(n)s order bought before %(day)s is forgotten tonight",
        "%(n)s orders bought before %(day)s are forgotten tonight",
        found.rows,
    )
    text = ngettext(
        "It leaves within the hour, or at midnight UTC; its sums by day and "
        "destination stay. This cannot be undone.",
        "They leave within the hour, the last at midnight UTC; their sums by day and "
        "destination stay. This cannot be undone.",
        found.rows,
    )
    facts = {"n": f"{found.rows:,}", "day": date_words(found.before, "j M Y")}
    return Effect(title % facts, text, "bad")


def _first_later(found: DryRun, today: date) -> str:
    """Say when the oldest order leaves, where none leaves tonight."""
    if found.rows or found.first_on is None or found.first_on <= today:
        return ""
    words = _("None leaves tonight; the oldest leaves on %(day)s.")
    day = found.first_on
    told = date_words(day, "j M" if day.year == today.year else "j M Y")
    return words % {"day": told}
