"""A wider margin, proposed where the machine was off for longer than the margin."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.dateformat import format as date_words
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from compliance.policies import RetentionPolicy
from compliance.presentation.banner import silence_words
from compliance.queries.gaps import LOOKED_BACK, longest_gap, proposed_margin


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wider margin for one marketplace, with the address of its preview."""

    anchor: str
    title: str
    text: str
    label: str
    url: str


def proposals(
    *, in_use: Iterable[RetentionPolicy], shop: str, now: datetime
) -> Iterator[Proposal]:
    """Yield a proposal for each marketplace in use whose margin was too short.

    ``shop`` is the slug, ``now`` is in UTC. A policy of so few days that the wider
    margin would leave none is left out.
    """
    asked: dict[int, int | None] = {}
    for policy in in_use:
        had = policy.margin_days
        if had not in asked:
            asked[had] = proposed_margin(now=now, margin_days=had)
        wider = asked[had]
        if wider is not None and wider < policy.days:
            yield _proposal(policy=policy, wider=wider, shop=shop, now=now)


def _proposal(
    *, policy: RetentionPolicy, wider: int, shop: str, now: datetime
) -> Proposal:
    gap = longest_gap(since=now - LOOKED_BACK, now=now)
    facts = {
        "name": policy.name,
        "long": silence_words(gap.length) if gap else "",
        "until": date_words(gap.ended_at, "j M, H:i") if gap else "",
        "had": policy.margin_days,
        "wider": wider,
    }
    words = _(
        "The portal was off for %(long)s, until %(until)s UTC, longer than the margin "
        "of %(had)d days. A key that is due in such a gap may die late; with "
        "%(wider)d days margin there is more room."
    )
    figures = {
        "days": policy.days,
        "margin_days": wider,
        "months": policy.second_clock_months or "",
    }
    url = reverse("compliance:retention-preview", args=[shop, policy.id])
    return Proposal(
        anchor=f"margin-{policy.id}",
        title=_("%(name)s: a margin of %(wider)d days is proposed") % facts,
        text=words % facts,
        label=_("See what %(wider)d days margin would do") % facts,
        url=f"{url}?{urlencode(figures)}",
    )
