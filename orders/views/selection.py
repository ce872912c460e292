"""Many orders at once: "not shipped yet" for a selection, its progress and result."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from orders.enums import JobState
from orders.evidence_forms import ChosenForm
from orders.models import EvidenceRun
from orders.presentation.evidence_page import MOVING, evidence_page
from orders.presentation.page import Place
from orders.queries.listing import ListView
from orders.queries.selections import Selection
from orders.services.evidence_runs import (
    AT_ONCE,
    answer_chosen,
    answer_view,
    ask_to_stop,
)
from orders.tasks import send_evidence
from orders.views.asked import moment_of
from sellers.access import SellerRequest, for_members
from sellers.roles import Right
from vault.clock import clock

#: htmx: swap this answer in, then ask no more.
STOP_POLLING = 286


@for_members(Right.SHIP_ORDERS, "POST")
def unshipped_many(request: SellerRequest, seller: str) -> HttpResponse:
    """Record for ticked orders, or for a whole view, that they have not shipped."""
    form, moment = ChosenForm(request.POST), moment_of(request)
    said = form.cleaned_data if form.is_valid() else {}
    view = said.get("view", "")
    place = Place(seller, ListView(view) if view in set(ListView) else ListView.ALL)
    ids = _ids(request.POST.getlist("order"))
    if said.get("everything"):
        selection = Selection(place.view, said["q"].strip(), moment.now, moment.zone)
        run = answer_view(
            selection=selection, person_id=request.user.id, now=moment.now
        )
    elif not ids:
        messages.warning(request, _("Tick the orders that are not shipped yet first."))
        return redirect(place.list_url)
    elif len(ids) > AT_ONCE:
        words = _("Tick %(n)d orders at most, or all of a view; nothing was changed.")
        messages.warning(request, words % {"n": AT_ONCE})
        return redirect(place.list_url)
    else:
        run = answer_chosen(order_ids=ids, person_id=request.user.id, now=moment.now)
    if run.state == JobState.QUEUED:
        _send_after_commit(run)
    return _to_page(seller, run.id)


@for_members(Right.SHIP_ORDERS, "GET")
def evidence_run(request: SellerRequest, seller: str, evidence: UUID) -> HttpResponse:
    """Show a selection's progress or result; htmx asks again while it moves."""
    run, moment = _run(request, evidence), moment_of(request)
    page = evidence_page(run=run, shop=seller, moment=moment)
    context = {"page": page, "run": run}
    if not getattr(request, "htmx", False):
        return render(request, "orders/evidence_page.html", context)
    status = 200 if run.state in MOVING else STOP_POLLING
    return render(request, "orders/evidence_run.html", context, status=status)


@for_members(Right.SHIP_ORDERS, "POST")
def evidence_stop(request: SellerRequest, seller: str, evidence: UUID) -> HttpResponse:
    """Stop a job after the part that is being recorded."""
    run = _run(request, evidence)
    if not ask_to_stop(run_id=run.id, now=clock.now()):
        messages.info(request, _("It had ended already; nothing was stopped."))
    return _to_page(seller, run.id)


def _ids(texts: list[str]) -> list[UUID]:
    """Return the ids among what was sent; what is none is no order of the shop."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _run(request: SellerRequest, run_id: UUID) -> EvidenceRun:
    """Return a job of the shop; foreign and missing are one path."""
    rows = EvidenceRun.objects.filter(seller_id=request.seller.id, id=run_id)
    if (run := rows.first()) is None:
        raise Http404
    return run


def _send_after_commit(run: EvidenceRun) -> None:
    """Send the task once the row is there; where that fails, beat sends it."""

    def send_now() -> None:
        send_evidence(seller_id=run.seller_id, run_id=run.id)

    transaction.on_commit(send_now, robust=True)


def _to_page(seller: str, run_id: UUID) -> HttpResponseRedirect:
    return redirect("orders:evidence-run", seller, run_id)
