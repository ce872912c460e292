"""Forms about people: joining, inviting, changing, reviewing."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from sellers.models import Person
from sellers.password_rules import HELP
from sellers.roles import ROLE_CHOICES, ROLES, Terms


class JoinForm(forms.Form):
    """Name and password of a new person; the e-mail comes from the invitation."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: object, email: str, **kwargs: object) -> None:
        """Remember the address, so that the password cannot be like it."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._email = email

    def clean_password(self) -> str:
        """Apply the password rules."""
        password: str = self.cleaned_data["password"]
        name = self.cleaned_data.get("name", "")
        validate_password(password, Person(email=self._email, name=name))
        return password


class TermsForm(forms.Form):
    """On which terms somebody works here."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=ROLE_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a role.")},
    )
    opens_buyer_data = forms.BooleanField(
        label=_("May open buyer data"),
        required=False,
        help_text=_(
            "A right of its own: each opening asks for a purpose and is recorded."
        ),
    )

    ends_on = forms.DateField(
        label=_("Access ends on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("No member from 00:00 UTC of this day on. Empty: no end."),
        error_messages={"invalid": _("Write the day as 2026-12-31.")},
    )

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        """Remember the UTC day, before which nothing can end."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._today = today

    def clean_ends_on(self) -> date | None:
        """Take days ahead only: who is to go today is removed instead."""
        ends_on: date | None = self.cleaned_data["ends_on"]
        if ends_on is not None and ends_on <= self._today:
            raise forms.ValidationError(
                _("This day has begun. Take a later one, or remove the person.")
            )
        return ends_on

    def clean(self) -> dict[str, object]:
        """Refuse buyer data for a role that is never shown a buyer."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        role = ROLES.get(str(cleaned.get("role", "")))
        if role and cleaned.get("opens_buyer_data") and not role.may_open_buyer_data:
            words = _(
                "The role %(role)s is never shown a buyer. "
                "Take the tick away, or choose another role."
            )
            self.add_error("opens_buyer_data", words % {"role": role.name})
        return cleaned

    def terms(self) -> Terms:
        """Return what was asked for; call on a valid form."""
        return Terms(
            role=ROLES[self.cleaned_data["role"]],
            opens_buyer_data=self.cleaned_data["opens_buyer_data"],
            ends_on=self.cleaned_data["ends_on"],
        )


class InviteForm(TermsForm):
    """Whom to invite, and on which terms."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Of one person: nobody shares a sign-in."),
    )


class MemberForm(TermsForm):
    """New terms for somebody who works here, and the terms that the page showed."""

    seen = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def clean_seen(self) -> Terms:
        """Read the terms that the page showed."""
        try:
            return Terms.of_code(self.cleaned_data["seen"])
        except ValueError as error:
            raise forms.ValidationError(_("Load the page again.")) from error


class ReviewForm(forms.Form):
    """Keep or remove, for each person but the reviewer."""

    def __init__(
        self, *args: object, members: Iterable[UUID], **kwargs: object
    ) -> None:
        """Ask for each of these memberships."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for member_id in members:
            self.fields[f"m-{member_id}"] = forms.ChoiceField(
                choices=[("keep", _("Keep")), ("remove", _("Remove"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Keep or remove?")},
            )

    def chosen(self, verdict: str) -> frozenset[UUID]:
        """Return the memberships with this verdict; call on a valid form."""
        return frozenset(
            UUID(name.removeprefix("m-"))
            for name, value in self.cleaned_data.items()
            if value == verdict
        )
