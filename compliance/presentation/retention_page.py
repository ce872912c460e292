"""The page Retention: each marketplace's rule, the shop's own figures, its versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.declarations import judge
from compliance.models import PolicyChange
from compliance.policies import RetentionPolicy, policies, shortened
from compliance.presentation.second_clock_page import next_words
from compliance.presentation.wider_margin import Proposal, proposals
from compliance.queries.policies import every_change, own_figures
from sellers.queries import people_names


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its figures, who set it and when (UTC), and what became of it."""

    number: int
    figures: str
    who: str
    when: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Work:
    """The known orders are being judged by a version: so many until now, of so many."""

    done: int
    total: int
    says: str


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One marketplace: what is in force, who says so, and where it can be changed."""

    name: str
    in_use: bool
    policy: RetentionPolicy
    days: str
    margin: str
    kept_words: str
    counted_from: str
    ceiling: str
    second_clock: str
    second_next: str
    second_url: str
    who: str
    tag: tuple[str, str]
    change_url: str
    versions: tuple[Version, ...]
    work: Work | None


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """Marketplaces with orders of the shop first; ``works`` are under way."""

    used: tuple[RuleCard, ...]
    others: tuple[RuleCard, ...]
    proposals: tuple[Proposal, ...]

    @property
    def works(self) -> tuple[RuleCard, ...]:
        """Return the marketplaces whose orders are being judged."""
        return tuple(card for card in (*self.used, *self.others) if card.work)


def retention_page(*, seller_id: UUID, shop: str, now: datetime) -> RetentionPage:
    """Lay out the policies of the shop in scope at ``now`` (UTC), by its slug."""
    used = judge().channels(seller_id=seller_id)
    changes = every_change(seller_id=seller_id)
    names = people_names(
        ids={
            change.changed_by_id
            for found in changes.values()
            for change in found
            if change.changed_by_id is not None
        }
    )
    order = [*used, *(channel for channel in policies() if channel not in used)]
    cards = [
        _card(
            seller_id=seller_id,
            rule=policies()[channel],
            in_use=channel in used,
            changes=changes.get(channel, []),
            names=names,
            shop=shop,
            now=now,
        )
        for channel in order
    ]
    return RetentionPage(
        used=tuple(card for card in cards if card.in_use),
        others=tuple(card for card in cards if not card.in_use),
        proposals=tuple(
            proposals(
                in_use=[card.policy for card in cards if card.in_use],
                shop=shop,
                now=now,
            )
        ),
    )


def days_words(number: int) -> str:
    """Write a number of days."""
    return ngettext("%(n)d day", "%(n)d days", number) % {"n": number}


def _card(
    *,
    seller_id: UUID,
    rule: RetentionPolicy,
    in_use: bool,
    changes: list[PolicyChange],
    names: Mapping[UUID, str],
    shop: str,
    now: datetime,
) -> RuleCard:
    latest = changes[0] if changes else None
    policy = shortened(rule=rule, own=own_figures(change=latest)) if latest else rule
    return RuleCard(
        name=rule.name,
        in_use=in_use,
        policy=policy,
        days=days_words(policy.days),
        margin=days_words(policy.margin_days),
        kept_words=_("Refused from day %(day)d") % {"day": policy.kept_days},
        counted_from=_("The last certain instant before delivery"),
        ceiling=_ceiling(rule),
        second_clock=_second_clock(policy, rule),
        second_next=next_words(seller_id=seller_id, policy=policy, now=now)
        if in_use
        else "",
        second_url=reverse("compliance:second-clock", args=[shop, rule.id]),
        who=_who(rule=rule, latest=latest, names=names, now=now),
        tag=_tag(rule, latest),
        change_url=reverse("compliance:retention-change", args=[shop, rule.id]),
        versions=tuple(
            _version(change=c, newest=c is latest, names=names, now=now)
            for c in changes
        ),
        work=_work(latest, now) if latest else None,
    )


def _ceiling(rule: RetentionPolicy) -> str:
    if rule.ceiling_days is None:
        return _("None")
    words = _("%(days)s after the purchase, without an exact delivery")
    return words % {"days": days_words(rule.ceiling_days)}


def _second_clock(policy: RetentionPolicy, rule: RetentionPolicy) -> str:
    months = policy.second_clock_months
    if months is None:
        return _("Not set: orders without their buyer stay")
    said = ngettext(
        "%(n)d month after the purchase", "%(n)d months after the purchase", months
    )
    words = said % {"n": months}
    if rule.second_clock_months == months:
        return _("%(words)s, the marketplace's own") % {"words": words}
    return _("%(words)s, set by you") % {"words": words}


def _tag(rule: RetentionPolicy, latest: PolicyChange | None) -> tuple[str, str]:
    """Return the tag's words and kind: whose figures these are."""
    if latest is None:
        if rule.verified:
            return _("The marketplace's own"), "ok"
        return _("Unverified, not confirmed"), "warn"
    if rule.verified:
        return _("Set by you"), "accent"
    return _("Unverified, set by you"), "accent"


