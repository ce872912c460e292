"""What the second clock does next, in words, and the page with its dry run."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.declarations.second_clock import DryRun, Summed, dry_run
from compliance.policies import RetentionPolicy

#: So many sums are shown; how many more there are is said.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class SecondClockPage:
    """What the page prints; ``more`` is empty where every sum is shown."""

    name: str
    next_words: str
    sums: tuple[Summed, ...]
    more: str


def next_words(*, seller_id: UUID, policy: RetentionPolicy, now: datetime) -> str:
    """Say what leaves next of a marketplace of the shop in scope; "" without a clock.

    ``now`` is in UTC, and so are the days.
    """
    months = policy.second_clock_months
    if months is None:
        return ""
    found = dry_run(seller_id=seller_id, channel=policy.id, months=months, now=now)
    return _words(found, now)


def second_clock_page(
    *, seller_id: UUID, policy: RetentionPolicy, now: datetime
) -> SecondClockPage:
    """Lay out what would leave with the next midnight (UTC); nothing is done."""
    months = policy.second_clock_months
    if months is None:
        words = _("No number of months is set: orders without their buyer stay.")
        return SecondClockPage(policy.name, words, (), "")
    found = dry_run(
        seller_id=seller_id, channel=policy.id, months=months, now=now, most=SHOWN
    )
    more = ngettext("%(n)s more sum", "%(n)s more sums", found.more)
    return SecondClockPage(
        name=policy.name,
        next_words=_words(found, now),
        sums=found.sums,
        more=more % {"n": f"{found.more:,}"} if found.more else "",
    )


def _words(found: DryRun, now: datetime) -> str:
    if found.rows:
        words = ngettext(
            "Tonight at midnight UTC %(n)s order from before %(day)s leaves; its sums "
            "stay.",
            "Tonight at midnight UTC %(n)s orders from before %(day)s leave; their "
            "sums stay.",
            found.rows,
        )
        return words % {"n": f"{found.rows:,}", "day": _day(found.before, now)}
    if found.first_on is None:
        return _("No order is stored, so none leaves.")
    if found.first_on <= now.date():
        return _(
            "Old orders wait until the sweep has deleted the rows of their buyers."
        )
    words = _("Nothing leaves tonight. The oldest order leaves on %(day)s.")
    return words % {"day": _day(found.first_on, now)}


def _day(day: date, now: datetime) -> str:
    return date_words(day, "j M" if day.year == now.year else "j M Y")
