"""A shop of one's own, beside the demo or without one."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sellers.access import SellerRequest, for_signed_in
from sellers.models import Person
from sellers.services.entering import enter_as_new
from sellers.services.own_shop import (
    is_invented,
    make_account,
    may_open_shops,
    open_shop,
)
from sellers.shop_forms import OwnAccountForm, ShopForm, zone_names
from vault.clock import clock


@for_signed_in("GET", "POST")
def new_shop(request: SellerRequest) -> HttpResponse:
    """Open a shop with the person as its owner; in the demo also an own account."""
    if not may_open_shops(person=request.user):
        raise PermissionDenied(
            _("Shops are opened by the operator here. Ask them for an invitation.")
        )
    invented = is_invented(person=request.user, memberships=request.memberships)
    kind = OwnAccountForm if invented else ShopForm
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = _open(request, form, invented=invented)
        if answer is not None:
            return answer
    context = {"form": form, "zones": zone_names(), "invented": invented}
    status = 200 if request.method != "POST" else 422
    return render(request, "sellers/new_shop.html", context, status=status)


def _open(
    request: SellerRequest, form: ShopForm, *, invented: bool
) -> HttpResponse | None:
    """Open the shop; return None where somebody took the address meanwhile."""
    given, owner = form.cleaned_data, request.user
    try:
        with transaction.atomic():
            if invented:
                owner = _account(form)
            seller = open_shop(
                name=given["shop_name"],
                owner=owner,
                time_zone=given["time_zone"],
                now=clock.now(),
            )
    except IntegrityError:
        if not invented or not Person.objects.filter(email=given["email"]).exists():
            raise
        form.add_error("email", _("Choose another e-mail address."))
        return None
    if invented:
        enter_as_new(request=request, person=owner, now=clock.now())
    return redirect("today", seller=seller.slug)


def _account(form: ShopForm) -> Person:
    given = form.cleaned_data
    return make_account(
        name=given["name"],
        email=given["email"],
        password=given["password"],
        now=clock.now(),
    )
