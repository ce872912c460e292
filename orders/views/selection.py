"""Many orders at once: "not shipped yet" or cancelled, its progress and result."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from orders.enums import JobState
from orders.evidence_forms import ChosenForm
from orders.models import EvidenceRun, Order
from orders.models.evidence import Said
from orders.presentation.cancel_page import cancel_page
from orders.presentation.evidence_page import MOVING, evidence_page
from orders.presentation.page import Place
from orders.queries.listing import ListView
from orders.queries.selections import Selection, cancellable, selected
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
_CHANGED = 409


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose in the list: ticked orders, or a whole view."""

    place: Place
    text: str
    ids: tuple[UUID, ...]
    view: Selection | None


@for_members(Right.SHIP_ORDERS, "POST")
def unshipped_many(request: SellerRequest, seller: str) -> HttpResponse:
    """Record for ticked orders, or for a whole view, that they have not shipped."""
    chosen = _chosen(request, seller)
    if (problem := _problem(chosen)) is not None:
        messages.warning(request, problem)
        return redirect(chosen.place.list_url)
    return _record(request, seller, chosen, Said.UNSHIPPED)


@for_members(Right.SHIP_ORDERS, "POST")
def cancelled_many(request: SellerRequest, seller: str) -> HttpResponse:
    """Ask whether ticked orders, or a whole view, are to be cancelled, then do it.

    Only what the person saw is confirmed: where it has changed, it is asked again.
    """
    chosen, moment = _chosen(request, seller), moment_of(request)
    if (problem := _problem(chosen)) is not None:
        messages.warning(request, problem)
        return redirect(chosen.place.list_url)
    orders = _orders(request, chosen)
    found = cancellable(orders=orders, today=moment.today)
    number = orders.order_by().count() if chosen.view else len(chosen.ids)
    page = cancel_page(found=found, chosen=number, moment=moment)
    seen = request.POST.get("seen", "")
    if seen == page.seen and not page.nothing:
        return _record(request, seller, chosen, Said.CANCELLED)
    context = {"page": page, "chosen": chosen, "changed": bool(seen)}
    status = _CHANGED if seen else 200
    return render(request, "orders/cancel_many.html", context, status=status)


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


def _chosen(request: SellerRequest, seller: str) -> Chosen:
    """Read what was chosen; what is no view is all orders."""
    form, moment = ChosenForm(request.POST), moment_of(request)
    said = form.cleaned_data if form.is_valid() else {}
    view = said.get("view", "")
    place = Place(seller, ListView(view) if view in set(ListView) else ListView.ALL)
    text = said.get("q", "").strip()
    whole = Selection(place.view, text, moment.now, moment.zone)
    return Chosen(
        place=place,
        text=text,
        ids=tuple(_ids(request.POST.getlist("order"))),
        view=whole if said.get("everything") else None,
    )


def _problem(chosen: Chosen) -> str | None:
    """Say in one sentence why nothing can be done with what was chosen."""
    if chosen.view is not None:
        return None
    if not chosen.ids:
        return _("Nothing was ticked, so nothing was changed. Tick the orders first.")
    if len(chosen.ids) > AT_ONCE:
        words = _("Tick %(n)d orders at most, or all of a view; nothing was changed.")
        return words % {"n": AT_ONCE}
    return None


def _orders(request: SellerRequest, chosen: Chosen) -> QuerySet[Order]:
    if chosen.view is not None:
        return selected(seller_id=request.seller.id, selection=chosen.view)
    return Order.objects.filter(seller_id=request.seller.id, id__in=chosen.ids)


def _record(
    request: SellerRequest, seller: str, chosen: Chosen, said: Said
) -> HttpResponse:
    """Record it at once, or as a job, and lead to the page of its result."""
    now, person_id = moment_of(request).now, request.user.id
    if chosen.view is not None:
        run = answer_view(
            selection=chosen.view, person_id=person_id, now=now, said=said
        )
    else:
        run = answer_chosen(
            order_ids=chosen.ids, person_id=person_id, now=now, said=said
        )
    if run.state == JobState.QUEUED:
        _send_after_commit(run)
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
