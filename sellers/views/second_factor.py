"""Setting up the second factor, replacing the app, keeping the recovery codes."""

import base64
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as mfa_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from sellers.access import SellerRequest, for_signed_in
from sellers.demo_mode import demo_mode
from sellers.services.locks import count_failure
from sellers.services.second_factor import (
    AlreadySetUp,
    FactorState,
    WrongCode,
    codes_to_keep,
    factor_of,
    keep_codes,
    new_secret,
    renew_codes,
    set_up,
)
from sellers.services.sessions import (
    DOOR,
    GO_ON,
    end_others,
    factor_state,
    note_factor,
)
from sellers.sign_in_forms import KEYS_AWAY, PasswordAgainForm, ReplaceForm, SetUpForm
from vault.refusals import KeyLost, OpeningSuspended, Tampered
from vault.standing import open_standing, seal_standing

#: Where the session keeps the sealed secret of an app that is being set up.
_BEGUN = "secret being set up"
_BAD_FORM = 422
_UNAVAILABLE = 503


@for_signed_in("GET", "POST")
def second_factor(request: SellerRequest) -> HttpResponse:
    """Set up an app, or replace it: then the password is asked for again."""
    try:
        return _set_up(request)
    except AlreadySetUp:
        return _sign_in_again(request)
    except OpeningSuspended:
        said = {"sentence": KEYS_AWAY}
        return render(request, "mfa/unavailable.html", said, status=_UNAVAILABLE)


@for_signed_in("GET", "POST")
def recovery_codes(request: SellerRequest) -> HttpResponse:
    """Show new recovery codes until the person says that they are kept."""
    if request.method == "POST":
        keep_codes(person_id=request.user.id)
        state = factor_of(person_id=request.user.id).state
        note_factor(session=request.session, factor=state)
        return redirect(_onward(request))
    try:
        codes = codes_to_keep(person_id=request.user.id)
    except OpeningSuspended:
        said = {"sentence": KEYS_AWAY}
        return render(request, "mfa/unavailable.html", said, status=_UNAVAILABLE)
    if not codes:
        return redirect("your_sign_in")
    answer = render(request, "mfa/recovery_codes.html", {"codes": codes})
    answer["Cache-Control"] = "no-store"
    return answer


@for_signed_in("GET")
def recovery_codes_file(request: SellerRequest) -> HttpResponse:
    """Send the codes that are still to be kept as a text file."""
    codes = codes_to_keep(person_id=request.user.id)
    if not codes:
        return redirect("your_sign_in")
    text = render(request, "mfa/recovery_codes.txt", {"codes": codes}).content
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = "seller-portal-recovery-codes.txt"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@for_signed_in("GET", "POST")
def recovery_codes_new(request: SellerRequest) -> HttpResponse:
    """Make new recovery codes, after the password."""
    state = factor_of(person_id=request.user.id).state
    if state is FactorState.MISSING:
        return redirect("second_factor")
    form = PasswordAgainForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        renew_codes(person_id=request.user.id)
        request.session[GO_ON] = reverse("your_sign_in")
        _changed(request, "mfa/email/recovery_codes_generated")
        return redirect("recovery_codes")
    status = _BAD_FORM if request.method == "POST" else 200
    context = {"form": form}
    return render(request, "mfa/recovery_codes_new.html", context, status=status)


def _set_up(request: SellerRequest) -> HttpResponse:
    has_one = factor_of(person_id=request.user.id).state is not FactorState.MISSING
    asked = factor_state(session=request.session) is not FactorState.MISSING
    if has_one and not asked and not demo_mode():
        # The password alone must not put another app in the place of the first.
        raise AlreadySetUp
    data = request.POST if request.method == "POST" else None
    form = ReplaceForm(data, request=request) if has_one else SetUpForm(data)
    secret = _secret(request)
    if form.is_valid() and _taken(request, form, secret, replaces=has_one):
        request.session.pop(_BEGUN, None)
        if has_one:
            request.session[GO_ON] = reverse("your_sign_in")
        _changed(request, "mfa/email/totp_activated")
        return redirect("recovery_codes")
    url = mfa_adapter().build_totp_url(request.user, secret)
    drawn = mfa_adapter().build_totp_svg(url).encode()
    context = {
        "form": form,
        "replaces": has_one,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "qr": f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}",
    }
    status = _BAD_FORM if form.errors else 200
    answer = render(request, "mfa/set_up.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _taken(request: SellerRequest, form: Any, secret: str, *, replaces: bool) -> bool:
    code = form.cleaned_data["code"]
    try:
        set_up(person_id=request.user.id, secret=secret, code=code, replaces=replaces)
    except WrongCode:
        count_failure(request=request, email=request.user.email)
        form.add_error(
            "code", _("The app does not show this code now: type the one you see.")
        )
        return False
    return True


def _secret(request: SellerRequest) -> str:
    """Return the secret being set up, the same one while its page is open."""
    place = f"set up|{request.user.id}"
    kept = request.session.get(_BEGUN)
    if isinstance(kept, str):
        try:
            return open_standing(sealed=kept, place=place)
        except (KeyLost, Tampered):
            pass
    secret = new_secret()
    request.session[_BEGUN] = seal_standing(text=secret, place=place)
    return secret


def _changed(request: SellerRequest, mail: str) -> None:
    """End every other session and tell the person by mail."""
    note_factor(session=request.session, factor=FactorState.CODES_NOT_KEPT)
    end_others(person_id=request.user.id, keep=str(request.session.session_key))

    def send() -> None:
        with context.request_context(request):
            account_adapter(request).send_notification_mail(mail, request.user)

    # A slow mail server must not hold the transaction open.
    transaction.on_commit(send)


def _sign_in_again(request: SellerRequest) -> HttpResponse:
    door = request.session.get(DOOR) or reverse("account_login")
    logout(request)
    messages.warning(
        request, _("Your second factor is set up already: sign in with its code.")
    )
    return redirect(door)


def _onward(request: HttpRequest) -> str:
    place = str(request.session.pop(GO_ON, ""))
    if url_has_allowed_host_and_scheme(place, {request.get_host()}):
        return place
    return "/"
