"""The form with which an invited person makes an account."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from sellers.models import Person


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
        help_text=_("At least 12 characters."),
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
