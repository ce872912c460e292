"""Shops of a person, and the theme."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from sellers.access import SellerRequest, for_everybody, for_signed_in
from sellers.demo_mode import demo_mode
from sellers.models import DeletionCertificate
from sellers.services.own_shop import may_open_shops
from sellers.views.leaving import own_shops

THEMES = {"system": "", "light": "light", "dark": "dark"}


@for_signed_in("GET")
def shop_list(request: SellerRequest) -> HttpResponse:
    """Show the person's shops, or go straight to the only one."""
    shops = [membership.seller for membership in request.memberships]
    if len(shops) == 1 and "all" not in request.GET:
        return redirect("today", seller=shops[0].slug)
    context = {
        "memberships": request.memberships,
        "may_open": may_open_shops(person=request.user),
        "has_left": DeletionCertificate.objects.filter(
            person_id=request.user.id
        ).exists(),
        "may_leave": demo_mode() and bool(own_shops(request)),
    }
    return render(request, "sellers/shop_list.html", context)


@for_everybody("POST")
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    answer = HttpResponseRedirect(target)
    chosen = THEMES.get(request.POST.get("theme", ""))
    if chosen is not None:
        answer.set_cookie(
            "theme", chosen, max_age=31_536_000, samesite="Lax", httponly=True
        )
    return answer
