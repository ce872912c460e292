"""What every request of a signed-in person passes: time limits, then what is missing.

Stands before the shop's scope: who still has to set up the second factor, or to change
an old password, is led there from every page, and gets no further.
"""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from sellers.demo_mode import demo_mode
from sellers.services.passwords import password_is_old
from sellers.services.second_factor import FactorState
from sellers.services.sessions import (
    DOOR,
    GO_ON,
    End,
    end_of,
    factor_state,
    note_use,
)
from vault.clock import clock

#: Open at any time: they ask for nothing that a session could give.
_OPEN = ("/invitations/", "/theme/", "/account/sign")
_READS = ("GET", "HEAD")
_FOUND = 302


class EntranceMiddleware:
    """Ends sessions that are over, says why, and leads to what is missing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the rest of the stack."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass, or answer in its place."""
        path = request.path_info
        if path.startswith(("/static/", "/healthz")):
            return self._get_response(request)
        if not request.user.is_authenticated:
            return self._as_stranger(request)
        ended = end_of(session=request.session, now=clock.now())
        if ended is not None:
            door = request.session.get(DOOR) or reverse("account_login")
            logout(request)
            if _is_open(path):
                return self._get_response(request)
            return _to_sign_in(request, door, ended)
        address = get_adapter().get_client_ip(request)
        note_use(session=request.session, address=address, now=clock.now())
        step = missing_step(request)
        if not step or path in step or _is_open_meanwhile(path):
            return self._get_response(request)
        return _lead(request, step[0])

    def _as_stranger(self, request: HttpRequest) -> HttpResponse:
        """Say to the holder of a session that is gone that it was ended elsewhere.

        Who signed out in another tab and sends a form from this one is told so, and
        comes back to the page of the form.
        """
        had = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        gone = bool(had) and request.session.session_key is None
        sent = request.method not in _READS and _page_before(request) != "/"
        answer = self._get_response(request)
        if (gone or sent) and answer.status_code == _FOUND:
            door, _mark, query = answer["Location"].partition("?")
            if door in _doors() and query.startswith("next="):
                return _to_sign_in(request, door, End.AWAY if gone else End.OUT)
        return answer


def missing_step(request: HttpRequest) -> tuple[str, ...]:
    """Return the addresses of what a signed-in person must do first, or none.

    The first one is where the person is led; no other address is open meanwhile.
    """
    if demo_mode():
        return ()
    state = factor_state(session=request.session)
    if state is FactorState.MISSING:
        return (reverse("second_factor"),)
    if state is FactorState.CODES_NOT_KEPT:
        return (reverse("recovery_codes"), reverse("recovery_codes_file"))
    if password_is_old(person=request.user, now=clock.now()):  # type: ignore[arg-type]
        return (reverse("account_change_password"),)
    return ()


def _is_open(path: str) -> bool:
    return path.startswith(_OPEN) or path in _doors()


def _is_open_meanwhile(path: str) -> bool:
    """Tell what a step that is missing does not keep shut: a link is kept for later."""
    return _is_open(path) and path != reverse("sellers:invitation-accept")


def _doors() -> tuple[str, ...]:
    return (reverse("account_login"), reverse("staff_sign_in"))


def _lead(request: HttpRequest, place: str) -> HttpResponse:
    if request.method in _READS:
        request.session[GO_ON] = request.get_full_path()
    else:
        messages.warning(
            request, _("What you sent was not saved: this step comes first.")
        )
    return _go(request, place)


def _to_sign_in(request: HttpRequest, door: str, ended: End) -> HttpResponse:
    """Send to a sign-in page, which says why and whether something was lost."""
    facts = QueryDict(mutable=True)
    facts["ended"], facts["next"] = ended.value, request.get_full_path()
    if request.method not in _READS:
        facts["unsaved"] = "1"
        facts["next"] = _page_before(request)
    return _go(request, f"{door}?{facts.urlencode(safe='/')}")


def _page_before(request: HttpRequest) -> str:
    """Return the page that a form was on: its own address may know no GET."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return "/"
    _scheme, _mark, rest = before.partition("://")
    return f"/{rest.partition('/')[2]}"


def _go(request: HttpRequest, place: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        # A fragment is no place for a whole page: the browser goes there instead.
        return HttpResponse(headers={"HX-Redirect": place})
    return HttpResponseRedirect(place)
