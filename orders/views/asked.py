"""What the views of orders take from a request: the order, the place, the moment."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404

from orders.models import Order
from orders.presentation.page import Place
from orders.presentation.words import Moment
from orders.queries.listing import ListView
from sellers.access import SellerRequest
from vault.clock import clock


def order_of(request: SellerRequest, order_id: UUID) -> Order:
    """Return an order of the shop; foreign and missing are one path."""
    order = Order.objects.filter(seller_id=request.seller.id, id=order_id).first()
    if order is None:
        raise Http404
    return order


def place_of(request: SellerRequest, shop: str) -> Place:
    """Return where the person is: the view that the address names, else all orders."""
    asked = request.GET.get("view", "")
    view = ListView(asked) if asked in set(ListView) else ListView.ALL
    return Place(shop=shop, view=view)


def moment_of(request: SellerRequest) -> Moment:
    """Return the clock's instant and the shop's zone."""
    return Moment(now=clock.now(), zone=ZoneInfo(request.seller.time_zone))
