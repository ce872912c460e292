"""Every address says whom it is for; that it keeps to it is the matrix's business."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.account import views as account
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, include, path

from sellers.access import Access, Audience, for_members, for_signed_in, for_staff
from sellers.roles import Right
from tests.laws.sources import PACKAGES
from vault.rows import new_id

SHOP = "s/<slug:seller>/"
STAFF = "staff/"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

#: Views of allauth: they decide by the session themselves, and know no shop.
THIRD_PARTY = {
    account.logout: "asks on GET, signs out on POST",
    account.signup: "closed by sellers.adapter; says so",
    account.account_inactive: "a sentence for closed accounts",
    account.password_reset_done: "a sentence",
    account.password_reset_from_key_done: "a sentence",
}


@dataclass(frozen=True, slots=True)
class Address:
    """One address: the whole route, the view, and the name to reverse it by."""

    route: str
    view: Any
    name: str

    @property
    def access(self) -> Access | None:
        """Return what the view declares."""
        declared = getattr(self.view, "access", None)
        return declared if isinstance(declared, Access) else None


def addresses(patterns: list[Any], *, before: str = "") -> Iterator[Address]:
    """Yield every address under these patterns."""
    for entry in patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, before=route)
        elif isinstance(entry, URLPattern):
            yield Address(route, entry.callback, entry.name or "")


def faults_of(found: list[Address]) -> list[str]:
    """Return what is wrong with addresses, as ``route: what``."""
    faults = []
    for address in found:
        access = address.access
        if access is None:
            if address.view not in THIRD_PARTY:
                faults.append(f"{address.route}: says not whom it is for")
            elif address.route.startswith("s/"):
                faults.append(f"{address.route}: a foreign view inside a shop")
            continue
        if not access.methods:
            faults.append(f"{address.route}: allows no method")
        inside = address.route.startswith(SHOP)
        if address.route.startswith("s/") and not inside:
            faults.append(f"{address.route}: a shop without its slug")
        if inside != (access.audience is Audience.MEMBERS):
            faults.append(f"{address.route}: for {access.audience.value}")
        faults += _staff_faults(address, access)
        if inside and access.right is None:
            faults.append(f"{address.route}: needs no right")
        if not address.name:
            faults.append(f"{address.route}: has no name")
    return faults


def _staff_faults(address: Address, access: Access) -> list[str]:
    """Return a fault where staff pages and others are mixed."""
    there = address.route.startswith(STAFF) and address.name != "staff_sign_in"
    if there == (access.audience is Audience.STAFF):
        return []
    return [f"{address.route}: for {access.audience.value}, by its address"]


def ours() -> list[Address]:
    """Return every address of the portal."""
    return list(addresses(get_resolver().url_patterns))


def url_of(address: Address, *, slug: str) -> str:
    """Return an address with its blanks filled: nothing of that name is there."""
    words = {"uuid": str(new_id()), "slug": "deliver", "str": "x", "int": "1"}
    words |= {"base36": "1"}
    url = address.route.replace("<slug:seller>", slug)
    for kind, word in words.items():
        while f"<{kind}:" in url:
            before, rest = url.split(f"<{kind}:", 1)
            url = before + word + rest.split(">", 1)[1]
    assert "<" not in url
    return f"/{url}"


def test_every_address_says_whom_it_is_for() -> None:
    assert faults_of(ours()) == []
    assert {a.view for a in ours() if a.access is None} == set(THIRD_PARTY)


def test_every_other_view_lives_in_a_package_of_ours() -> None:
    views = {a.view for a in ours()} - set(THIRD_PARTY)
    modules = {inspect.unwrap(view).__module__ for view in views}
    assert {name.split(".", 1)[0] for name in modules} <= set(PACKAGES)


def _undeclared(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse()


@for_signed_in("GET")
def _for_anybody_signed_in(request: HttpRequest, seller: str) -> HttpResponse:
    del request, seller
    return HttpResponse()


@for_members(Right.VIEW_ORDERS, "GET")
def _for_members(request: HttpRequest, seller: str) -> HttpResponse:
    del request, seller
    return HttpResponse()


@for_staff("GET")
def _for_staff(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse()


@pytest.mark.parametrize(
    ("pattern", "faults"),
    [
        (
            path("planted/", _undeclared, name="p"),
            ["planted/: says not whom it is for"],
        ),
        (
            path(f"{SHOP}x/", include([path("y/", _undeclared)])),
            [f"{SHOP}x/y/: says not whom it is for"],
        ),
        (
            path(f"{SHOP}x/", _for_anybody_signed_in, name="p"),
            [f"{SHOP}x/: for signed in", f"{SHOP}x/: needs no right"],
        ),
        (
            path("outside/", _for_members, name="p"),
            ["outside/: for members of the shop"],
        ),
        (path(f"{SHOP}x/", _for_members), [f"{SHOP}x/: has no name"]),
        (
            path(f"{STAFF}x/", _for_anybody_signed_in, name="p"),
            [f"{STAFF}x/: for signed in, by its address"],
        ),
        (
            path("elsewhere/", _for_staff, name="p"),
            ["elsewhere/: for staff of the operator, by its address"],
        ),
        (
            path(f"{SHOP}in/", account.logout, name="p"),
            [f"{SHOP}in/: a foreign view inside a shop"],
        ),
    ],
)
def test_a_planted_address_is_found(pattern: Any, faults: list[str]) -> None:
    assert faults_of(list(addresses([pattern]))) == faults


def test_a_right_address_passes() -> None:
    pattern = path(f"{SHOP}x/", _for_members, name="p")
    assert faults_of(list(addresses([pattern]))) == []
