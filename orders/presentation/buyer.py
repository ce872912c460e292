"""The card "Buyer": what can be shown, or why there is nothing to show."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _

from compliance.explanation import NoBuyer, why_no_buyer
from orders.models import Order
from orders.presentation.groups import WORDS, ShownGroup, filled_groups
from orders.presentation.known import Known
from orders.presentation.refusals import nothing_words
from orders.presentation.removed import removed_words
from orders.presentation.rows import region_words
from orders.presentation.standing import Standing
from orders.presentation.statuses import Tag
from sellers.roles import Role


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at the page: the role, and what they may do with buyer data."""

    role: Role
    may_be_shown: bool
    may_remove: bool = False
    may_hold: bool = False


@dataclass(frozen=True, slots=True)
class Suspended:
    """Staff suspended the showing: since which day, and why, for the owner alone.

    ``ask`` names who knows why, for everybody else.
    """

    day: str
    reason: str = ""
    ask: str = ""


@dataclass(frozen=True, slots=True)
class BuyerCard:
    """What the card prints: groups, or a headline with sentences in their place.

    ``no_button`` says why a person has no button; empty for one who has.
    """

    tag: Tag | None = None
    groups: tuple[ShownGroup, ...] = ()
    headline: str = ""
    sentences: tuple[str, ...] = ()
    region: str = ""
    no_button: str = ""


def buyer_card(
    *,
    known: Known,
    visitor: Visitor,
    address: str,
    answered: ShownGroup | None,
    suspended: Suspended | None = None,
) -> BuyerCard:
    """Build the card. ``address`` is the shop's slug, with the view behind a blank.

    ``suspended``: staff keep the shop's buyers from being shown. ``answered`` is a
    group that was just shown, or a question that was answered wrong; it stands in
    place of its hidden twin.
    """
    order, stored = known.order, known.stored
    if known.standing is not Standing.READABLE or stored is None:
        return _without(known)
    if suspended is not None:
        return _suspended(order=order, suspended=suspended)
    groups = [
        group_hidden(
            slug=slug, order=order, address=address, button=visitor.may_be_shown
        )
        for slug in filled_groups(stored.fields)
    ]
    if answered is not None:
        groups = [answered if g.slug == answered.slug else g for g in groups]
    return BuyerCard(
        groups=tuple(groups),
        region=region_words(order),
        no_button=_no_button(visitor),
    )


def group_hidden(
    *, slug: str, order: Order, address: str, button: bool = True
) -> ShownGroup:
    """Return a group as it stands while nobody has asked for it."""
    shop, _blank, query = address.partition(" ")
    url = reverse("orders:order-show", args=[shop, order.id, slug])
    return ShownGroup(
        slug=slug,
        label=str(WORDS[slug].label),
        question=str(WORDS[slug].question),
        show_url=f"{url}{query}" if button else "",
    )


def _suspended(*, order: Order, suspended: Suspended) -> BuyerCard:
    """Say that nothing is shown at present; the reason is for the owner alone."""
    words = {"day": suspended.day, "reason": suspended.reason, "ask": suspended.ask}
    goes_on = _("Orders, imports and purges go on.")
    if suspended.reason:
        said = (
            _("Staff suspended it on %(day)s: %(reason)s") % words,
            goes_on,
            _("Only the owner sees this reason."),
        )
    else:
        asked = _("The owner knows why: %(ask)s.") % words if suspended.ask else ""
        said = (_("Staff suspended it on %(day)s.") % words, goes_on, asked)
    return BuyerCard(
        tag=Tag(_("Suspended"), "pause", "hold"),
        headline=_("Buyer data is not shown at the moment"),
        sentences=tuple(sentence for sentence in said if sentence),
        region=region_words(order),
    )


def _no_button(visitor: Visitor) -> str:
    if visitor.may_be_shown:
        return ""
    if not visitor.role.may_open_buyer_data:
        words = _(
            "You are here as %(role)s. In this role buyer data stays hidden; somebody "
            "who ships or answers buyers can have it shown."
        )
        return words % {"role": visitor.role.name}
    return _(
        "Buyer data stays hidden for you: the owner of the shop can give you the right "
        "to have it shown."
    )


def _without(known: Known) -> BuyerCard:
    order = known.order
    since = {"day": _full_day(order.purge_on)}
    region = region_words(order)
    kept = (_("Kept for tax: %(region)s.") % {"region": region},) if region else ()
    match known.standing:
        case Standing.PURGED if order.removed_at is not None:
            removed = removed_words(
                order=order,
                moment=known.moment,
                destroyed_at=known.day.destroyed_at if known.day else None,
            )
            tag = Tag(_("Removed early"), "check", "ok")
            final = _("No import brings it back.")
            return BuyerCard(tag, (), _("No data"), (removed, final, *kept))
        case Standing.PURGED:
            gone = _(
                "Since %(day)s, 00:00 UTC. Name, address, phone and e-mail cannot be "
                "opened or brought back, not by an import either."
            )
            tag = Tag(_("Purged"), "check", "ok")
            return BuyerCard(tag, (), _("No data"), (gone % since, *kept))
        case Standing.REFUSED | Standing.PAST_LIMIT:
            closed = _(
                "Since %(day)s, 00:00 UTC the portal opens none of it. The key still "
                "exists; the next sweep destroys it."
            )
            over = known.standing is Standing.PAST_LIMIT
            tag = Tag(
                _("Past the limit") if over else _("Refused"),
                "alert" if over else "lock",
                "bad" if over else "warn",
            )
            return BuyerCard(tag, (), _("Refused"), (closed % since, *kept))
        case Standing.LOST:
            tag = Tag(_("Lost"), "key", "warn")
            return BuyerCard(tag, (), _("Lost"), (why_no_buyer(NoBuyer.LOST), *kept))
        case _never:
            asked = known.standing is not Standing.NEVER_ASKED
            return BuyerCard(
                tag=Tag(_("Not stored") if asked else _("Never asked"), "check"),
                headline=_("No data"),
                sentences=(nothing_words(order=order, moment=known.moment),),
                region=region,
            )


def _full_day(day: date) -> str:
    return date_words(day, "D j M Y")
