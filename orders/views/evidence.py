"""What a person knows of an order: not shipped, shipped, delivered, lost, cancelled."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.enums import FulfillmentStatus
from orders.evidence_forms import LAST, PackageForm, WhenForm
from orders.models import Order
from orders.presentation.cancel_page import CancelFacts, cancel_facts
from orders.presentation.evidence_words import (
    WHY_NOT,
    outcome_words,
    removal_words,
    unshipped_words,
)
from orders.presentation.words import Moment
from orders.services.cancelling import record_cancelled, why_not_cancelled
from orders.services.evidence import (
    EvidenceRefused,
    WhyNot,
    outlook,
    record_unshipped,
    why_not_ended,
    why_not_left,
)
from orders.services.shipping import (
    Package,
    add_package,
    check_instant,
    record_delivery,
    record_loss,
)
from orders.views.asked import moment_of, order_of, place_of
from sellers.access import SellerRequest, for_members
from sellers.roles import Right
from vault.clock import clock

_FORM_WRONG, _CANNOT = 422, 409


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be typed in: its page's words, and what it does."""

    address: str
    title: Promise
    intro: Promise
    button: Promise
    form: type[WhenForm]
    why_not: Callable[[Order], WhyNot | None]
    told: Callable[[Order, WhenForm], dict[str, datetime | str]]
    record: Callable[[Order, WhenForm, datetime], None]
    left: bool = True
    facts: Callable[[Order, Moment], CancelFacts] | None = None


@for_members(Right.SHIP_ORDERS, "POST")
def order_unshipped(request: SellerRequest, seller: str, order: UUID) -> HttpResponse:
    """Record that one order has not been shipped yet."""
    found, moment = order_of(request, order), moment_of(request)
    done = record_unshipped(order_ids=[found.id], now=moment.now)
    for now_known in done.orders:
        said = unshipped_words(order=now_known, moved=bool(done.moved), moment=moment)
        messages.success(request, said)
    for _order, why in done.refused:
        messages.warning(request, str(WHY_NOT[why]))
    return _to_order(request, seller, found)


@for_members(Right.SHIP_ORDERS, "GET", "POST")
def order_shipped(request: SellerRequest, seller: str, order: UUID) -> HttpResponse:
    """Record a package that left the house."""
    return _answer(request, seller, order_of(request, order), _SHIPPED)


@for_members(Right.SHIP_ORDERS, "GET", "POST")
def order_delivered(request: SellerRequest, seller: str, order: UUID) -> HttpResponse:
    """Record a delivery that somebody knows of."""
    return _answer(request, seller, order_of(request, order), _DELIVERED)


@for_members(Right.SHIP_ORDERS, "GET", "POST")
def order_lost(request: SellerRequest, seller: str, order: UUID) -> HttpResponse:
    """Record that an order was lost or could not be delivered."""
    return _answer(request, seller, order_of(request, order), _LOST)


@for_members(Right.SHIP_ORDERS, "GET", "POST")
def order_cancelled(request: SellerRequest, seller: str, order: UUID) -> HttpResponse:
    """Record that an order was cancelled before anything of it left."""
    return _answer(request, seller, order_of(request, order), _CANCELLED)


def _answer(
    request: SellerRequest, seller: str, order: Order, deed: Deed
) -> HttpResponse:
    """Show the form, ask once more where the buyer goes at once, else record."""
    if (why := deed.why_not(order)) is not None:
        status = 200 if request.method == "GET" else _CANNOT
        return _form(request, seller, order, deed, why=why, status=status)
    moment = moment_of(request)
    certain = order.shipped_at if deed.left and order.shipped_at else None
    local = moment.now.astimezone(moment.zone)
    form = deed.form(
        request.POST if request.method == "POST" else None,
        zone=moment.zone,
        not_before=max(order.purchased_at, certain or order.purchased_at),
        initial={"day": local.date(), "time": local.time()} if not deed.left else {},
    )
    if request.method != "POST":
        return _form(request, seller, order, deed, form)
    if not form.is_valid():
        return _form(request, seller, order, deed, form, status=_FORM_WRONG)
    try:
        at = form.instant
        check_instant(instant=at, order=order, now=moment.now, left=deed.left)
        before = outlook(order=order, told=deed.told(order, form), now=moment.now)
        if before.removed_now and form.cleaned_data["sure"] != "yes":
            said = removal_words(outlook=before, moment=moment)
            return _form(request, seller, order, deed, form, warning=said)
        deed.record(order, form, clock.now())
    except EvidenceRefused as refused:
        form.add_error("day", str(WHY_NOT[refused.why]))
        return _form(request, seller, order, deed, form, status=_FORM_WRONG)
    said = outcome_words(order=order, before=before, moment=moment)
    messages.success(request, said)
    return _to_order(request, seller, order)


