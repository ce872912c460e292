"""The page of buyer data exposure."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from compliance.presentation.banner import SWEEP_MINUTES
from compliance.presentation.exposure_page import exposure_page
from compliance.presentation.holds_page import holds_card
from compliance.presentation.notices import notice_rows, test_buyer_card
from compliance.presentation.tabs import tabs
from sellers.access import SellerRequest, for_members
from sellers.roles import OWNER, Right
from sellers.services.first_steps import EXPOSURE_LOOKED, note_step
from vault.clock import clock
from vault.stops import open_stop


@for_members(Right.VIEW_EXPOSURE, "GET")
def exposure(request: SellerRequest, seller: str) -> HttpResponse:
    """Show what buyer data is readable now, where, and for how long."""
    now = clock.now()
    note_step(seller_id=request.seller.id, name=EXPOSURE_LOOKED, now=now)
    shop_id, for_owner = request.seller.id, Right.MANAGE_MEMBERS in request.rights
    context = {
        "page": exposure_page(seller=request.seller, now=now),
        "tabs": tabs(shop=seller, current="compliance:exposure"),
        "holds": holds_card(seller_id=request.seller.id, shop=seller, today=now.date()),
        "may_hold": Right.MANAGE_HOLDS in request.rights,
        "shop": request.seller,
        "now": now,
        "sweep_minutes": SWEEP_MINUTES,
        "notices": notice_rows(seller_id=shop_id, shop=seller, for_owner=for_owner),
        "test_buyer": test_buyer_card(seller_id=shop_id, shop=seller)
        if for_owner
        else None,
        "stop": open_stop(seller_id=request.seller.id),
        "may_read_reasons": request.membership.role_class is OWNER,
        "leaving_url": f"{reverse('orders:order-list', args=[seller])}?view=leaving",
    }
    return render(request, "compliance/exposure.html", context)
