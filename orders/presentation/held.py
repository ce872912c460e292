"""Holds on the page of an order: what is sealed of it, and who decided what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.models import ArchiveItem, HeldOrder, Hold
from compliance.presentation.hold_words import field_words
from compliance.queries.held import Stand, items_of_subject, stand_of
from orders.models import Order


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One hold or rule: its label, its address, what is sealed, until when (UTC)."""

    label: str
    url: str
    fields: str
    until: date
    waits: bool = False


@dataclass(frozen=True, slots=True)
class HeldCard:
    """The card; ``place_url`` leads to a new hold, for whoever may place one."""

    lines: tuple[HeldLine, ...]
    place_url: str = ""


@dataclass(frozen=True, slots=True)
class HoldEvent:
    """Something that somebody decided about a hold with this order in it."""

    at: datetime
    words: str
    who: str
    small: str = ""


def held_card(
    *,
    order: Order,
    held: Iterable[HeldOrder],
    shop: str,
    may_hold: bool,
    buyer_there: bool,
    today: date,
) -> HeldCard:
    """Lay out the holds of an order of the shop in scope; one query."""
    items = items_of_subject(
        seller_id=order.seller_id, subject_id=order.id, today=today
    )
    lines = [_line(item, shop) for item in items]
    lines += [
        HeldLine(
            label=each.hold.label,
            url=_hold_url(each.hold, shop),
            fields=field_words(each.hold.fields),
            until=each.hold.ends_on,
            waits=True,
        )
        for each in held
        if stand_of(hold=each.hold, today=today) is Stand.WAITING
    ]
    place = reverse("compliance:hold-new", args=[shop])
    may = may_hold and buyer_there
    return HeldCard(tuple(lines), f"{place}?order={order.id}" if may else "")


def hold_events(held: Iterable[HeldOrder]) -> Iterator[HoldEvent]:
    """Tell who asked for, approved and ended the holds of an order."""
    for each in held:
        hold, name = each.hold, {"name": each.hold.label}
        fields = field_words(hold.fields)
        words = _("asked for hold %(name)s") % name
        yield HoldEvent(hold.placed_at, words, hold.placed_by.name, fields)
        if hold.approved_at and hold.approved_by:
            words = _("approved hold %(name)s") % name
            yield HoldEvent(hold.approved_at, words, hold.approved_by.name)
        if hold.withdrawn_at:
            words = _("Hold %(name)s withdrawn") % name
            yield HoldEvent(hold.withdrawn_at, words, "")
        if hold.ended_at and hold.ended_by:
            words = _("released hold %(name)s") % name
            yield HoldEvent(hold.ended_at, words, hold.ended_by.name)
        elif hold.ended_at:
            words = _("Hold %(name)s ended") % name
            yield HoldEvent(hold.ended_at, words, "")


def _line(item: ArchiveItem, shop: str) -> HeldLine:
    fields = field_words(item.fields)
    if item.hold is not None:
        return HeldLine(
            item.hold.label, _hold_url(item.hold, shop), fields, item.ends_on
        )
    rule = item.rule
    label = rule.label if rule else ""
    url = reverse("compliance:rule", args=[shop, rule.id]) if rule else ""
    return HeldLine(label, url, fields, item.ends_on)


def _hold_url(hold: Hold, shop: str) -> str:
    return reverse("compliance:hold", args=[shop, hold.id])
