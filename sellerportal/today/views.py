"""The page that a shop opens with."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render

from orders.presentation.words import Moment
from sellerportal.today.facts import Asker
from sellerportal.today.page import today_page
from sellers.access import SellerRequest, for_members
from sellers.roles import Right
from vault.clock import clock


@for_members(Right.VIEW_ORDERS, "GET")
def today(request: SellerRequest, seller: str) -> HttpResponse:
    """Show what must ship, what is late, what leaves tonight and what needs you."""
    del seller
    asker = Asker(
        person=request.user,
        seller=request.seller,
        role=request.membership.role_class,
        rights=request.rights,
    )
    moment = Moment(now=clock.now(), zone=ZoneInfo(request.seller.time_zone))
    page = today_page(asker=asker, moment=moment)
    return render(request, "today/today.html", {"page": page})
