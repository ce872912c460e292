"""Pages of holds: the list, placing one, one hold."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from compliance.declarations.subjects import held_subjects
from compliance.hold_forms import HoldForm, RenewForm
from compliance.models import Hold, HoldGround
from compliance.presentation.hold_page import hold_page
from compliance.presentation.hold_words import (
    certificate_words,
    group_choices,
    refusal_words,
)
from compliance.presentation.holds_page import holds_page
from compliance.presentation.tabs import tabs
from compliance.queries.certificates import latest_certificate
from compliance.queries.held_buyers import fields_of
from compliance.queries.paging import Turn
from compliance.services.approving import HoldRefused
from compliance.services.holding import Draft, place_hold
from sellers.access import SellerRequest, for_members
from sellers.demo_mode import demo_mode
from sellers.roles import Right
from sellers.sign_in_forms import CodeForm
from vault.clock import clock

#: Order numbers that an error names.
_NAMED = 5


@for_members(Right.VIEW_EXPOSURE, "GET")
def holds(request: SellerRequest, seller: str) -> HttpResponse:
    """List holds and standing rules, and whether the certificate is set up."""
    context = {
        "page": holds_page(seller_id=request.seller.id, shop=seller, now=clock.now()),
        "may_hold": Right.MANAGE_HOLDS in request.rights,
        "shop": request.seller,
        "tabs": tabs(shop=seller, current="compliance:holds"),
    }
    return render(request, "compliance/holds.html", context)


@for_members(Right.MANAGE_HOLDS, "GET", "POST")
def hold_new(request: SellerRequest, seller: str) -> HttpResponse:
    """Ask for a hold on orders, by their numbers."""
    today = clock.today()
    if request.method == "GET":
        initial = {"numbers": _asked_order(request)}
        form = HoldForm(initial=initial, groups=group_choices(), today=today)
        return _new_page(request, form)
    form = HoldForm(request.POST, groups=group_choices(), today=today)
    ids = _order_ids(request, form) if form.is_valid() else ()
    if not form.is_valid():
        return _new_page(request, form, status=422)
    draft = Draft(
        kind=HoldGround(form.cleaned_data["kind"]),
        ground=form.cleaned_data["ground"],
        fields=fields_of(categories=form.categories),
        ends_on=form.cleaned_data["ends_on"],
        subject_ids=ids,
    )
    try:
        hold = place_hold(draft=draft, person_id=request.user.id, now=clock.now())
    except HoldRefused as refused:
        form.add_error(None, refusal_words(refused))
        return _new_page(request, form, status=422)
    words = _("%(name)s waits for approval. Nothing is kept longer before.")
    messages.success(request, words % {"name": hold.label})
    return redirect("compliance:hold", seller=seller, hold=hold.id)


@for_members(Right.VIEW_EXPOSURE, "GET")
def hold(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """Show one hold, its orders, and what can be done with it."""
    del seller
    return show_hold(request, hold_of(request, hold))


def show_hold(
    request: SellerRequest,
    hold: Hold,
    *,
    code_form: CodeForm | None = None,
    renew_form: RenewForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with the page of a hold, and what was wrong in its forms."""
    now = clock.now()
    page = hold_page(
        hold=hold,
        person_id=request.user.id,
        shop=request.seller.slug,
        now=now,
        turn=turn_of(request),
    )
    context = {
        "page": page,
        "may_hold": Right.MANAGE_HOLDS in request.rights,
        "code_form": code_form or CodeForm(user=request.user),
        "renew_form": renew_form or RenewForm(today=now.date(), ends_on=hold.ends_on),
        "problem": problem,
        "demo": demo_mode(),
        "shop": request.seller,
        "tabs": tabs(shop=request.seller.slug, current="compliance:holds"),
    }
    return render(request, "compliance/hold.html", context, status=status)


def turn_of(request: SellerRequest) -> Turn:
    """Return which page of a hold's or rule's orders the address asks for."""
    asked = request.GET
    return Turn(after=asked.get("after", ""), before=asked.get("before", ""))


def hold_of(request: SellerRequest, hold_id: UUID) -> Hold:
    """Return a hold of the shop; foreign and missing are one path."""
    rows = Hold.objects.select_related(
        "placed_by", "approved_by", "wanted_by", "ended_by"
    )
    found = rows.filter(seller_id=request.seller.id, id=hold_id).first()
    if found is None:
        raise Http404
    return found


def _order_ids(request: SellerRequest, form: HoldForm) -> tuple[UUID, ...]:
    """Return the orders that were asked for; name those that are not here."""
    numbers = form.cleaned_data["numbers"]
    found = held_subjects().by_number(seller_id=request.seller.id, numbers=numbers)
    missing = [number for number in numbers if number not in found]
    if missing:
        named = ", ".join(missing[:_NAMED])
        words = _("Not in this shop: %(numbers)s. Mend or remove them.")
        form.add_error("numbers", words % {"numbers": named})
        return ()
    return tuple(order for number in numbers for order in found[number])


def _asked_order(request: SellerRequest) -> str:
    """Return the number of the order that the person comes from, or nothing."""
    try:
        asked = UUID(request.GET.get("order", ""))
    except ValueError:
        return ""
    found = held_subjects().by_id(seller_id=request.seller.id, ids=[asked])
    return found[asked].number if asked in found else ""


def _new_page(
    request: SellerRequest, form: HoldForm, *, status: int = 200
) -> HttpResponse:
    certificate = latest_certificate(seller_id=request.seller.id)
    context = {
        "form": form,
        "certificate": certificate,
        "ended": certificate_words(certificate=certificate, now=clock.now()),
        "shop": request.seller,
        "tabs": tabs(shop=request.seller.slug, current="compliance:holds"),
    }
    return render(request, "compliance/hold_new.html", context, status=status)
