"""What people decide about a hold: approve, withdraw, renew, release; take an item."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.hold_forms import RenewForm
from compliance.models import ArchiveItem, Hold
from compliance.presentation.hold_words import orders_words
from compliance.queries.held import items_by_hold
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
from compliance.views.deciding import BAD, Desk
from compliance.views.holds import hold_of, show_hold
from sellers.access import SellerRequest, for_members
from sellers.roles import Right
from sellers.sign_in_forms import CodeForm
from vault.clock import clock


@for_members(Right.MANAGE_HOLDS, "POST")
def hold_approve(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """Approve a hold: its fields are sealed to the certificate now."""
    del seller
    found, now, person = hold_of(request, hold), clock.now(), request.user.id

    def said() -> str:
        sealed = items_by_hold(seller_id=found.seller_id, ids=[found.id])
        words = _("%%(name)s is approved: %(orders)s sealed to your certificate.")
        return words % {"orders": orders_words(sealed.get(found.id, 0))}

    return _desk(request, found).approved(
        hold_approval(hold=found, person_id=person, now=now),
        said,
        lambda given: approve_hold(
            hold_id=found.id, person_id=person, factor_given=given, now=now
        ),
    )


@for_members(Right.MANAGE_HOLDS, "POST")
def hold_withdraw(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """Take back or refuse a hold that waits."""
    del seller
    found = hold_of(request, hold)
    return _desk(request, found).decided(
        _("%(name)s is withdrawn; nothing was sealed."),
        lambda: withdraw_hold(hold_id=found.id, now=clock.now()),
    )


@for_members(Right.MANAGE_HOLDS, "POST")
def hold_renew(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """Ask for a later last day, which is approved like the hold itself."""
    del seller
    found, person = hold_of(request, hold), request.user.id
    form = RenewForm(request.POST, today=clock.today(), ends_on=found.ends_on)
    if not form.is_valid():
        return show_hold(request, found, renew_form=form, status=BAD)
    until = form.cleaned_data["until"]
    return _desk(request, found).decided(
        _("The renewal of %(name)s waits for approval."),
        lambda: ask_renewal(
            hold_id=found.id, until=until, person_id=person, now=clock.now()
        ),
    )


@for_members(Right.MANAGE_HOLDS, "POST")
def renewal_approve(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """Approve a later last day: the one that the person saw."""
    del seller
    found, now, person = hold_of(request, hold), clock.now(), request.user.id
    try:
        seen = date.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        seen = date.min
    return _desk(request, found).approved(
        renewal_approval(hold=found, person_id=person, now=now),
        _("%(name)s is renewed."),
        lambda given: approve_renewal(
            hold_id=found.id, until=seen, person_id=person, factor_given=given, now=now
        ),
    )


@for_members(Right.MANAGE_HOLDS, "POST")
def renewal_drop(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """Take back or refuse a renewal; the hold ends on its day."""
    del seller
    found = hold_of(request, hold)
    return _desk(request, found).decided(
        _("The renewal of %(name)s is withdrawn."),
        lambda: drop_renewal(hold_id=found.id),
    )


@for_members(Right.MANAGE_HOLDS, "POST")
def hold_release(request: SellerRequest, seller: str, hold: UUID) -> HttpResponse:
    """End a hold before its last day and delete what it sealed."""
    del seller
    found, person = hold_of(request, hold), request.user.id
    return _desk(request, found).decided(
        _("%(name)s is released; what it had sealed is deleted."),
        lambda: release_hold(hold_id=found.id, person_id=person, now=clock.now()),
    )


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


def _desk(request: SellerRequest, hold: Hold) -> Desk:
    def show(
        *, code_form: CodeForm | None = None, problem: str = "", status: int = 200
    ) -> HttpResponse:
        now = hold_of(request, hold.id)
        return show_hold(
            request, now, code_form=code_form, problem=problem, status=status
        )

    url = reverse("compliance:hold", args=[request.seller.slug, hold.id])
    return Desk(request=request, label=hold.label, url=url, show=show)
