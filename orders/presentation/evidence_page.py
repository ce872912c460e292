"""What can be recorded of an order's way, and the result of a selection."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.enums import JobState
from orders.models import EvidenceRun, Order
from orders.models.evidence import Said
from orders.models.order import BuyerState
from orders.presentation.evidence_words import WHY_NOT
from orders.presentation.page import Place
from orders.presentation.words import Moment
from orders.queries.due import WAITING
from orders.services.cancelling import why_not_cancelled
from orders.services.evidence import WhyNot, why_not_left, why_not_waiting

MOVING = frozenset({JobState.QUEUED, JobState.RUNNING})


@dataclass(frozen=True, slots=True)
class EvidenceActs:
    """Addresses of what can be said of an order; "" for what does not apply."""

    unshipped_url: str = ""
    shipped_url: str = ""
    delivered_url: str = ""
    lost_url: str = ""
    cancelled_url: str = ""
    another: bool = False


def evidence_acts(*, order: Order, place: Place, moment: Moment) -> EvidenceActs:
    """Return what whoever ships can record of an order now."""
    if why_not_left(order=order) is not None:
        return EvidenceActs()

    def to(name: str) -> str:
        return f"{reverse(f'orders:{name}', args=[place.shop, order.id])}{place.query}"

    if order.status in WAITING:
        waits = why_not_waiting(order=order, today=moment.today) is None
        matters = waits and order.buyer_state == BuyerState.SEALED
        return EvidenceActs(
            unshipped_url=to("order-unshipped") if matters else "",
            shipped_url=to("order-shipped"),
            cancelled_url=""
            if why_not_cancelled(order=order)
            else to("order-cancelled"),
        )
    if order.delivered_at is not None:
        return EvidenceActs()
    return EvidenceActs(
        shipped_url=to("order-shipped"),
        delivered_url=to("order-delivered"),
        lost_url="" if order.undeliverable_at else to("order-lost"),
        another=True,
    )


@dataclass(frozen=True, slots=True)
class RefusedOrder:
    """An order of a selection that could not take it: its number, and why."""

    number: str
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """What the page of a selection prints."""

    title: str
    head: str
    says: str
    kind: str
    moving: bool
    stopping: bool
    done: int
    total: int
    progress: str
    refused: tuple[RefusedOrder, ...]
    refused_title: str
    refused_foot: str


def evidence_page(*, run: EvidenceRun, shop: str, moment: Moment) -> EvidencePage:
    """Put a selection's progress or result into words."""
    state, refused = JobState(run.state), sum(run.why_not.values())
    said = ngettext("%(n)s order was left out", "%(n)s orders were left out", refused)
    rows = tuple(_refused(row, shop) for row in run.refused_first)
    missing = run.why_not.get(WhyNot.MISSING.value, 0)
    return EvidencePage(
        title=_("Cancelled") if run.said == Said.CANCELLED else _("Not shipped yet"),
        head=_head(run, state),
        says=_says(run, moment),
        kind="ok" if run.recorded and state is JobState.FINISHED else "idle",
        moving=state in MOVING,
        stopping=run.stop_wanted_at is not None,
        done=run.done,
        total=max(run.total, run.done, 1),
        progress=_("%(done)s of %(total)s orders")
        % {"done": f"{run.done:,}", "total": f"{run.total:,}"},
        refused=rows,
        refused_title=said % {"n": f"{refused:,}"} if refused else "",
        refused_foot=_foot(refused - missing, len(rows), missing),
    )


def _refused(row: list[str], shop: str) -> RefusedOrder:
    number, order_id, why = row
    url = reverse("orders:order-detail", args=[shop, UUID(order_id)])
    return RefusedOrder(number, url, str(WHY_NOT[WhyNot(why)]))


def _head(run: EvidenceRun, state: JobState) -> str:
    recorded = ngettext(
        "Recorded for %(n)s order", "Recorded for %(n)s orders", run.recorded
    ) % {"n": f"{run.recorded:,}"}
    if state is JobState.STOPPED:
        words = _("Stopped after %(done)s of %(total)s: %(recorded)s")
        facts = {"done": f"{run.done:,}", "total": f"{run.total:,}"}
        return words % {**facts, "recorded": recorded.lower()}
    return recorded


def _says(run: EvidenceRun, moment: Moment) -> str:
    if run.said == Said.CANCELLED:
        return _says_cancelled(run, moment)
    if run.first_day is None:
        return _("No day changed.")
    moved = ngettext(
        "%(n)s day moved on now; the others move on when they are near.",
        "%(n)s days moved on now; the others move on when they are near.",
        run.moved,
    ) % {"n": f"{run.moved:,}"}
    if not run.moved:
        moved = _("The days move on when they are near.")
    first = _("The first of these buyers leaves on %(day)s.")
    return f"{moved} {first % {'day': moment.day_words(run.first_day)}}"


def _says_cancelled(run: EvidenceRun, moment: Moment) -> str:
    """Name both dates of the buyers; without any there is nothing to date."""
    if run.last_key_on is None:
        return _("No buyer is stored of these orders.")
    last = {"last": moment.day_words(run.last_key_on)}
    if run.first_day is None:
        words = _("Their buyers are removed, and the last key dies on %(last)s.")
        return words % last
    words = _(
        "Their buyers leave on %(day)s, and the last key that sealed one of them dies "
        "on %(last)s."
    )
    return words % {**last, "day": moment.day_words(run.first_day)}


def _foot(refused: int, shown: int, missing: int) -> str:
    said = []
    if shown < refused:
        words = _("The first %(n)d are named here.")
        said.append(words % {"n": shown})
    if missing:
        words = ngettext(
            "%(n)d chosen order is not in this shop any more.",
            "%(n)d chosen orders are not in this shop any more.",
            missing,
        )
        said.append(words % {"n": missing})
    said.append(_("Nothing of theirs was changed."))
    return " ".join(said)
