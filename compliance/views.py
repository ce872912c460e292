"""Pages of buyer data exposure."""

from django.http import HttpResponse

from sellers.access import SellerRequest, for_members
from sellers.roles import Right


@for_members(Right.VIEW_EXPOSURE, "GET")
def exposure(request: SellerRequest, seller: str) -> HttpResponse:
    """Show what buyer data is readable now, where, and for how long."""
    return HttpResponse()
