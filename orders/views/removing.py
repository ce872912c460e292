"""Purging the buyer of one order early."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from orders.enums import RemovedWhy
from orders.forms import RemoveForm
from orders.presentation.removal_page import removal_page
from orders.services.removal import remove_buyers
from orders.views.asked import moment_of, order_of, place_of
from sellers.access import SellerRequest, for_members
from sellers.roles import Right


@for_members(Right.REMOVE_BUYERS, "GET", "POST")
def order_remove(request: SellerRequest, seller: str, order: UUID) -> HttpResponse:
    """Say what purging early does, and do it where a reason was given."""
    found, place = order_of(request, order), place_of(request, seller)
    moment = moment_of(request)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    page = removal_page(order=found, place=place, moment=moment)
    if request.method == "POST" and not page.stored:
        messages.info(request, page.nothing)
        return redirect(page.order_url)
    if request.method == "POST" and form.is_valid():
        remove_buyers(
            seller_id=request.seller.id,
            order_ids=[found.id],
            why=RemovedWhy(form.cleaned_data["why"]),
            now=moment.now,
        )
        told = _("The buyer data was removed. Its last key dies on %(day)s.")
        day = moment.day_words(page.last_key_on)
        messages.success(request, told % {"day": day})
        return redirect(page.order_url)
    status = 422 if request.method == "POST" else 200
    context = {"page": page, "form": form}
    return render(request, "orders/remove.html", context, status=status)
