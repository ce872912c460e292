"""Pages of orders: the list, one order, and the showing of buyer data."""

from math import ceil
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from orders.forms import SearchForm, ShowForm, purpose_choices
from orders.models import Order
from orders.presentation.buyer import Visitor, group_hidden
from orders.presentation.evidence_page import evidence_acts
from orders.presentation.groups import WORDS, ShownGroup, lines_of
from orders.presentation.list_page import Asked, list_page
from orders.presentation.page import Place, order_page
from orders.presentation.refusals import STATUS, refusal_words
from orders.queries.paging import Turn
from orders.services.disclosure import (
    GROUPS,
    DisclosureRefused,
    disclose_recipient,
)
from orders.views.asked import moment_of, order_of, place_of
from sellers.access import SellerRequest, for_members
from sellers.roles import Right
from vault.clock import clock
from vault.kinds import Purpose

#: htmx swaps 2xx and 422 alone; a page of its own carries the exact status.
_SWAPPED = 422


@for_members(Right.VIEW_ORDERS, "GET")
def order_list(request: SellerRequest, seller: str) -> HttpResponse:
    """List orders by view, search and cursor, all of them in the address."""
    form = SearchForm(request.GET)
    asked = Asked(
        place=place_of(request, seller),
        text=form.cleaned_data["q"] if form.is_valid() else "",
        turn=Turn(
            after=request.GET.get("after", ""), before=request.GET.get("before", "")
        ),
    )
    page = list_page(
        seller_id=request.seller.id, asked=asked, moment=moment_of(request)
    )
    problem = " ".join(str(error) for error in form.errors.get("q", []))
    typed = page.text or request.GET.get("q", "").strip()
    context = {
        "page": page,
        "problem": problem,
        "typed": typed,
        "import_url": _import_url(request, seller),
        "may_ship": Right.SHIP_ORDERS in request.rights,
    }
    return render(request, "orders/order_list.html", context)


@for_members(Right.VIEW_ORDERS, "GET")
def order_detail(request: SellerRequest, seller: str, order: UUID) -> HttpResponse:
    """Show one order with its buyer hidden."""
    return _page(request, place_of(request, seller), order_of(request, order))


@for_members(Right.OPEN_BUYER_DATA, "POST")
def order_show(
    request: SellerRequest, seller: str, order: UUID, group: str
) -> HttpResponse:
    """Show a group of buyer fields for a purpose, in this one answer alone."""
    found, place = order_of(request, order), place_of(request, seller)
    if group not in GROUPS:
        raise Http404
    hidden = group_hidden(slug=group, order=found, address=f"{seller} {place.query}")
    form = ShowForm(request.POST, purposes=request.membership.role_class.purposes)
    if not form.is_valid():
        problem = " ".join(str(e) for errors in form.errors.values() for e in errors)
        answered = _with_problem(request, hidden, problem)
        return _answer(request, place, found, answered, status=422)
    try:
        disclosure = disclose_recipient(
            order=found,
            group=group,
            purpose=Purpose(form.cleaned_data["purpose"]),
            reference=form.cleaned_data["reference"],
            now=clock.now(),
        )
    except DisclosureRefused as refused:
        return _refused(request, place, found, hidden, refused)
    shown = ShownGroup(
        slug=group,
        label=hidden.label,
        question=hidden.question,
        show_url=hidden.show_url,
        lines=lines_of(disclosure=disclosure, order=found),
    )
    return _answer(request, place, found, shown, status=200)


def _refused(
    request: SellerRequest,
    place: Place,
    order: Order,
    hidden: ShownGroup,
    refused: DisclosureRefused,
) -> HttpResponse:
    problem = refusal_words(
        refused=refused,
        order=order,
        named=str(WORDS[hidden.slug].named),
        moment=moment_of(request),
    )
    answered = _with_problem(request, hidden, problem)
    status = STATUS[refused.refusal]
    response = _answer(request, place, order, answered, status=status)
    if refused.again_at is not None:
        left = refused.again_at - clock.now()
        response.headers["Retry-After"] = str(max(ceil(left.total_seconds()), 1))
    return response


def _with_problem(
    request: SellerRequest, hidden: ShownGroup, problem: str
) -> ShownGroup:
    """Give the question back as it was answered, with what was wrong."""
    return ShownGroup(
        slug=hidden.slug,
        label=hidden.label,
        question=hidden.question,
        show_url=hidden.show_url,
        problem=problem,
        purpose=request.POST.get("purpose", ""),
        reference=request.POST.get("reference", ""),
    )


def _answer(
    request: SellerRequest,
    place: Place,
    order: Order,
    answered: ShownGroup,
    *,
    status: int,
) -> HttpResponse:
    """Answer htmx with the group and what its record changed, else with the page.

    Never stored.
    """
    if getattr(request, "htmx", False):
        status = _SWAPPED if answered.problem else status
        template = "orders/answered.html"
    else:
        template = "orders/order.html"
    response = _page(
        request, place, order, answered=answered, status=status, template=template
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(
    request: SellerRequest,
    place: Place,
    order: Order,
    *,
    answered: ShownGroup | None = None,
    status: int = 200,
    template: str = "orders/order.html",
) -> HttpResponse:
    page = order_page(
        order=order,
        place=place,
        visitor=Visitor(
            role=request.membership.role_class,
            may_be_shown=Right.OPEN_BUYER_DATA in request.rights,
            may_remove=Right.REMOVE_BUYERS in request.rights,
            may_hold=Right.MANAGE_HOLDS in request.rights,
        ),
        moment=moment_of(request),
        answered=answered,
    )
    purposes = purpose_choices(request.membership.role_class.purposes)
    acts = None
    if Right.SHIP_ORDERS in request.rights:
        acts = evidence_acts(order=order, place=place, moment=moment_of(request))
    context = {
        "page": page,
        "purposes": purposes,
        "answered": answered,
        "evidence": acts,
        "may_see_holds": Right.VIEW_EXPOSURE in request.rights,
    }
    return render(request, template, context, status=status)


def _import_url(request: SellerRequest, shop: str) -> str:
    """Return where orders are imported, or "" for whoever may not."""
    if Right.IMPORT_ORDERS not in request.rights:
        return ""
    return reverse("marketplaces:import-new", args=[shop])
