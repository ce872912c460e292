"""One transaction around a whole request, with the person and the shop in scope."""

from collections.abc import Callable
from typing import cast

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from sellers.access import SellerRequest
from sellers.models import DeletionCertificate
from sellers.queries import memberships_of, rights_of_member
from vault.clock import clock
from vault.context import person_actor, person_scope, seller_scope

PREFIX = "/s/"
SERVER_ERROR = 500
_LEAVE = "people/leave/"


class SellerScopeMiddleware:
    """Opens the scopes around view, template and response.

    Rolls back where the answer is a server error. Under ``/s/<slug>/`` only members
    pass; a foreign and a missing shop are one path and one answer (404).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the rest of the stack."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside the scopes that the request has a right to."""
        inside = request.path_info.startswith(PREFIX)
        if not _needs_person(request):
            return self._get_response(request)
        if not request.user.is_authenticated:
            if inside:
                return redirect_to_login(request.get_full_path())
            return self._get_response(request)
        person = request.user
        with person_scope(person_id=person.id):
            prepared = cast("SellerRequest", request)
            prepared.memberships = memberships_of(person_id=person.id, now=clock.now())
            answer = self._within(prepared) if inside else self._get_response(request)
            if answer.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
        return answer

    def _within(self, request: SellerRequest) -> HttpResponse:
        slug = request.path_info.removeprefix(PREFIX).split("/", 1)[0]
        found = [m for m in request.memberships if m.seller.slug == slug]
        if not found:
            if _pressed_twice(request, slug):
                return redirect("sellers:left")
            raise Http404
        request.membership, request.seller = found[0], found[0].seller
        actor = person_actor(request.user.id)
        with seller_scope(seller_id=request.seller.id, actor=actor):
            request.rights = rights_of_member(
                person=request.user, seller=request.seller
            )
            answer = self._get_response(request)
            if answer.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
        return answer


def _pressed_twice(request: SellerRequest, slug: str) -> bool:
    """Tell whether an owner asks again to take a shop out that they took out."""
    if request.path_info != f"{PREFIX}{slug}/{_LEAVE}":
        return False
    rows = DeletionCertificate.objects.filter(person_id=request.user.id)
    return rows.filter(seller__slug=slug).exists()


def _needs_person(request: HttpRequest) -> bool:
    return not request.path_info.startswith(("/static/", "/healthz"))
