"""Who may use a page: each view says it, and a law fails for one that does not."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sellers.models import Membership, Person, Seller, StaffMember, StaffRole
from sellers.queries import names_with
from sellers.roles import Right
from vault.clock import clock


class Audience(StrEnum):
    """Who a page is for."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"
    MEMBERS = "members of the shop"
    STAFF = "staff of the operator"


@dataclass(frozen=True, slots=True)
class Access:
    """A view's declaration: audience, needed right, allowed methods."""

    audience: Audience
    methods: tuple[str, ...]
    right: Right | None = None
    staff_role: StaffRole | None = None


class SellerRequest(HttpRequest):
    """A request inside a shop, as `sellers.middleware` prepares it."""

    user: Person
    seller: Seller
    membership: Membership
    rights: frozenset[Right]
    memberships: list[Membership]


class StaffRequest(HttpRequest):
    """A request of staff, as `sellerportal.staff.middleware` prepares it."""

    user: Person
    staff: StaffMember


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


def for_staff(*methods: str, role: StaffRole | None = None) -> Callable[[View], View]:
    """Open a page to staff of the operator, or to those with a role; others get 403.

    Who is no staff never arrives here: the middleware answers 404.
    """
    return _declare(Access(Audience.STAFF, methods, staff_role=role))


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
            raise PermissionDenied(_who_can(request.seller, access.right))
        if access.audience is Audience.STAFF:
            _check_staff(request, access.staff_role)
        return view(request, *args, **kwargs)

    return checked


def _check_staff(request: Any, role: StaffRole | None) -> None:
    """Refuse who is no staff as if nothing were here, and the wrong role in words."""
    member = getattr(request, "staff", None)
    if not isinstance(member, StaffMember):
        raise Http404
    if role is not None and member.role != role:
        words = {"role": role.label}
        raise PermissionDenied(_("This is for staff with the role %(role)s.") % words)


def _who_can(seller: Seller, right: Right) -> str:
    """Say who can help: whoever decides in this shop what a role may do."""
    names = names_with(seller=seller, right=Right.MANAGE_MEMBERS, now=clock.now())
    words = {"owner": names[0] if names else seller.name}
    if right is Right.MANAGE_MEMBERS:
        return _("Your role does not change people. Ask %(owner)s.") % words
    return _("Your role does not open this. Ask %(owner)s.") % words
