"""Pages of orders."""

from uuid import UUID

from django.http import HttpResponse

from sellers.access import SellerRequest, for_members
from sellers.roles import Right


@for_members(Right.VIEW_ORDERS, "GET")
def order_list(request: SellerRequest, seller: str) -> HttpResponse:
    """List orders."""
    return HttpResponse()


@for_members(Right.VIEW_ORDERS, "GET")
def order_detail(request: SellerRequest, seller: str, order: UUID) -> HttpResponse:
    """Show one order."""
    return HttpResponse()


@for_members(Right.OPEN_BUYER_DATA, "POST")
def order_show(
    request: SellerRequest, seller: str, order: UUID, group: str
) -> HttpResponse:
    """Show a group of buyer fields for a purpose."""
    return HttpResponse()
