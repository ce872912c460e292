"""Who may use a page: each view says it, and a law fails for one that does not."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sellers.models import Membership, Person, Seller
from sellers.roles import Right


class Audience(StrEnum):
    """Who a page is for."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"
    MEMBERS = "members of the shop"


@dataclass(frozen=True, slots=True)
class Access:
    """A view's declaration: audience, needed right, allowed methods."""

    audience: Audience
    methods: tuple[str, ...]
    right: Right | None = None


class SellerRequest(HttpRequest):
    """A request inside a shop, as `sellers.middleware` prepares it."""

    user: Person
    seller: Seller
    membership: Membership
    rights: frozenset[Right]
    memberships: list[Membership]


class View(Protocol):
    """A function view."""

    def __call__(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a request."""


def for_everybody(*methods: str) -> Callable[[View], View]:
    """Open a page to everybody."""
    return _declare(Access(Audience.EVERYBODY, methods))


def for_signed_in(*methods: str) -> Callable[[View], View]:
    """Open a page to whoever is signed in."""
    return _declare(Access(Audience.SIGNED_IN, methods))


def for_members(right: Right, *methods: str) -> Callable[[View], View]:
    """Open a page of a shop to members with a right; others get 403.

    Who is no member never arrives here: the middleware answers 404, as for a shop
    that does not exist.
    """
    return _declare(Access(Audience.MEMBERS, methods, right))


def _declare(access: Access) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        allowed = {*access.methods, *(["HEAD"] if "GET" in access.methods else [])}
        guarded = require_http_methods(sorted(allowed))(_guard(view, access))
        if access.audience is not Audience.EVERYBODY:
            guarded = login_required(guarded)
        guarded.access = access  # type: ignore[attr-defined]
        return guarded

    return decorate


def _guard(view: View, access: Access) -> View:
    @wraps(view)
    def checked(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if access.right is not None and access.right not in request.rights:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked
