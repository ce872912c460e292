"""A person's own sign-in: password, second factor, where else signed in."""

from typing import Any

from allauth.account.views import PasswordChangeView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sellers.access import SellerRequest, for_signed_in
from sellers.queries.sign_ins import places_signed_in
from sellers.services.passwords import (
    OLDEST,
    changed_at,
    may_change_from,
    password_is_old,
)
from sellers.services.second_factor import FactorState, factor_of
from sellers.services.sessions import IDLE, LONGEST, SHARED, end_one, end_others
from vault.clock import clock
from vault.refusals import OpeningSuspended

_BAD_FORM = 422


class ChangePasswordView(PasswordChangeView):  # type: ignore[misc]
    """A new password; every other session ends with the old one."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again with the rule that was broken."""
        answer: HttpResponse = super().form_invalid(form)
        answer.status_code = _BAD_FORM
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether the person was led here because the password is a year old."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        person: Any = self.request.user
        context["old"] = password_is_old(person=person, now=clock.now())
        return context


@for_signed_in("GET")
def your_sign_in(request: SellerRequest) -> HttpResponse:
    """Show password, second factor and sessions."""
    now, person = clock.now(), request.user
    try:
        factor = factor_of(person_id=person.id)
    except OpeningSuspended:
        factor = None
    context = {
        "password_changed": changed_at(person=person),
        "password_until": changed_at(person=person) + OLDEST,
        "password_waits": now < may_change_from(person=person),
        "factor": factor,
        "has_factor": factor is None or factor.state is not FactorState.MISSING,
        "shared": bool(request.session.get(SHARED)),
        "places": places_signed_in(
            person_id=person.id,
            current_key=str(request.session.session_key),
            idle_since=now - IDLE,
            begun_since=now - LONGEST,
        ),
    }
    return render(request, "usersessions/your_sign_in.html", context)


@for_signed_in("GET", "POST")
def change_password(request: HttpRequest) -> HttpResponse:
    """Ask for the present password and a new one."""
    answer: HttpResponse = ChangePasswordView.as_view()(request)
    return answer


@for_signed_in("POST")
def end_other_sessions(request: SellerRequest) -> HttpResponse:
    """Sign the person out everywhere else."""
    key = str(request.session.session_key)
    ended = end_others(person_id=request.user.id, keep=key)
    said = ngettext(
        "You are signed out in %(ended)d other place.",
        "You are signed out in %(ended)d other places.",
        ended,
    )
    messages.success(request, said % {"ended": ended})
    return redirect("your_sign_in")


@for_signed_in("POST")
def end_session(request: SellerRequest, number: int) -> HttpResponse:
    """Sign the person out of one of the own sessions."""
    if end_one(person_id=request.user.id, number=number):
        messages.success(request, _("You are signed out there."))
    else:
        messages.info(request, _("You were signed out there already."))
    return redirect("your_sign_in")
