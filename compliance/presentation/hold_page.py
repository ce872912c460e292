"""The page of one hold and of one standing rule; no value of a buyer is read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.declarations.subjects import held_subjects
from compliance.hold_forms import GROUND_WORDS, KIND_WORDS
from compliance.models import (
    ArchiveItem,
    HeldOrder,
    Hold,
    HoldCertificate,
    HoldGround,
    HoldOutcome,
    OrderKind,
    StandingRule,
)
from compliance.presentation.hold_words import field_words
from compliance.presentation.holds_page import Tag, tag_of
from compliance.queries.certificates import latest_certificate
from compliance.queries.held import (
    Stand,
    live_items,
    outcomes_of,
    rule_stand,
    stand_of,
)
from compliance.queries.paging import Page, Turn, page_of
from compliance.services.approving import Approval
from compliance.services.hold_approval import hold_approval, renewal_approval
from compliance.services.tax_rules import rule_approval


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order of a hold or rule. ``item`` is there while it is sealed."""

    number: str
    url: str
    outcome: str
    tone: str
    item: ArchiveItem | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of orders; ``shown`` says which part of all it is, "" for the whole."""

    rows: tuple[OrderRow, ...]
    shown: str
    back_url: str
    on_url: str


@dataclass(frozen=True, slots=True)
class HoldPage:
    """What the page of a hold shows."""

    hold: Hold
    tag: Tag
    stand: Stand
    kind: str
    fields: str
    gone: str
    orders: Listed
    approval: Approval | None
    renewal: Approval | None
    certificate: HoldCertificate | None


@dataclass(frozen=True, slots=True)
class RulePage:
    """What the page of a rule shows; ``items`` counts all that it sealed and holds."""

    rule: StandingRule
    tag: Tag
    stand: Stand
    kind: str
    fields: str
    overdue: bool
    items: int
    orders: Listed
    approval: Approval | None
    certificate: HoldCertificate | None


def hold_page(
    *, hold: Hold, person_id: UUID, shop: str, now: datetime, turn: Turn
) -> HoldPage:
    """Lay out one hold for a person of the shop in scope; a page of its orders."""
    stand = stand_of(hold=hold, today=now.date())
    held = HeldOrder.objects.filter(seller_id=hold.seller_id, hold=hold)
    page = page_of(rows=held, turn=turn, newest_first=False)
    rows = _held_rows(hold=hold, shown=page.rows, shop=shop, today=now.date())
    waits = stand is Stand.WAITING
    wanted = stand is Stand.LIVE and hold.wanted_until is not None
    return HoldPage(
        hold=hold,
        tag=tag_of(stand),
        stand=stand,
        kind=str(GROUND_WORDS[HoldGround(hold.kind)]),
        fields=field_words(hold.fields),
        gone=_gone_words(outcomes_of(hold=hold)),
        orders=_listed(
            rows, page, reverse("compliance:hold", args=[shop, hold.id]), hold.orders
        ),
        approval=hold_approval(hold=hold, person_id=person_id, now=now)
        if waits
        else None,
        renewal=renewal_approval(hold=hold, person_id=person_id, now=now)
        if wanted
        else None,
        certificate=latest_certificate(seller_id=hold.seller_id),
    )


def rule_page(
    *, rule: StandingRule, person_id: UUID, shop: str, now: datetime, turn: Turn
) -> RulePage:
    """Lay out one rule for a person of the shop in scope; a page of its items."""
    stand, today = rule_stand(rule=rule), now.date()
    sealed = live_items(seller_id=rule.seller_id, today=today).filter(rule=rule)
    page = page_of(rows=sealed, turn=turn, newest_first=True)
    count = sealed.count()
    return RulePage(
        rule=rule,
        tag=tag_of(stand, live=_("Seals on arrival")),
        stand=stand,
        kind=str(KIND_WORDS[OrderKind(rule.kind)]),
        fields=field_words(rule.fields),
        overdue=stand is Stand.LIVE
        and rule.review_on is not None
        and rule.review_on <= today,
        items=count,
        orders=_listed(
            _item_rows(items=page.rows, seller_id=rule.seller_id, shop=shop),
            page,
            reverse("compliance:rule", args=[shop, rule.id]),
            count,
        ),
        approval=rule_approval(rule=rule, person_id=person_id, now=now)
        if stand is Stand.WAITING
        else None,
        certificate=latest_certificate(seller_id=rule.seller_id),
    )


def order_url(shop: str, order_id: UUID) -> str:
    """Return the address of an order."""
    return reverse("orders:order-detail", args=[shop, order_id])


_OUTCOMES = {
    HoldOutcome.WAITING: ("Waits for approval", "line"),
    HoldOutcome.SEALED: ("Sealed", "hold"),
    HoldOutcome.GONE: ("No buyer any more", "line"),
    HoldOutcome.EMPTY: ("None of these fields", "line"),
    HoldOutcome.BROKEN: ("Could not be opened", "warn"),
}


def _held_rows(
    *, hold: Hold, shown: Sequence[HeldOrder], shop: str, today: date
) -> Iterator[OrderRow]:
    subjects = held_subjects().by_id(
        seller_id=hold.seller_id, ids=[each.subject_id for each in shown]
    )
    sealed = live_items(seller_id=hold.seller_id, today=today).filter(
        hold=hold, subject_id__in=[each.subject_id for each in shown]
    )
    items = {item.subject_id: item for item in sealed}
    for each in shown:
        subject, item = subjects.get(each.subject_id), items.get(each.subject_id)
        words, tone = _OUTCOMES[HoldOutcome(each.outcome)]
        if each.outcome == HoldOutcome.SEALED and item is None:
            words, tone = "Deleted", "line"
        yield OrderRow(
            number=subject.number if subject else _("An order that is gone"),
            url=order_url(shop, each.subject_id) if subject else "",
            outcome=_(words),
            tone=tone,
            item=item,
        )


def _item_rows(
    *, items: Sequence[ArchiveItem], seller_id: UUID, shop: str
) -> Iterator[OrderRow]:
    subjects = held_subjects().by_id(
        seller_id=seller_id, ids=[item.subject_id for item in items]
    )
    for item in items:
        subject = subjects.get(item.subject_id)
        yield OrderRow(
            number=subject.number if subject else _("An order that is gone"),
            url=order_url(shop, item.subject_id) if subject else "",
            outcome=_("Sealed"),
            tone="hold",
            item=item,
        )


def _listed(
    rows: Iterable[OrderRow],
    page: Page[HeldOrder] | Page[ArchiveItem],
    url: str,
    count: int,
) -> Listed:
    """Lead to the pages beside this one; ``count`` is of all pages."""
    part = ngettext("%(n)d of %(all)s order", "%(n)d of %(all)s orders", count)
    whole = len(page.rows) == count
    return Listed(
        rows=tuple(rows),
        shown="" if whole else part % {"n": len(page.rows), "all": f"{count:,}"},
        back_url=f"{url}?before={page.back}" if page.back else "",
        on_url=f"{url}?after={page.on}" if page.on else "",
    )


def _gone_words(found: Mapping[str, int]) -> str:
    """Say how many orders could not be sealed, and why."""
    every = sum(found.values())
    words = (
        (HoldOutcome.GONE, _("%(n)d of %(all)d had no buyer any more.")),
        (HoldOutcome.EMPTY, _("%(n)d of %(all)d had none of these fields.")),
        (HoldOutcome.BROKEN, _("%(n)d of %(all)d could not be opened.")),
    )
    return " ".join(
        sentence % {"n": found[outcome], "all": every}
        for outcome, sentence in words
        if outcome in found
    )