def _form(
    request: SellerRequest,
    seller: str,
    order: Order,
    deed: Deed,
    form: WhenForm | None = None,
    *,
    why: WhyNot | None = None,
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    place = place_of(request, seller)
    url = reverse(f"orders:{deed.address}", args=[seller, order.id])
    context = {
        "form": form,
        "deed": deed,
        "number": order.marketplace_order_id,
        "order_url": place.order_url(order),
        "list_url": place.list_url,
        "action": f"{url}{place.query}",
        "why": WHY_NOT[why] if why else "",
        "warning": warning,
        "facts": None
        if why or deed.facts is None
        else deed.facts(order, moment_of(request)),
    }
    return render(request, "orders/evidence_form.html", context, status=status)


def _to_order(
    request: SellerRequest, seller: str, order: Order
) -> HttpResponseRedirect:
    return redirect(place_of(request, seller).order_url(order))


def _why_not_left(order: Order) -> WhyNot | None:
    return why_not_left(order=order)


def _why_not_ended(order: Order) -> WhyNot | None:
    return why_not_ended(order=order)


def _why_not_lost(order: Order) -> WhyNot | None:
    if order.delivered_at is not None or order.delivered_seen_at is not None:
        return WhyNot.DELIVERED
    return why_not_ended(order=order)


def _told_shipped(order: Order, form: WhenForm) -> dict[str, datetime | str]:
    whole = form.cleaned_data["follows"] == LAST
    if not whole and order.status != FulfillmentStatus.SHIPPED:
        return {}
    last = max(order.shipped_at or form.instant, form.instant)
    return {"shipped_at": last, "status": FulfillmentStatus.SHIPPED}


def _told_delivered(order: Order, form: WhenForm) -> dict[str, datetime | str]:
    return {"delivered_at": min(order.delivered_at or form.instant, form.instant)}


def _told_lost(order: Order, form: WhenForm) -> dict[str, datetime | str]:
    known = order.undeliverable_at or form.instant
    return {"undeliverable_at": min(known, form.instant)}


def _ship(order: Order, form: WhenForm, now: datetime) -> None:
    said = form.cleaned_data
    package = Package(
        reference="",
        carrier=said["carrier"],
        tracking_number=said["tracking_number"],
        shipped_at=form.instant,
        last=said["follows"] == LAST,
    )
    add_package(order=order, told=package, now=now)


def _deliver(order: Order, form: WhenForm, now: datetime) -> None:
    record_delivery(order=order, delivered_at=form.instant, now=now)


def _lose(order: Order, form: WhenForm, now: datetime) -> None:
    record_loss(order=order, lost_at=form.instant, now=now)


def _why_not_cancelled(order: Order) -> WhyNot | None:
    return why_not_cancelled(order=order)


def _told_cancelled(order: Order, form: WhenForm) -> dict[str, datetime | str]:
    del order
    return {"cancelled_at": form.instant, "status": FulfillmentStatus.CANCELLED}


def _cancel(order: Order, form: WhenForm, now: datetime) -> None:
    done = record_cancelled(order_ids=[order.id], cancelled_at=form.instant, now=now)
    for _order, why in done.refused:
        raise EvidenceRefused(why)
    order.refresh_from_db()


def _cancel_facts(order: Order, moment: Moment) -> CancelFacts:
    return cancel_facts(order=order, moment=moment)


_SHIPPED = Deed(
    address="order-shipped",
    title=_("Mark shipped"),
    intro=_("Its buyer's days are counted from the moment the last package left."),
    button=_("Mark shipped"),
    form=PackageForm,
    why_not=_why_not_left,
    told=_told_shipped,
    record=_ship,
    left=False,
)
_DELIVERED = Deed(
    address="order-delivered",
    title=_("Delivered"),
    intro=_(
        "When did the last package arrive? The buyer's days are counted from then; of "
        "two deliveries that are told, the earlier one counts."
    ),
    button=_("Record the delivery"),
    form=WhenForm,
    why_not=_why_not_ended,
    told=_told_delivered,
    record=_deliver,
)
_LOST = Deed(
    address="order-lost",
    title=_("Lost or undeliverable"),
    intro=_(
        "Since when is it certain that the order does not arrive? The buyer's days are "
        "counted from then, for a claim or a second parcel."
    ),
    button=_("Record the loss"),
    form=WhenForm,
    why_not=_why_not_lost,
    told=_told_lost,
    record=_lose,
)
_CANCELLED = Deed(
    address="order-cancelled",
    title=_("Cancelled"),
    intro=_(
        "Since when is the order cancelled? Without a delivery its buyer serves no "
        "purpose and leaves on the next UTC day."
    ),
    button=_("Record the cancellation"),
    form=WhenForm,
    why_not=_why_not_cancelled,
    told=_told_cancelled,
    record=_cancel,
    left=False,
    facts=_cancel_facts,
)
