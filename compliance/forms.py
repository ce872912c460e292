"""Forms about buyer data: how long it is kept."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.policies import (
    MONTHS_MOST,
    FigureRefused,
    RetentionPolicy,
    check_figures,
)
from compliance.services.policies import Figures

_NUMBER = gettext_lazy("Write a whole number.")
#: Longer texts are no number that anybody meant.
_DIGITS = 6


def _number(*, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        required=required,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": _DIGITS}),
        error_messages={"invalid": _NUMBER, "required": _NUMBER},
    )


class FiguresForm(forms.Form):
    """How long a shop keeps the buyers of one marketplace."""

    days = _number()
    margin_days = _number()
    months = _number(required=False)

    def __init__(self, *args: object, rule: RetentionPolicy, **kwargs: object) -> None:
        """Name the bounds of the rule beside each field."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._rule = rule
        most = {
            "days": rule.days,
            "margin": rule.margin_days,
            "months": rule.second_clock_months or MONTHS_MOST,
        }
        days, margin, months = (self.fields[name] for name in _FIELDS)
        days.label, margin.label = _("Days kept"), _("Margin, in days")
        months.label = _("Orders kept, in months")
        days.help_text = (
            _(
                "%(days)d at most, counted from the last certain instant before "
                "delivery."
            )
            % most
        )
        margin.help_text = (
            _(
                "Taken off the days; %(margin)d at least, since reports may be two "
                "days late."
            )
            % most
        )
        if rule.second_clock_months:
            words = _(
                "When the order itself is forgotten: %(months)d months after the "
                "purchase at most."
            )
        else:
            words = _(
                "When the order itself is forgotten, counted from the purchase. 18 is "
                "usual; empty means never."
            )
        months.help_text = words % most

    def clean(self) -> dict[str, object]:
        """Refuse whatever keeps a buyer longer than the rule."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        wanted = self.figures()
        try:
            check_figures(
                rule=self._rule,
                days=wanted.days,
                margin_days=wanted.margin_days,
                months=wanted.months,
            )
        except FigureRefused as refused:
            self.add_error(refused.figure, self._words(refused))
        return cleaned

    def figures(self) -> Figures:
        """Return what was asked for; call on fields that are numbers."""
        months = self.cleaned_data["months"]
        return Figures(
            days=self.cleaned_data["days"],
            margin_days=self.cleaned_data["margin_days"],
            months=None if months == self._rule.second_clock_months else months,
        )

    def _words(self, refused: FigureRefused) -> str:
        """Say what may be set, and how buyers are kept longer."""
        facts = {
            "least": refused.least,
            "most": refused.most,
            "name": self._rule.name,
        }
        wanted = self.cleaned_data[refused.figure]
        if refused.figure == "months":
            return _("Write %(least)d to %(most)d months.") % facts
        if refused.figure == "margin_days":
            words = _("Write %(least)d to %(most)d: the margin is less than the days.")
            return words % facts
        if wanted < refused.least:
            words = _("Write %(least)d days or more: the margin is taken off them.")
        elif self._rule.verified:
            words = _(
                "%(name)s allows %(most)d days; write %(most)d or fewer. Longer needs "
                "a law or a case: a hold."
            )
        else:
            words = _(
                "No rule of %(name)s is verified, so %(most)d days are the most. "
                "Longer needs a law or a case: a hold."
            )
        return words % facts


_FIELDS = ("days", "margin_days", "months")


class ConfirmForm(FiguresForm):
    """The figures once more, what the page foresaw, and a number that was typed."""

    seen = forms.CharField(max_length=200, widget=forms.HiddenInput)
    typed = _number(required=False)
