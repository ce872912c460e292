"""Forms with which a person says where an order is: it left, arrived, or was lost."""

import re
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: A number as carriers print it; blanks and small letters are put right.
_NUMBER = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9-]{3,59}", re.ASCII)
LAST, MORE = "last", "more"


def plain_number(text: str) -> str:
    """Return a tracking number without blanks, in capitals."""
    return re.sub(r"\s", "", text).upper()


class WhenForm(forms.Form):
    """A day and, where it is known, a time, in the shop's zone.

    Without a time the beginning of the day is taken: the safe bound, since it can
    never be later than what happened. ``not_before`` is the latest instant that is
    certain already: on its own day that one is taken, where it is the later of both.
    """

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    sure = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, zone: ZoneInfo, not_before: datetime, **kwargs: Any
    ) -> None:
        """Take the shop's zone, which is named beside the time."""
        super().__init__(*args, **kwargs)
        self._zone, self._not_before = zone, not_before
        self.fields["time"].help_text = _(
            "In %(zone)s. Without it the beginning of the day counts: the safe side."
        ) % {"zone": str(zone).replace("_", " ")}

    @property
    def instant(self) -> datetime:
        """Return the aware instant that a valid form says."""
        day: date = self.cleaned_data["day"]
        at: time | None = self.cleaned_data.get("time")
        if at is not None:
            return datetime.combine(day, at, tzinfo=self._zone)
        begun = datetime.combine(day, time(), tzinfo=self._zone)
        same_day = self._not_before.astimezone(self._zone).date() == day
        return max(begun, self._not_before) if same_day else begun

    def clean_day(self) -> date:
        """Refuse years of which no order can be."""
        day: date = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2100:  # noqa: PLR2004 - as in reports
            raise ValidationError(_("The year cannot be right."), code="year")
        return day


class PackageForm(WhenForm):
    """A package that left: carrier, number, when, and whether more is to follow."""

    carrier = forms.CharField(label=_("Carrier"), max_length=60)
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        max_length=80,
        required=False,
        help_text=_("Carriers' files find the package by it."),
    )
    follows = forms.ChoiceField(
        label=_("The rest of the order"),
        choices=(
            (LAST, _("Nothing more is to follow")),
            (MORE, _("Another package will follow")),
        ),
        initial=LAST,
    )
    field_order = ("carrier", "tracking_number", "day", "time", "follows")

    def clean_tracking_number(self) -> str:
        """Put the number into the form in which carriers write it."""
        number = plain_number(self.cleaned_data["tracking_number"])
        if number and not _NUMBER.fullmatch(number):
            raise ValidationError(
                _(
                    "A tracking number has 4 to 60 letters, digits and hyphens, and a "
                    "digit among them; copy it from the label."
                ),
                code="number",
            )
        return number


class ChosenForm(forms.Form):
    """A whole view of the list with its search; ticked orders are read apart."""

    everything = forms.BooleanField(required=False)
    view = forms.CharField(required=False, max_length=20)
    q = forms.CharField(required=False, max_length=80)