def _who(
    *,
    rule: RetentionPolicy,
    latest: PolicyChange | None,
    names: Mapping[UUID, str],
    now: datetime,
) -> str:
    if latest is not None:
        words = _("%(who)s on %(on)s, version %(version)d")
        return words % {
            "who": _name(latest, names),
            "on": _day(latest.changed_at, now),
            "version": latest.version,
        }
    if rule.verified:
        return _("The marketplace")
    words = _(
        "Nobody yet: no number of days was found in the marketplace's documents, so "
        "the portal takes %(days)d. Confirm them, or set fewer."
    )
    return words % {"days": rule.days}


def _version(
    *, change: PolicyChange, newest: bool, names: Mapping[UUID, str], now: datetime
) -> Version:
    figures = _("%(days)s, %(margin)s margin") % {
        "days": days_words(change.days),
        "margin": days_words(change.margin_days),
    }
    if change.months is not None:
        months = ngettext("%(n)d month", "%(n)d months", change.months)
        figures = f"{figures}, {months % {'n': change.months}}"
    return Version(
        number=change.version,
        figures=figures,
        who=_name(change, names),
        when=f"{_day(change.changed_at, now)}, {change.changed_at:%H:%M} UTC",
        outcome=_outcome(change=change, newest=newest),
    )


def _outcome(*, change: PolicyChange, newest: bool) -> str:
    facts = {
        "judged": f"{change.judged:,}",
        "moved": f"{change.moved:,}",
        "removed": f"{change.removed:,}",
    }
    if change.finished_at is None and not newest:
        words = _(
            "Replaced after %(judged)s judged: %(moved)s moved, %(removed)s removed"
        )
    elif change.finished_at is None:
        words = _("Under way: %(judged)s judged, %(moved)s moved, %(removed)s removed")
    else:
        words = _("%(judged)s judged, %(moved)s moved, %(removed)s removed")
    return words % facts


def _work(change: PolicyChange, now: datetime) -> Work | None:
    if change.finished_at is not None:
        return None
    left = judge().count_left(
        seller_id=change.seller_id,
        channel=change.channel,
        after=change.cursor,
        now=now,
    )
    total = change.judged + left
    words = ngettext(
        "%(done)s of %(total)s order judged: %(moved)s moved, %(removed)s removed.",
        "%(done)s of %(total)s orders judged: %(moved)s moved, %(removed)s removed.",
        total,
    )
    facts = {
        "done": f"{change.judged:,}",
        "total": f"{total:,}",
        "moved": f"{change.moved:,}",
        "removed": f"{change.removed:,}",
    }
    return Work(done=change.judged, total=total, says=words % facts)


def _name(change: PolicyChange, names: Mapping[UUID, str]) -> str:
    known = change.changed_by_id is not None and names.get(change.changed_by_id)
    return known or _("Former person")


def _day(instant: datetime, now: datetime) -> str:
    return date_words(instant, "j M" if instant.year == now.year else "j M Y")
