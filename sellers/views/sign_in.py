"""The door: e-mail and password, then a code."""

from typing import Any, ClassVar

from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sellers.access import for_everybody
from sellers.services.sessions import DOOR, End
from sellers.sign_in_forms import CodeForm, RecoveryCodeForm, SignInForm

_BAD_FORM = 422
_WAITS = 429


class SignInView(LoginView):  # type: ignore[misc]
    """The first step. Another door takes a subclass: form, template, address."""

    form_class = SignInForm
    template_name = "account/login.html"
    #: The name of this page's address.
    door: ClassVar[str] = "account_login"

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Show the form all the same: "Not you?" leads here from the second step."""
        del request
        stage.abort()

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """Go on to the second step, and remember the door."""
        self.request.session[DOOR] = reverse(self.door)
        answer: HttpResponse = super().form_valid(form)
        return answer

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """Show the form again with its one sentence."""
        answer: HttpResponse = super().form_invalid(form)
        answer.status_code = _BAD_FORM
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add why a session ended, where the address says so."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["door"] = reverse(self.door)
        context["ended"] = _why(self.request) if self.request.method == "GET" else ""
        return context


class CodeView(AuthenticateView):  # type: ignore[misc]
    """The second step, with a code of the app."""

    form_class = CodeForm
    template_name = "mfa/authenticate.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Spend the code and go on, or say that it does not fit."""
        del args, kwargs
        if self.form is not None and self.form.check_against(request):
            entered: HttpResponse = self.form_valid(self.form)
            return entered
        answer: HttpResponse = self.form_invalid(self.form)
        answer.status_code = _BAD_FORM
        return answer

    def _build_forms(self) -> CodeForm:
        data = self.request.POST if self.request.method == "POST" else None
        self.webauthn_form = None
        self.auth_form = self.form_class(data, user=self.stage.login.user)
        return self.auth_form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add who is signing in, and where to start again."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["email"] = self.stage.login.user.email
        context["door"] = self.request.session.get(DOOR) or reverse("account_login")
        return context


class RecoveryCodeView(CodeView):
    """The second step, with a recovery code."""

    form_class = RecoveryCodeForm
    template_name = "mfa/recovery_code.html"


@for_everybody("GET", "POST")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail and password."""
    answer: HttpResponse = SignInView.as_view()(request)
    return answer


@for_everybody("GET", "POST")
def code(request: HttpRequest) -> HttpResponse:
    """Ask for a code of the app."""
    answer: HttpResponse = CodeView.as_view()(request)
    return answer


@for_everybody("GET", "POST")
def recovery_code(request: HttpRequest) -> HttpResponse:
    """Ask for a recovery code."""
    answer: HttpResponse = RecoveryCodeView.as_view()(request)
    return answer


@for_everybody("GET")
def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that the person is signed out."""
    return render(request, "account/signed_out.html")


def locked(
    request: HttpRequest, answer: HttpResponse | None, credentials: Any
) -> HttpResponse:
    """Say that sign-in waits, the same to everybody; see AXES_LOCKOUT_CALLABLE."""
    del answer, credentials
    return render(request, "account/locked.html", status=_WAITS)


def _why(request: HttpRequest) -> str:
    said = {
        End.IDLE.value: _("You were signed out after 30 minutes without use."),
        End.SHARED.value: _(
            "You were signed out after 15 minutes without use: this is a shared "
            "computer."
        ),
        End.DAY.value: _("You were signed out after 12 hours."),
        End.AWAY.value: _(
            "You were signed out: somewhere else, or because your password or your "
            "second factor changed."
        ),
        End.OUT.value: _("You were signed out in this browser."),
    }
    why = said.get(request.GET.get("ended", ""), "")
    if why and "unsaved" in request.GET:
        lost = _("What you sent last was not saved; sign in and send it again.")
        return f"{why} {lost}"
    return why
