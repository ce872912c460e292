"""The forms of the staff pages."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from sellerportal.staff.standing import View

#: A ticket goes into the log, which takes plain words alone.
_TICKET = RegexValidator(
    r"\A[A-Za-z0-9 ._/:+-]*\Z",
    _("Letters, digits, blanks and . _ / : + - alone: it goes into the shop's log."),
)


class SuspendForm(forms.Form):
    """Why opening is suspended, in words for the shop's owner."""

    reason = forms.CharField(
        label=_("Reason, shown to the owner"),
        help_text=_("Never write about a buyer here."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("The owner has to read why. Write a reason.")},
    )
    ticket = forms.CharField(
        label=_("Ticket"),
        max_length=40,
        required=False,
        validators=[_TICKET],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class BoardForm(forms.Form):
    """What the board's address asks for; whatever it does not know is left out."""

    view = forms.ChoiceField(
        choices=[(view.value, view.value) for view in View], required=False
    )
    q = forms.CharField(max_length=120, required=False)
    page = forms.IntegerField(min_value=1, max_value=100_000, required=False)
