"""Forms of signing in, of the second factor and of passwords."""

from enum import StrEnum
from typing import Any, ClassVar

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sellers.models import Person
from sellers.password_rules import HELP
from sellers.queries.staff import live_staff_member
from sellers.services.locks import count_failure, is_locked, tries_left
from sellers.services.passwords import may_change_from
from sellers.services.second_factor import WrongCode, spend_code
from sellers.services.sessions import SHARED
from vault.clock import clock
from vault.refusals import KeyLost, OpeningSuspended, Tampered


class Door(StrEnum):
    """Whom a sign-in page is for."""

    SELLERS = "sellers"
    STAFF = "staff"


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail and password at one of the two doors.

    ``audience`` is whom the page is for. Whoever knocks at the wrong door hears what
    everybody hears whose password does not match, and it counts as a failure.
    """

    audience: ClassVar[Door] = Door.SELLERS
    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        """Raise one and the same sentence for whatever does not match."""
        if self.errors:
            typed: dict[str, Any] = self.cleaned_data
            return typed
        email = self.cleaned_data["login"]
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            raise self._no_match(email) from None
        staff = live_staff_member(person_id=self.user.pk) is not None
        if staff != (self.audience is Door.STAFF):
            count_failure(request=self.request, email=email)
            raise self._no_match(email)
        return cleaned

    def _no_match(self, email: str) -> ValidationError:
        start = _("E-mail and password do not match.")
        return _with_tries(start, tries_left(request=self.request, email=email))


class CodeForm(forms.Form):
    """The second step: a code of the app."""

    code = forms.CharField(
        label=gettext_lazy("Code from your authenticator app"),
        help_text=gettext_lazy("Six digits; a new one every 30 seconds"),
        max_length=12,
        widget=forms.TextInput(
            attrs={
                "class": "code",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "autofocus": True,
            }
        ),
    )
    shared = forms.BooleanField(required=False)

    def __init__(self, *args: Any, user: Person, **kwargs: Any) -> None:
        """Ask for a code of this person."""
        super().__init__(*args, **kwargs)
        self.user = user
        self.request: HttpRequest | None = None

    def check_against(self, request: HttpRequest) -> bool:
        """Spend the code; tell whether it was right, else hold the sentence."""
        self.request = request
        return self.is_valid()

    def clean_code(self) -> str:
        """Refuse a wrong code and one that was used; ten of them lock."""
        code: str = self.cleaned_data["code"]
        request, email = self.request, self.user.email
        if request is None:
            raise ValidationError("", code="unasked")
        if is_locked(request=request, email=email):
            raise ValidationError(_("Sign-in waits."), code="locked")
        try:
            self.authenticator = spend_code(person_id=self.user.pk, code=code)
        except WrongCode:
            count_failure(request=request, email=email)
            left = tries_left(request=request, email=email)
            start = _("That code is wrong or was used before.")
            raise _with_tries(start, left) from None
        except OpeningSuspended:
            raise ValidationError(KEYS_AWAY, code="suspended") from None
        except (KeyLost, Tampered):
            raise ValidationError(ROW_BROKEN, code="broken") from None
        return code

    def save(self) -> None:
        """Note that the second factor was given, and what was ticked."""
        if self.request is None:
            return
        self.request.session[SHARED] = self.cleaned_data["shared"]
        post_authentication(self.request, self.authenticator)


class RecoveryCodeForm(CodeForm):
    """The second step without the app."""

    code = forms.CharField(
        label=gettext_lazy("Recovery code"),
        help_text=gettext_lazy("Eight digits; each code works once"),
        max_length=12,
        widget=forms.TextInput(
            attrs={
                "class": "code",
                "inputmode": "numeric",
                "autocomplete": "off",
                "autofocus": True,
            }
        ),
    )


class SetUpForm(forms.Form):
    """The first code of a new app."""

    code = forms.CharField(
        label=gettext_lazy("Code that the app shows now"),
        help_text=gettext_lazy("Six digits; a new one every 30 seconds"),
        max_length=12,
        widget=forms.TextInput(
            attrs={
                "class": "code",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
            }
        ),
    )


class PasswordAgainForm(forms.Form):
    """The present password, before the second factor changes."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        """Ask the person of this request."""
        super().__init__(*args, **kwargs)
        self._request = request

    def clean_password(self) -> str:
        """Refuse a wrong one; it counts towards the lock like one at the door."""
        password: str = self.cleaned_data["password"]
        check_own_password(request=self._request, password=password)
        return password


class ReplaceForm(PasswordAgainForm, SetUpForm):
    """The first code of another app, and the password."""

    field_order = ("code", "password")


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """A new password of one's own will: not within a day of the last change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Word the fields."""
        super().__init__(*args, **kwargs)
        _word(self.fields["oldpassword"], _("Present password"))
        _word(self.fields["password1"], _("New password"), HELP)
        _word(self.fields["password2"], _("New password again"))

    def clean_oldpassword(self) -> str:
        """Refuse a wrong one, as everywhere."""
        password: str = self.cleaned_data["oldpassword"]
        check_own_password(request=context.request, password=password)
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse a change before the present password is a day old."""
        cleaned: dict[str, Any] = super().clean()
        if clock.now() < may_change_from(person=self.user):
            raise ValidationError(
                _("A password is kept for one day at least: change it tomorrow."),
                code="young",
            )
        return cleaned


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """Asking for the link; the same work whether the account exists or not."""

    users: list[Person]

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Write the mail for the person, or for nobody, to be thrown away."""
        if self.users:
            return str(super().save(request, **kwargs))
        nobody = Person(email=self.cleaned_data["email"], made_at=clock.now())
        self.users = [nobody]
        super().save(request, token_generator=PasswordResetTokenGenerator())
        request.waiting_mail = None  # type: ignore[attr-defined]
        return str(self.cleaned_data["email"])


class NewPasswordByMailForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password by the link of a mail: at any age of the one before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Word the fields."""
        super().__init__(*args, **kwargs)
        _word(self.fields["password1"], _("New password"), HELP)
        _word(self.fields["password2"], _("New password again"))


KEYS_AWAY = gettext_lazy(
    "The portal cannot read its keys at present, so it cannot check a code: try again "
    "in a few minutes."
)
ROW_BROKEN = gettext_lazy(
    "What the portal knows of your app was altered: ask who runs the portal to let you "
    "set it up again."
)


def check_own_password(*, request: HttpRequest, password: str) -> None:
    """Raise `ValidationError` where it is not the password of who is signed in.

    Counts towards the lock like one at the door, and obeys it.
    """
    person: Any = request.user
    found = authenticate(request, email=person.email, password=password)
    if found is None or found.pk != person.pk:
        left = tries_left(request=request, email=person.email)
        raise _with_tries(_("This is not your password."), left)


def _with_tries(start: str, left: int) -> ValidationError:
    rest = ngettext(
        "%(left)d more try, then this account waits 30 minutes.",
        "%(left)d more tries, then this account waits 30 minutes.",
        left,
    )
    return ValidationError(f"{start} {rest % {'left': left}}", code="mismatch")


def _word(field: forms.Field, label: str, help_text: Any = "") -> None:
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
