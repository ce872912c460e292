"""How long buyers are kept: the page, the form, the preview and its confirmation."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from compliance.forms import ConfirmForm, FiguresForm
from compliance.models import PolicyChange
from compliance.policies import RetentionPolicy, policies
from compliance.presentation.foreseen import foreseen_page
from compliance.presentation.retention_page import retention_page
from compliance.presentation.second_clock_page import second_clock_page
from compliance.presentation.tabs import tabs
from compliance.queries.policies import policies_of
from compliance.services.policies import (
    ChangedMeanwhile,
    CountNotTyped,
    NothingChanges,
    Plan,
    change_policy,
    plan_change,
)
from compliance.tasks import send_policy
from sellers.access import SellerRequest, for_members
from sellers.roles import Right
from vault.clock import clock

_BAD_FORM = 422
#: htmx: swap this answer in, then ask no more.
_STOP_POLLING = 286


@for_members(Right.VIEW_EXPOSURE, "GET")
def retention(request: SellerRequest, seller: str) -> HttpResponse:
    """Show how long buyers are kept; htmx asks again while a change is applied."""
    page = retention_page(seller_id=request.seller.id, shop=seller, now=clock.now())
    context = {
        "page": page,
        "tabs": tabs(shop=seller, current="compliance:retention"),
        "shop": request.seller,
        "may_change": Right.SET_RETENTION in request.rights,
    }
    if not getattr(request, "htmx", False):
        return render(request, "compliance/retention.html", context)
    status = 200 if page.works else _STOP_POLLING
    name = "compliance/retention_part.html"
    return render(request, name, context, status=status)


@for_members(Right.VIEW_EXPOSURE, "GET")
def second_clock(request: SellerRequest, seller: str, channel: str) -> HttpResponse:
    """Show the dry run of a marketplace's second clock: what leaves, what stays."""
    del seller
    policy = policies_of(seller_id=request.seller.id)[_rule(channel).id]
    page = second_clock_page(
        seller_id=request.seller.id, policy=policy, now=clock.now()
    )
    context = {"page": page, "shop": request.seller}
    return render(request, "compliance/second_clock_page.html", context)


@for_members(Right.SET_RETENTION, "GET")
def retention_change(request: SellerRequest, seller: str, channel: str) -> HttpResponse:
    """Ask for the figures of a marketplace; nothing changes before the preview."""
    del seller
    rule = _rule(channel)
    return _form_page(request, rule, _form_now(request, rule))


@for_members(Right.SET_RETENTION, "GET", "POST")
def retention_preview(
    request: SellerRequest, seller: str, channel: str
) -> HttpResponse:
    """Show what figures would do; put them in force once that is confirmed."""
    rule, now = _rule(channel), clock.now()
    if request.method == "POST":
        return _confirmed(request, seller, rule)
    if not request.GET:
        return _form_page(request, rule, _form_now(request, rule))
    form = FiguresForm(request.GET, rule=rule)
    if not form.is_valid():
        return _form_page(request, rule, form, status=_BAD_FORM)
    try:
        plan = plan_change(
            seller_id=request.seller.id,
            channel=channel,
            figures=form.figures(),
            now=now,
        )
    except NothingChanges:
        form.add_error(None, _nothing_words())
        return _form_page(request, rule, form, status=_BAD_FORM)
    return _preview_page(request, plan, form.data)


def _confirmed(
    request: SellerRequest, seller: str, rule: RetentionPolicy
) -> HttpResponse:
    form = ConfirmForm(request.POST, rule=rule)
    if not form.is_valid():
        return _form_page(request, rule, form, status=_BAD_FORM)
    try:
        change = change_policy(
            channel=rule.id,
            figures=form.figures(),
            seen=form.cleaned_data["seen"],
            typed=form.cleaned_data["typed"],
            person_id=request.user.id,
            now=clock.now(),
        )
    except NothingChanges:
        form.add_error(None, _nothing_words())
        return _form_page(request, rule, form, status=_BAD_FORM)
    except ChangedMeanwhile as stale:
        problem = _(
            "Orders or the setting changed since this was shown. These are the figures "
            "of now; nothing was changed."
        )
        return _preview_page(request, stale.plan, form.data, problem=problem)
    except CountNotTyped as untyped:
        problem = _("Type %(n)s to confirm; nothing was changed.") % {
            "n": untyped.plan.must_type
        }
        return _preview_page(request, untyped.plan, form.data, problem=problem)
    _send_after_commit(change)
    words = {"name": rule.name, "days": change.days, "margin": change.margin_days}
    messages.success(
        request,
        _("Saved for %(name)s: %(days)d days less %(margin)d days margin.") % words,
    )
    return redirect("compliance:retention", seller)


def _send_after_commit(change: PolicyChange) -> None:
    """Send the task once the version is there; where that fails, the tick sends it."""
    ids: dict[str, UUID] = {"seller_id": change.seller_id, "change_id": change.id}

    def send_now() -> None:
        send_policy(**ids)

    transaction.on_commit(send_now, robust=True)


def _rule(channel: str) -> RetentionPolicy:
    """Return a marketplace's rule; 404 for one that does not exist."""
    if channel not in policies():
        raise Http404
    return policies()[channel]


def _nothing_words() -> str:
    return _("These figures are in force already. Change one of them, or go back.")


def _form_now(request: SellerRequest, rule: RetentionPolicy) -> FiguresForm:
    """Return the form with the figures that are in force."""
    policy = policies_of(seller_id=request.seller.id)[rule.id]
    initial = {
        "days": policy.days,
        "margin_days": policy.margin_days,
        "months": policy.second_clock_months,
    }
    return FiguresForm(initial=initial, rule=rule)


def _form_page(
    request: SellerRequest,
    rule: RetentionPolicy,
    form: FiguresForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"rule": rule, "form": form, "shop": request.seller}
    return render(request, "compliance/retention_change.html", context, status=status)


def _preview_page(
    request: SellerRequest, plan: Plan, entries: Mapping[str, Any], *, problem: str = ""
) -> HttpResponse:
    context = {
        "page": foreseen_page(plan=plan, now=clock.now()),
        "rule": plan.after,
        "entries": {name: entries.get(name, "") for name in _KEPT},
        "problem": problem,
        "shop": request.seller,
    }
    status = _BAD_FORM if problem else 200
    return render(request, "compliance/retention_preview.html", context, status=status)


_KEPT = ("days", "margin_days", "months")
