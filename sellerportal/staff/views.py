"""Pages of staff: the exposure board, one shop's exposure, suspend and resume."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from compliance.presentation.banner import SWEEP_MINUTES
from compliance.presentation.exposure_page import page_of
from compliance.queries.measures import with_records
from compliance.queries.records import SweepReport, day_records, last_sweep
from sellerportal.staff.acts import note_look
from sellerportal.staff.board import ShopFacts, shop_facts
from sellerportal.staff.board_page import Asked, Row, board_of, sorted_rows
from sellerportal.staff.cards import health_signs, key_card
from sellerportal.staff.forms import BoardForm, SuspendForm
from sellerportal.staff.moments import day_words
from sellerportal.staff.sheet import sheet_of
from sellerportal.staff.standing import View
from sellers.access import StaffRequest, for_staff
from sellers.models import StaffRole
from vault.clock import clock
from vault.context import staff_scope
from vault.stops import AlreadyStopped, NotStopped, resume_opening, stop_opening

_BAD_FORM = 422
#: What was asked for does not fit how things stand by now (RFC 9110, 15.5.10).
_CONFLICT = 409


@for_staff("GET")
def board(request: StaffRequest) -> HttpResponse:
    """Show how every shop stands, worst first; ``suspend`` asks for a reason."""
    slug = request.GET.get("suspend", "")
    if not slug:
        return _board(request)
    return _board(request, {"form": SuspendForm(), "facts": _shop(slug)})


@for_staff("GET")
def board_sheet(request: StaffRequest) -> HttpResponse:
    """Return the rows of a view and search as CSV."""
    rows: list[Row] = sorted_rows(
        shops=shop_facts(now=clock.now()), asked=_asked(request)
    )
    answer = HttpResponse(sheet_of(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="exposure.csv"'
    return answer


@for_staff("GET")
def shop(request: StaffRequest, slug: str) -> HttpResponse:
    """Show a shop's exposure as last measured, read-only; its owner sees who looked."""
    now, facts = clock.now(), _shop(slug)
    seller, measure = facts.seller, facts.measure
    context: dict[str, Any] = {"facts": facts, "shop": seller, "now": now}
    with staff_scope(seller_id=seller.id, person_id=request.user.id):
        note_look(seller_id=seller.id, person_id=request.user.id, now=now)
        if measure is not None:
            records = day_records(seller_id=seller.id, today=now.date())
            last = last_sweep()
            context["page"] = page_of(
                seller=seller,
                exposure=with_records(measure=measure, records=records),
                sweep=SweepReport(measure.at, last.waiting if last else ""),
                policy=measure.policy,
            )
            context["measure"], context["sweep_minutes"] = measure, SWEEP_MINUTES
    return render(request, "staff/shop.html", context)


@for_staff("POST", role=StaffRole.SECURITY)
def suspend(request: StaffRequest, slug: str) -> HttpResponse:
    """Suspend the opening of a shop's buyer data, at once, with a reason."""
    now, facts, form = clock.now(), _shop(slug), SuspendForm(request.POST)
    if not form.is_valid():
        return _board(request, {"form": form, "facts": facts}, status=_BAD_FORM)
    name = {"shop": facts.seller.name}
    with staff_scope(seller_id=facts.seller.id, person_id=request.user.id):
        try:
            stop_opening(now=now, **form.cleaned_data)
        except AlreadyStopped:
            words = _(
                "Opening of %(shop)s is suspended already; the first reason stands."
            )
            return _board(request, {"problem": words % name}, status=_CONFLICT)
    messages.success(request, _("Opening of %(shop)s is suspended.") % name)
    return redirect("staff:board")


@for_staff("POST", role=StaffRole.SECURITY)
def resume(request: StaffRequest, slug: str) -> HttpResponse:
    """Let the opening of a shop's buyer data go on."""
    now, facts = clock.now(), _shop(slug)
    name = {"shop": facts.seller.name}
    with staff_scope(seller_id=facts.seller.id, person_id=request.user.id):
        try:
            stop = resume_opening(now=now)
        except NotStopped:
            words = _(
                "Opening of %(shop)s is not suspended; there is nothing to resume."
            )
            return _board(request, {"problem": words % name}, status=_CONFLICT)
    words = _("Opening of %(shop)s goes on; it was suspended since %(day)s.")
    since = {"day": day_words(stop.stopped_at.date())}
    messages.success(request, words % {**name, **since})
    return redirect("staff:board")


def _board(
    request: StaffRequest,
    more: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    shops = shop_facts(now=now)
    context = {
        "page": board_of(shops=shops, asked=_asked(request), now=now),
        "keys": key_card(now=now),
        "signs": health_signs(shops=shops, now=now),
        "now": now,
        "may_suspend": request.staff.role == StaffRole.SECURITY,
        **(more or {}),
    }
    return render(request, "staff/board.html", context, status=status)


def _asked(request: StaffRequest) -> Asked:
    form = BoardForm(request.GET)
    form.is_valid()
    known = form.cleaned_data
    return Asked(
        view=View(known.get("view") or View.ALL),
        text=known.get("q", ""),
        page=known.get("page") or 1,
    )


def _shop(slug: str) -> ShopFacts:
    """Return one shop; a closed one of which nothing is left is missing too."""
    found = shop_facts(now=clock.now(), slug=slug)
    if not found:
        raise Http404
    return found[0]
