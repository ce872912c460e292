"""The form that brings a file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplaces.enums import DayOrder, What
from marketplaces.services.file_pieces import ArrivingFile

#: Stands behind the file in the request: where it is missing, the file was cut off.
WHOLE = "yes"
_CUT_OFF = _(
    "The upload was cut off in the middle, so nothing of it was kept: upload the file "
    "again."
)
_WHAT = (
    (What.ORDERS.value, _("Orders, as Amazon reports them")),
    (What.EVENTS.value, _("Carrier events: tracking number, event, time")),
)
_DAYS = (
    (DayOrder.CERTAIN.value, _("Only what reads one way")),
    (DayOrder.DAY_FIRST.value, _("Day first: 22/11/2026")),
    (DayOrder.MONTH_FIRST.value, _("Month first: 11/22/2026")),
)
_CHARSETS = (
    ("", _("Recognise by itself")),
    ("utf-8", _("UTF-8")),
    ("windows-1252", _("Windows-1252 (western)")),
    ("shift-jis", _("Shift-JIS (Japan)")),
)


class SealedFileField(forms.Field):
    """A file that the upload handler sealed as it arrived."""

    widget = forms.ClearableFileInput
    default_error_messages = {"required": _("Choose the file that you downloaded.")}

    def to_python(self, value: Any) -> ArrivingFile | None:
        """Take what the handler made; refuse what it refused, in its sentence."""
        if not isinstance(value, ArrivingFile):
            return None
        if value.problem:
            raise ValidationError(value.problem, code="refused")
        return value


class UploadForm(forms.Form):
    """A file, its character set if told, and the word that it is whole."""

    what = forms.ChoiceField(
        label=_("What the file holds"), choices=_WHAT, initial=What.ORDERS.value
    )
    day_order = forms.ChoiceField(
        label=_("Days in carriers' files"), choices=_DAYS, required=False
    )
    charset = forms.ChoiceField(
        label=_("Characters"),
        choices=_CHARSETS,
        required=False,
        help_text=_("Only where a file was refused and says so."),
    )
    upload = SealedFileField(
        label=_("File"),
        help_text=_(
            "As Amazon or the carrier gives it: text, with tabs, commas or semicolons, "
            "up to 50 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ".txt,.tsv,.csv,text/plain,text/csv"}),
    )
    # Last in the form, so that it comes behind the file.
    whole = forms.CharField(
        required=False, initial=WHOLE, widget=forms.HiddenInput(attrs={"id": "whole"})
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        """Name the zone in which times without one are read."""
        super().__init__(*args, **kwargs)
        words = _("Times without a zone are read in the shop's: %(zone)s.")
        self.fields["day_order"].help_text = words % {"zone": zone.replace("_", " ")}

    def clean(self) -> dict[str, Any]:
        """Refuse a request that ended in its middle."""
        said = super().clean() or {}
        if said.get("whole") != WHOLE:
            self.errors.pop("upload", None)
            raise ValidationError(_CUT_OFF, code="cut_off")
        return said
