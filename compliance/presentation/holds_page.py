"""The list of holds and rules, and the card of the exposure page."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.models import Hold, HoldCertificate, StandingRule
from compliance.presentation.hold_words import (
    STAND_TAGS,
    certificate_words,
    field_words,
)
from compliance.queries.certificates import latest_certificate
from compliance.queries.held import (
    NEAR_DAYS,
    Stand,
    items_by_hold,
    items_by_rule,
    live_holds,
    live_rules,
    rule_stand,
    stand_of,
    waiting_counts,
)
from sellers.models import Person

#: Holds and rules that the list shows, the latest of each.
MOST_SHOWN = 100
#: Holds and rules that the card of the exposure page shows.
ON_CARD = 6


@dataclass(frozen=True, slots=True)
class Tag:
    """A word with its tone."""

    text: str
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class Row:
    """One hold or rule in a list. ``ends`` is a day, or ``ends_words`` stands there."""

    label: str
    url: str
    title: str
    small: str
    orders: int
    approved_by: str
    tag: Tag
    live: bool
    ends: date | None = None
    ends_words: str = ""
    near: bool = False


@dataclass(frozen=True, slots=True)
class HoldsPage:
    """What the list shows."""

    rows: tuple[Row, ...]
    rules: tuple[Row, ...]
    certificate: HoldCertificate | None
    ended: str


@dataclass(frozen=True, slots=True)
class HoldsCard:
    """What the exposure page shows of holds; ``waiting`` waits for approval."""

    rows: tuple[Row, ...]
    more: int
    ending: int
    waiting: int
    url: str


def holds_page(*, seller_id: UUID, shop: str, now: datetime) -> HoldsPage:
    """Lay out the holds and rules of the shop in scope, what lives first."""
    today = now.date()
    holds = list(
        Hold.objects.filter(seller_id=seller_id)
        .select_related("placed_by", "approved_by")
        .order_by("-number")[:MOST_SHOWN]
    )
    rules = list(
        StandingRule.objects.filter(seller_id=seller_id)
        .select_related("placed_by", "approved_by")
        .order_by("-number")[:MOST_SHOWN]
    )
    by_hold = items_by_hold(seller_id=seller_id, ids=[h.id for h in holds])
    by_rule = items_by_rule(seller_id=seller_id, ids=[r.id for r in rules])
    rows = [_hold_row(h, shop, today, by_hold.get(h.id, 0)) for h in holds]
    rule_rows = [_rule_row(r, shop, today, by_rule.get(r.id, 0)) for r in rules]
    certificate = latest_certificate(seller_id=seller_id)
    return HoldsPage(
        rows=tuple(sorted(rows, key=lambda row: not row.live)),
        rules=tuple(sorted(rule_rows, key=lambda row: not row.live)),
        certificate=certificate,
        ended=certificate_words(certificate=certificate, now=now),
    )


def holds_card(*, seller_id: UUID, shop: str, today: date) -> HoldsCard:
    """Lay out the card of the exposure page: what lives, the one that ends first."""
    holds = list(
        live_holds(seller_id=seller_id, today=today).select_related(
            "placed_by", "approved_by"
        )
    )
    rules = list(
        live_rules(seller_id=seller_id).select_related("placed_by", "approved_by")
    )
    by_hold = items_by_hold(seller_id=seller_id, ids=[h.id for h in holds])
    by_rule = items_by_rule(seller_id=seller_id, ids=[r.id for r in rules])
    rows = [_rule_row(r, shop, today, by_rule.get(r.id, 0)) for r in rules]
    rows += [_hold_row(h, shop, today, by_hold.get(h.id, 0)) for h in holds]
    return HoldsCard(
        rows=tuple(rows[:ON_CARD]),
        more=max(len(rows) - ON_CARD, 0),
        ending=sum(1 for row in rows if row.near and row.ends),
        waiting=waiting_counts(seller_id=seller_id, today=today),
        url=reverse("compliance:holds", args=[shop]),
    )


def tag_of(stand: Stand, live: str = "") -> Tag:
    """Return how far a hold or rule is, as a tag."""
    words, kind, icon = STAND_TAGS[stand]
    text = live if live and stand is Stand.LIVE else str(words)
    return Tag(text, kind, icon)


def people_words(*, placed_by: Person, approved_by: Person | None, alone: bool) -> str:
    """Name who placed and who approved: Maya Okafor, Ruth Diaz."""
    if approved_by is None:
        return _("%(name)s asked") % {"name": placed_by.name}
    if alone:
        return _("%(name)s, alone after 24 h") % {"name": approved_by.name}
    return f"{placed_by.name}, {approved_by.name}"


def _hold_row(hold: Hold, shop: str, today: date, items: int) -> Row:
    stand = stand_of(hold=hold, today=today)
    live = stand is Stand.LIVE
    return Row(
        label=hold.label,
        url=reverse("compliance:hold", args=[shop, hold.id]),
        title=hold.ground,
        small=field_words(hold.fields),
        orders=items if live else hold.orders,
        approved_by=people_words(
            placed_by=hold.placed_by, approved_by=hold.approved_by, alone=hold.alone
        ),
        tag=tag_of(stand),
        live=stand in (Stand.LIVE, Stand.WAITING),
        ends=hold.ends_on,
        near=live and (hold.ends_on - today).days <= NEAR_DAYS,
    )


def _rule_row(rule: StandingRule, shop: str, today: date, items: int) -> Row:
    stand = rule_stand(rule=rule)
    due = stand is Stand.LIVE and rule.review_on is not None
    overdue = due and rule.review_on is not None and rule.review_on <= today
    years = _("after %(n)d years") if rule.years > 1 else _("after %(n)d year")
    title = _("Standing tax rule, %(country)s") % {"country": rule.country}
    return Row(
        label=rule.label,
        url=reverse("compliance:rule", args=[shop, rule.id]),
        title=title,
        small=field_words(rule.fields),
        orders=items,
        approved_by=people_words(
            placed_by=rule.placed_by, approved_by=rule.approved_by, alone=rule.alone
        ),
        tag=Tag(_("Review is due"), "warn", "clock")
        if overdue
        else tag_of(stand, live=_("Seals on arrival")),
        live=stand in (Stand.LIVE, Stand.WAITING) or items > 0,
        ends_words=years % {"n": rule.years},
        near=overdue,
    )
