"""Forms of holds: a case, a renewal, a standing tax rule, the certificate."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.models import HoldGround, OrderKind
from compliance.services.holding import LONGEST_DAYS, MOST_ORDERS
from compliance.services.tax_rules import MOST_YEARS
from vault.certificates import LONGEST
from vault.privacy import Category

Choices = Iterable[tuple[str, Promise | str]]
_NUMBER = re.compile(r"[A-Za-z0-9-]{3,40}")
_NO_BUYER = _("Names the law or case. No name and no address of a buyer: it stays.")
GROUND_WORDS = {
    HoldGround.LAW: _("A law"),
    HoldGround.COURT: _("A court or authority"),
    HoldGround.CLAIM: _("A claim or case"),
}
KIND_WORDS = {
    OrderKind.ANY: _("Every order"),
    OrderKind.BUSINESS: _("Orders with a buyer's tax id"),
}


class _Day(forms.DateField):
    """A last day ahead, in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        """Take the browser's own date field."""
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={
                "invalid": _("Write the day as 2026-12-31."),
                "required": _("Say on which day it ends."),
            },
            **kwargs,
        )


class FieldsForm(forms.Form):
    """Which groups of fields are kept."""

    groups = forms.MultipleChoiceField(
        label=_("Fields"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one group of fields.")},
    )

    def __init__(self, *args: Any, groups: Choices, **kwargs: Any) -> None:
        """Offer groups by their category, with their words."""
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = list(groups)  # type: ignore[attr-defined]

    @property
    def categories(self) -> frozenset[Category]:
        """Return what was chosen; call on a valid form."""
        return frozenset(Category(name) for name in self.cleaned_data["groups"])


class HoldForm(FieldsForm):
    """A case: what it stands on, for which orders, until when."""

    kind = forms.ChoiceField(
        label=_("It stands on"),
        choices=[(kind.value, words) for kind, words in GROUND_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the hold stands on.")},
    )
    ground = forms.CharField(
        label=_("Law or case"),
        max_length=300,
        help_text=_NO_BUYER,
        error_messages={"required": _("Name the law or case, such as its number.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    numbers = forms.CharField(
        label=_("Order numbers"),
        max_length=MOST_ORDERS * 41,
        help_text=_("One a line, or with commas between them."),
        error_messages={"required": _("Give at least one order number.")},
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    ends_on = _Day(
        label=_("Last day"),
        help_text=_("At most 180 days ahead; it can be renewed."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """Remember the UTC day that the last day is counted from."""
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_numbers(self) -> tuple[str, ...]:
        """Take order numbers apart; name the first one that is none."""
        found = dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["numbers"]))
        numbers = tuple(number for number in found if number)
        for at, number in enumerate(numbers, start=1):
            if not _NUMBER.fullmatch(number):
                raise ValidationError(
                    _("Entry %(at)d is no order number: letters, digits, dashes."),
                    params={"at": at},
                )
        if not 0 < len(numbers) <= MOST_ORDERS:
            raise ValidationError(
                _("One hold takes up to %(most)d orders; place a second one."),
                params={"most": MOST_ORDERS},
            )
        return numbers

    def clean_ends_on(self) -> date:
        """Take days ahead, up to the longest."""
        return _ahead(self.cleaned_data["ends_on"], self._today)


class RenewForm(forms.Form):
    """A later last day."""

    until = _Day(label=_("New last day"), help_text=_("At most 180 days ahead."))

    def __init__(self, *args: Any, today: date, ends_on: date, **kwargs: Any) -> None:
        """Remember the UTC day and the last day as it is."""
        super().__init__(*args, **kwargs)
        self._today, self._ends_on = today, ends_on

    def clean_until(self) -> date:
        """Take days behind the present last day alone."""
        until = _ahead(self.cleaned_data["until"], self._today)
        if until <= self._ends_on:
            raise ValidationError(
                _("The hold lasts that long already: take a later day.")
            )
        return until


class RuleForm(FieldsForm):
    """A tax law: which orders, for how many years."""

    country = forms.CharField(
        label=_("Country"),
        min_length=2,
        max_length=2,
        help_text=_("Two letters as the marketplace writes them, such as MX."),
        error_messages={"required": _("Give the country in two letters, such as MX.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("Which orders"),
        choices=[(kind.value, words) for kind, words in KIND_WORDS.items()],
        widget=forms.RadioSelect,
        initial=OrderKind.ANY,
        error_messages={"required": _("Choose which orders the law is about.")},
    )
    law = forms.CharField(
        label=_("Law"),
        max_length=300,
        help_text=_("Its name and article, as you would cite it."),
        error_messages={"required": _("Name the law and its article.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    years = forms.IntegerField(
        label=_("Years"),
        min_value=1,
        max_value=MOST_YEARS,
        help_text=_("Counted from the purchase of each order."),
        error_messages={"required": _("Say for how many years.")},
    )

    def clean_country(self) -> str:
        """Take two letters."""
        country: str = self.cleaned_data["country"].upper()
        if not (country.isascii() and country.isalpha()):
            raise ValidationError(_("Give the country in two letters, such as MX."))
        return country


class CertificateForm(forms.Form):
    """The certificate alone, as text or file. What it is, the service checks."""

    file = forms.FileField(
        label=_("The file hold.crt"),
        required=False,
        allow_empty_file=True,
        help_text=_("PEM or DER, up to 20 KB. Never hold.key."),
        widget=forms.FileInput(attrs={"accept": ".crt,.pem,.cer,.der"}),
    )
    pem = forms.CharField(
        label=_("Or its text"),
        max_length=LONGEST,
        strip=False,
        required=False,
        error_messages={
            "max_length": _("This is longer than a certificate: paste hold.crt alone."),
        },
        widget=forms.Textarea(
            attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}
        ),
    )

    def clean_file(self) -> bytes | None:
        """Take a file of a certificate's size; None where there is no file."""
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size > LONGEST:
            raise ValidationError(
                _("The file is longer than a certificate: choose hold.crt alone.")
            )
        data: bytes = file.read()
        return data

    def clean(self) -> None:
        """Take one of the two."""
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("pem", "")
        if self.errors or (file is None) is bool(text.strip()):
            return
        if file is None:
            self.add_error("file", _("Choose the file hold.crt, or paste its text."))
        else:
            self.add_error("pem", _("Give the file or the text, not both."))

    @property
    def given(self) -> tuple[str, str | bytes]:
        """Return the field that was filled, and what is in it; call on a valid form."""
        name = "pem" if self.cleaned_data["file"] is None else "file"
        return name, self.cleaned_data[name]


def _ahead(day: date, today: date) -> date:
    last = today + timedelta(days=LONGEST_DAYS)
    if not today < day <= last:
        raise ValidationError(
            _("Take a day from tomorrow on, %(last)s at the latest."),
            params={"last": last.isoformat()},
        )
    return day
