"""How allauth behaves here: accounts by invitation, secrets sealed, mails that wait."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sellers.models import Person
from sellers.services.entering import factor_at_entry
from sellers.services.mails import deliver
from sellers.services.passwords import choose_password
from sellers.services.second_factor import has_living_app
from sellers.services.sessions import open_session, stamp_row
from vault.clock import clock
from vault.refusals import OpeningSuspended
from vault.standing import open_standing, seal_standing

_PLACE = "allauth"


class PortalAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations alone."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        del request
        return False

    def login(self, request: HttpRequest, user: Person) -> None:
        """Sign in under a new session key and begin to count the time."""
        factor = factor_at_entry(request=request, person=user)
        super().login(request, user)
        open_session(session=request.session, factor=factor, now=clock.now())

    def post_login(
        self, request: HttpRequest, user: Person, **kwargs: Any
    ) -> HttpResponse:
        """Put the portal's time on the row of the new session."""
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        stamp_row(session_key=str(request.session.session_key), now=clock.now())
        return answer

    def clean_password(self, password: str, user: Person | None = None) -> str:
        """Refuse with the first rule that is broken: one sentence at a time."""
        try:
            return str(super().clean_password(password, user))
        except ValidationError as error:
            raise ValidationError(error.messages[0]) from None

    def set_password(self, user: Person, password: str) -> None:
        """Change the password and remember the one before."""
        choose_password(person=user, password=password, now=clock.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go on where the person was led away from, or to "Your sign-in"."""
        del request
        return reverse("your_sign_in")

    def send_mail(self, template_prefix: str, email: str, context: Any) -> None:
        """Send a mail; a mail server that is away breaks no page."""
        deliver(message=self._mail(template_prefix, email, context))

    def send_password_reset_mail(
        self, user: Person, email: str, context: dict[str, Any]
    ) -> None:
        """Write the mail and leave it for `sellers.views.reset`, which answers first.

        The time that a mail server takes must not tell that an account exists.
        """
        del user
        message = self._mail("account/email/password_reset_key", email, context)
        context["request"].waiting_mail = message

    def _mail(self, prefix: str, email: str, extra: dict[str, Any]) -> EmailMessage:
        request = context.request
        words = {"request": request, "email": email}
        words["current_site"] = get_current_site(request)
        message: EmailMessage = self.render_mail(prefix, email, {**words, **extra})
        return message


class PortalMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are sealed; an app whose key is lost counts as none.

    `sellers.services.second_factor` seals for the person; what allauth itself would
    write is sealed too, for allauth.
    """

    def encrypt(self, text: str) -> str:
        """Seal."""
        return seal_standing(text=text, place=_PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        """Open."""
        return open_standing(sealed=encrypted_text, place=_PLACE)

    def is_mfa_enabled(self, user: Person, types: Any = None) -> bool:
        """Tell whether a code is asked for at sign-in.

        With the keystore unreadable yes: then the page of the code says so.
        """
        if user.is_anonymous or (types and Authenticator.Type.TOTP not in types):
            return False
        try:
            return has_living_app(person_id=user.pk)
        except OpeningSuspended:
            rows = Authenticator.objects.filter(user_id=user.pk)
            return bool(rows.filter(type=Authenticator.Type.TOTP).exists())
