"""Under ``/staff/`` only staff pass, on a connection that knows no buyer."""

from collections.abc import Callable
from typing import cast

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from sellerportal.staff.connection import STAFF, as_staff
from sellers.access import StaffRequest
from sellers.queries.staff import live_staff_member

PREFIX = "/staff/"
SERVER_ERROR = 500


class StaffScopeMiddleware:
    """Serves staff pages in one transaction as ``sp_staff``.

    Rolls back where the answer is a server error. For everybody else who is signed in
    a staff page is a page that does not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the rest of the stack."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer on the connection that fits the address."""
        sign_in = reverse("staff_sign_in")
        if not request.path_info.startswith(PREFIX) or request.path_info == sign_in:
            return self._get_response(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), sign_in)
        member = live_staff_member(person_id=request.user.id)
        if member is None:
            raise Http404
        cast("StaffRequest", request).staff = member
        with as_staff():
            answer = self._get_response(request)
            if answer.status_code >= SERVER_ERROR:
                transaction.set_rollback(True, using=STAFF)
        return answer
