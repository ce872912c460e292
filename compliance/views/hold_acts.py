"""What people decide about a hold: approve, withdraw, renew, release; take an item."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from compliance.hold_forms import RenewForm
from compliance.models import ArchiveItem, Hold
from compliance.presentation.hold_words import orders_words, refusal_words
from compliance.queries.held import items_by_hold
from compliance.services.approving import Approval, HoldRefused
from compliance.services.exporting_items import ItemOver, export_item
from compliance.services.hold_approval import (
    approve_hold,
    approve_renewal,
    hold_approval,
    renewal_approval,
)
from compliance.services.holding import (
    ask_renewal,
    drop_renewal,
    release_hold,
    withdraw_hold,
)
from compliance.views.holds import hold_of, show_hold
from sellers.access import SellerRequest, for_members
from sellers.demo_mode import demo_mode
from sellers.roles import Right
from sellers.sign_in_forms import CodeForm
from vault.clock import clock
from vault.refusals import OpeningStopped, OpeningSuspended

_BAD = 422


@for_members(Right.MANAGE_HOLDS, "POST")
def hold_approve(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """Approve a hold: its fields are sealed to the certificate now."""
    found = hold_of(request, hold)
    approval = hold_approval(hold=found, person_id=request.user.id, now=clock.now())
    code = asked_code(request, approval)
    if code is not None and not code.check_against(request):
        return show_hold(request, found, code_form=code, status=_BAD)
    answer = _done(request, found, lambda: approve_hold(**_who(request, found, code)))
    if answer is None:
        sealed = items_by_hold(seller_id=found.seller_id, ids=[found.id])
        words = _("%(name)s is approved: %(orders)s sealed to your certificate.")
        facts = {"name": found.label, "orders": orders_words(sealed.get(found.id, 0))}
        messages.success(request, words % facts)
    return answer or redirect("compliance:hold", seller=seller, hold=found.id)


@for_members(Right.MANAGE_HOLDS, "POST")
def hold_withdraw(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """Take back or refuse a hold that waits."""
    found = hold_of(request, hold)
    answer = _done(
        request, found, lambda: withdraw_hold(hold_id=found.id, now=clock.now())
    )
    if answer is None:
        words = _("%(name)s is withdrawn; nothing was sealed.")
        messages.success(request, words % {"name": found.label})
    return answer or redirect("compliance:hold", seller=seller, hold=found.id)


@for_members(Right.MANAGE_HOLDS, "POST")
def hold_renew(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """Ask for a later last day, which is approved like the hold itself."""
    found = hold_of(request, hold)
    form = RenewForm(request.POST, today=clock.today(), ends_on=found.ends_on)
    if not form.is_valid():
        return show_hold(request, found, renew_form=form, status=_BAD)
    until = form.cleaned_data["until"]
    answer = _done(
        request,
        found,
        lambda: ask_renewal(
            hold_id=found.id, until=until, person_id=request.user.id, now=clock.now()
        ),
    )
    if answer is None:
        words = _("The renewal of %(name)s waits for approval.")
        messages.success(request, words % {"name": found.label})
    return answer or redirect("compliance:hold", seller=seller, hold=found.id)


@for_members(Right.MANAGE_HOLDS, "POST")
def renewal_approve(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """Approve a later last day."""
    found = hold_of(request, hold)
    try:
        seen = date.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        seen = date.min
    approval = renewal_approval(hold=found, person_id=request.user.id, now=clock.now())
    code = asked_code(request, approval)
    if code is not None and not code.check_against(request):
        return show_hold(request, found, code_form=code, status=_BAD)
    answer = _done(
        request,
        found,
        lambda: approve_renewal(until=seen, **_who(request, found, code)),
    )
    if answer is None:
        words = _("%(name)s is renewed.")
        messages.success(request, words % {"name": found.label})
    return answer or redirect("compliance:hold", seller=seller, hold=found.id)


@for_members(Right.MANAGE_HOLDS, "POST")
def renewal_drop(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """Take back or refuse a renewal; the hold ends on its day."""
    found = hold_of(request, hold)
    answer = _done(request, found, lambda: drop_renewal(hold_id=found.id))
    if answer is None:
        words = _("The renewal of %(name)s is withdrawn.")
        messages.success(request, words % {"name": found.label})
    return answer or redirect("compliance:hold", seller=seller, hold=found.id)


@for_members(Right.MANAGE_HOLDS, "POST")
def hold_release(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """End a hold before its last day and delete what it sealed."""
    found = hold_of(request, hold)
    answer = _done(
        request,
        found,
        lambda: release_hold(
            hold_id=found.id, person_id=request.user.id, now=clock.now()
        ),
    )
    if answer is None:
        words = _("%(name)s is released; what it had sealed is deleted.")
        messages.success(request, words % {"name": found.label})
    return answer or redirect("compliance:hold", seller=seller, hold=found.id)


@for_members(Right.MANAGE_HOLDS, "POST")
def item_export(request: SellerRequest, seller: str, item: UUID) -> HttpResponse:
    """Send a sealed item as a file; only the shop's own key opens it."""
    try:
        file = export_item(item_id=item, now=clock.now())
    except ArchiveItem.DoesNotExist as missing:
        raise Http404 from missing
    except ItemOver:
        words = _("The item's last day is over: the next sweep deletes it.")
        messages.warning(request, words)
        return redirect("compliance:holds", seller=seller)
    answer = HttpResponse(file.data, content_type="application/pkcs7-mime")
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def asked_code(request: SellerRequest, approval: Approval) -> CodeForm | None:
    """Return the code of somebody who approves alone; the demo knows no factor.

    No code is spent before the 24 hours are over.
    """
    if not approval.alone or approval.waits or demo_mode():
        return None
    return CodeForm(request.POST, user=request.user)


def factor_given(code: CodeForm | None) -> bool:
    """Tell whether the second factor was given again; in the demo there is none."""
    return code is not None or demo_mode()


def _who(request: SellerRequest, hold: Hold, code: CodeForm | None) -> dict[str, Any]:
    return {
        "hold_id": hold.id,
        "person_id": request.user.id,
        "factor_given": factor_given(code),
        "now": clock.now(),
    }


def _done(
    request: SellerRequest, hold: Hold, act: Callable[[], object]
) -> HttpResponse | None:
    """Do it; answer with the hold's page where that was refused."""
    try:
        act()
    except HoldRefused as refused:
        problem = refusal_words(refused)
    except OpeningStopped:
        problem = _("Staff suspended the opening of buyer data: nothing is sealed.")
    except OpeningSuspended:
        problem = _("The keystore cannot be read at present: try again later.")
    else:
        return None
    found = hold_of(request, hold.id)
    return show_hold(request, found, problem=problem, status=_BAD)
