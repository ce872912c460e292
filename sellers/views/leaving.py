"""Leaving the demo, from a shop of one's own."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sellers.access import SellerRequest, for_signed_in
from sellers.demo_mode import demo_mode
from sellers.models import Seller
from sellers.roles import OWNER
from sellers.services.leaving_demo import leave_demo
from sellers.shop_forms import LeaveForm
from vault.clock import clock
from vault.context import person_actor


@for_signed_in("GET", "POST")
def demo_leave(request: SellerRequest) -> HttpResponse:
    """Say what leaving does, and do it where the word was typed.

    For the owner of a shop of their own; for everybody else, and after the demo was
    left, there is no such page.
    """
    own = own_shops(request)
    if not own or not demo_mode():
        raise Http404
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        leave_demo(actor=person_actor(request.user.id), now=clock.now())
        messages.success(
            request, _("You left the demo. What is here from now on is yours.")
        )
        return redirect("today", seller=own[0].slug)
    context = {
        "form": form,
        "own": own,
        "invented": Seller.objects.filter(demo=True, closed_at=None).order_by("name"),
    }
    status = 200 if request.method != "POST" else 422
    return render(request, "sellers/leave_demo.html", context, status=status)


def own_shops(request: SellerRequest) -> list[Seller]:
    """Return the shops outside the demo that the person owns."""
    return [
        member.seller
        for member in request.memberships
        if member.role == OWNER.code and not member.seller.demo
    ]
