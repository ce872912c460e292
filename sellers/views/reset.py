"""A forgotten password: the same answer, in the same time, for every address."""

from collections.abc import Callable
from typing import Any

from allauth.account.views import PasswordResetFromKeyView, PasswordResetView
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from sellers.access import for_everybody
from sellers.services.mails import deliver

_BAD_FORM = 422


class AnswerFirst(HttpResponseRedirect):
    """A redirect that does something once the whole of it is on its way."""

    then: Callable[[], None] | None = None

    def close(self) -> None:
        """Do it: the server closes an answer after its last byte."""
        super().close()
        then, self.then = self.then, None
        if then is not None:
            then()


class ResetView(PasswordResetView):  # type: ignore[misc]
    """Asking for the link."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Answer, and send the mail, if there is one, after that."""
        answer: HttpResponse = super().form_valid(form)
        message = getattr(self.request, "waiting_mail", None)
        if not isinstance(answer, HttpResponseRedirect):
            return answer
        first = AnswerFirst(answer.url)
        if isinstance(message, EmailMessage):
            first.then = lambda: deliver(message=message)
        return first

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again."""
        return _bad(super().form_invalid(form))


class NewPasswordView(PasswordResetFromKeyView):  # type: ignore[misc]
    """Choosing the new one, by the link."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again with the rule that was broken."""
        return _bad(super().form_invalid(form))


@for_everybody("GET", "POST")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the address to send a link to."""
    answer: HttpResponse = ResetView.as_view()(request)
    return answer


@for_everybody("GET", "POST")
def choose(request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
    """Let the holder of a link choose a new password."""
    answer: HttpResponse = NewPasswordView.as_view()(request, uidb36=uidb36, key=key)
    return answer


def _bad(answer: HttpResponse) -> HttpResponse:
    answer.status_code = _BAD_FORM
    return answer
