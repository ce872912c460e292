"""The forms with which a person opens a shop of their own, and leaves the demo."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sellers.models import Person
from sellers.password_rules import HELP


def zone_names() -> list[str]:
    """Return the time zones to choose from: places, and UTC."""
    places = {name for name in available_timezones() if "/" in name}
    return ["UTC", *sorted(n for n in places if not n.startswith(("Etc/", "SystemV/")))]


def zone_named(text: str) -> str:
    """Return the IANA name that ``text`` means, or "": whole, or the city alone."""
    wanted = "_".join(text.split()).casefold()
    names = zone_names()
    for name in names:
        if name.casefold() == wanted:
            return name
    cities = [name for name in names if name.casefold().endswith(f"/{wanted}")]
    return cities[0] if len(cities) == 1 else ""


class ShopForm(forms.Form):
    """Name and time zone of a new shop."""

    shop_name = forms.CharField(
        label=_("Name of the shop"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        help_text=_("Type a city, such as Berlin. Ship-by times follow it."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )

    def clean_time_zone(self) -> str:
        """Return the IANA name."""
        name = zone_named(self.cleaned_data["time_zone"])
        if not name:
            raise ValidationError(
                _("There is no such time zone; write for example Europe/Berlin.")
            )
        return name


class OwnAccountForm(ShopForm):
    """The same for a visitor of the demo, who has no account of their own yet."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        """Return the address in lower case, where no account has it yet."""
        email: str = self.cleaned_data["email"].strip().lower()
        if Person.objects.filter(email=email).exists():
            raise ValidationError(_("Choose another e-mail address."))
        return email

    def clean(self) -> dict[str, Any]:
        """Apply the password rules, which look at name and address too."""
        super().clean()
        given = self.cleaned_data
        password = given.get("password")
        if password:
            person = Person(email=given.get("email", ""), name=given.get("name", ""))
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return given


class LeaveForm(forms.Form):
    """The word that somebody types who means it."""

    WORD = "leave"

    word = forms.CharField(
        label=_("Type “leave”"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )

    def clean_word(self) -> str:
        """Refuse any other word."""
        word: str = self.cleaned_data["word"].strip().lower()
        if word != self.WORD:
            raise ValidationError(_("Nothing was changed. Type the word: leave."))
        return word
