"""The page of one hold and of one standing rule; no value of a buyer is read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

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
from compliance.presentation.holds_page import MOST_SHOWN, Tag, tag_of
from compliance.queries.certificates import latest_certificate
from compliance.queries.held import Stand, live_items, rule_stand, stand_of
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
class HoldPage:
    """What the page of a hold shows."""

    hold: Hold
    tag: Tag
    stand: Stand
    kind: str
    fields: str
    gone: str
    orders: tuple[OrderRow, ...]
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
    orders: tuple[OrderRow, ...]
    approval: Approval | None
    certificate: HoldCertificate | None


def hold_page(*, hold: Hold, person_id: UUID, shop: str, now: datetime) -> HoldPage:
    """Lay out one hold for a person of the shop in scope."""
    stand = stand_of(hold=hold, today=now.date())
    held = list(
        HeldOrder.objects.filter(seller_id=hold.seller_id, hold=hold).order_by("id")
    )
    waits = stand is Stand.WAITING
    wanted = stand is Stand.LIVE and hold.wanted_until is not None
    return HoldPage(
        hold=hold,
        tag=tag_of(stand),
        stand=stand,
        kind=str(GROUND_WORDS[HoldGround(hold.kind)]),
        fields=field_words(hold.fields),
        gone=_gone_words(held),
        orders=tuple(_held_rows(hold=hold, held=held, shop=shop, today=now.date())),
        approval=hold_approval(hold=hold, person_id=person_id, now=now)
        if waits
        else None,
        renewal=renewal_approval(hold=hold, person_id=person_id, now=now)
        if wanted
        else None,
        certificate=latest_certificate(seller_id=hold.seller_id),
    )


def rule_page(
    *, rule: StandingRule, person_id: UUID, shop: str, now: datetime
) -> RulePage:
    """Lay out one rule for a person of the shop in scope; its latest items."""
    stand, today = rule_stand(rule=rule), now.date()
    sealed = live_items(seller_id=rule.seller_id, today=today).filter(rule=rule)
    latest = list(sealed.order_by("-sealed_at", "-id")[:MOST_SHOWN])
    subjects = held_subjects().by_id(
        seller_id=rule.seller_id, ids=[item.subject_id for item in latest]
    )
    return RulePage(
        rule=rule,
        tag=tag_of(stand, live=_("Seals on arrival")),
        stand=stand,
        kind=str(KIND_WORDS[OrderKind(rule.kind)]),
        fields=field_words(rule.fields),
        overdue=stand is Stand.LIVE
        and rule.review_on is not None
        and rule.review_on <= today,
        items=sealed.count(),
        orders=tuple(
            OrderRow(
                number=subjects[item.subject_id].number
                if item.subject_id in subjects
                else _("An order that is gone"),
                url=order_url(shop, item.subject_id)
                if item.subject_id in subjects
                else "",
                outcome=_("Sealed"),
                tone="hold",
                item=item,
            )
            for item in latest
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
    *, hold: Hold, held: list[HeldOrder], shop: str, today: date
) -> Iterator[OrderRow]:
    shown = held[:MOST_SHOWN]
    subjects = held_subjects().by_id(
        seller_id=hold.seller_id, ids=[each.subject_id for each in shown]
    )
    sealed = live_items(seller_id=hold.seller_id, today=today).filter(hold=hold)
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


def _gone_words(held: list[HeldOrder]) -> str:
    """Say how many orders could not be sealed, and why."""
    found = Counter(each.outcome for each in held)
    words = (
        (HoldOutcome.GONE, _("%(n)d of %(all)d had no buyer any more.")),
        (HoldOutcome.EMPTY, _("%(n)d of %(all)d had none of these fields.")),
        (HoldOutcome.BROKEN, _("%(n)d of %(all)d could not be opened.")),
    )
    return " ".join(
        sentence % {"n": found[outcome], "all": len(held)}
        for outcome, sentence in words
        if found[outcome]
    )
