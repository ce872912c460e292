"""Taking a shop out of the portal, and what is left of it: the certificate."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sellers.access import SellerRequest, for_members, for_signed_in
from sellers.demo_mode import demo_mode
from sellers.leaving_forms import LeavePortalForm
from sellers.models import DeletionCertificate
from sellers.roles import Right
from sellers.services.certificate_mails import FILE_NAME
from sellers.services.last_keys import last_key_on
from sellers.services.leaving_portal import LeavingRefused, ask_to_leave
from vault.clock import clock
from vault.refusals import OpeningSuspended
from vault.signing import public_key


@for_members(Right.CLOSE_SHOP, "GET", "POST")
def leave(request: SellerRequest, seller: str) -> HttpResponse:
    """Say what leaving deletes, and do it for an owner who means it.

    A shop of the demo has its own way: here it has no such page.
    """
    del seller  # the middleware has found the shop
    shop, posted = request.seller, request.method == "POST"
    if shop.demo:
        raise Http404
    form = LeavePortalForm(
        request.POST if posted else None,
        user=request.user,
        shop_name=shop.name,
        asks_code=not demo_mode(),
    )
    if posted and form.check_against(request):
        try:
            ask_to_leave(seller=shop, person_id=request.user.id, now=clock.now())
        except LeavingRefused:
            # Pressed twice, or another owner was first: it is done already.
            return redirect("sellers:left")
        messages.success(
            request,
            _("%(shop)s is closed. Its data is being deleted.") % {"shop": shop},
        )
        return redirect("sellers:left")
    context = {
        "form": form,
        "shop": shop,
        "last_key_on": last_key_on(seller_id=shop.id),
    }
    return render(
        request, "sellers/leave_portal.html", context, status=422 if posted else 200
    )


@for_signed_in("GET")
def left(request: SellerRequest) -> HttpResponse:
    """List the shops that the person owned and that have left, or are leaving."""
    rows = DeletionCertificate.objects.filter(person_id=request.user.id)
    try:
        key = public_key()
    except OpeningSuspended:
        key = ""
    context = {
        "certificates": rows.select_related("seller").order_by("-asked_at", "-id"),
        "key": key,
    }
    return render(request, "sellers/left.html", context)


@for_signed_in("GET")
def left_certificate(request: SellerRequest, certificate: UUID) -> HttpResponse:
    """Send a certificate to the former owner whose it is; else nothing is here."""
    found = DeletionCertificate.objects.filter(
        id=certificate, person_id=request.user.id, ended_at__isnull=False
    ).first()
    if found is None:
        raise Http404
    answer = HttpResponse(found.text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    answer["Cache-Control"] = "no-store"
    return answer
