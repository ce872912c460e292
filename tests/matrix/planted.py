"""Addresses with one mistake each; the matrix must find every one of them."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from sellerportal import urls
from sellers.access import (
    Access,
    Audience,
    for_everybody,
    for_members,
    for_signed_in,
)
from sellers.roles import Right
from sellers.services.second_factor import FactorState
from sellers.services.sessions import note_factor
from tests import bed

SHOP = "s/<slug:seller>/planted"


def undeclared(request: HttpRequest) -> HttpResponse:
    """Say nothing about whom it is for."""
    return HttpResponse()


@for_members(Right.VIEW_ORDERS, "GET")
def unknown_blank(request: HttpRequest, seller: str, parcel: int) -> HttpResponse:
    """Take a blank that no table of the matrix knows."""
    return HttpResponse()


@for_members(Right.VIEW_ORDERS, "GET")
def anybodys(request: HttpRequest, seller: str, order: UUID) -> HttpResponse:
    """Look an order up past row security, without the seller."""
    if not _stored(order):
        raise Http404
    return HttpResponse()


@for_members(Right.VIEW_ORDERS, "GET")
def talkative(request: HttpRequest, seller: str, order: UUID) -> HttpResponse:
    """Refuse a foreign order in other words than a missing one."""
    words = "not yours" if _stored(order) else "not there"
    return HttpResponse(words, status=404)


@for_members(Right.VIEW_ORDERS, "GET", "POST")
def writing(request: HttpRequest, seller: str, order: UUID) -> HttpResponse:
    """Change an order of whomever it is, past row security, then say 404."""
    with bed.admin_connection() as admin:
        admin.execute("UPDATE orders_order SET currency = 'XXX' WHERE id = %s", [order])
    raise Http404


@for_members(Right.VIEW_ORDERS, "GET")
def failing(request: HttpRequest, seller: str) -> HttpResponse:
    """Fail."""
    message = "planted"
    raise ValueError(message)


def unguarded(request: HttpRequest, seller: str) -> HttpResponse:
    """Declare a right and check none."""
    return HttpResponse()


@for_everybody("POST")
def lets_in(request: HttpRequest) -> HttpResponse:
    """Take the second factor for given, at an address that is open to everybody."""
    note_factor(session=request.session, factor=FactorState.READY)
    return HttpResponse()


@for_signed_in("GET")
def open_to_all(request: HttpRequest) -> HttpResponse:
    """Be what it says: the control."""
    return HttpResponse()


def _stored(order: UUID) -> bool:
    """Tell whether an order exists, whosever it is: asked past row security."""
    with bed.admin_connection() as admin:
        found = admin.execute("SELECT 1 FROM orders_order WHERE id = %s", [order])
        return found.fetchone() is not None


unguarded.access = Access(  # type: ignore[attr-defined]  # as sellers.access sets it
    Audience.MEMBERS, ("GET",), Right.MANAGE_MEMBERS
)

urlpatterns = [
    path("planted/undeclared/", undeclared, name="planted-undeclared"),
    path("account/sign-planted/", lets_in, name="planted-lets-in"),
    path("planted/open/", open_to_all, name="planted-open"),
    path(f"{SHOP}/<int:parcel>/", unknown_blank, name="planted-blank"),
    path(f"{SHOP}/<uuid:order>/any/", anybodys, name="planted-anybodys"),
    path(f"{SHOP}/<uuid:order>/words/", talkative, name="planted-talkative"),
    path(f"{SHOP}/<uuid:order>/write/", writing, name="planted-writing"),
    path(f"{SHOP}/fails/", failing, name="planted-failing"),
    path(f"{SHOP}/unguarded/", unguarded, name="planted-unguarded"),
    path("", include("sellerportal.urls")),
]
handler403 = getattr(urls, "handler403", "django.views.defaults.permission_denied")
handler500 = getattr(urls, "handler500", "django.views.defaults.server_error")
