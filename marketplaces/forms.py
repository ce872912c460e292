"""The form that brings a file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplaces.services.file_pieces import ArrivingFile

#: Stands behind the file in the request: where it is missing, the file was cut off.
WHOLE = "yes"
_CUT_OFF = _(
    "The upload was cut off in the middle, so nothing of it was kept: upload the file "
    "again."
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
    default_error_messages = {"required": _("Choose the report that you downloaded.")}

    def to_python(self, value: Any) -> ArrivingFile | None:
        """Take what the handler made; refuse what it refused, in its sentence."""
        if not isinstance(value, ArrivingFile):
            return None
        if value.problem:
            raise ValidationError(value.problem, code="refused")
        return value


class UploadForm(forms.Form):
    """A file, its character set if told, and the word that it is whole."""

    charset = forms.ChoiceField(
        label=_("Characters"),
        choices=_CHARSETS,
        required=False,
        help_text=_("Only where a file was refused and says so."),
    )
    upload = SealedFileField(
        label=_("Order report"),
        help_text=_("Tab-separated text as Amazon gives it, up to 50 MB."),
        widget=forms.FileInput(attrs={"accept": ".txt,.tsv,text/plain"}),
    )
    # Last in the form, so that it comes behind the file.
    whole = forms.CharField(
        required=False, initial=WHOLE, widget=forms.HiddenInput(attrs={"id": "whole"})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a request that ended in its middle."""
        said = super().clean() or {}
        if said.get("whole") != WHOLE:
            self.errors.pop("upload", None)
            raise ValidationError(_CUT_OFF, code="cut_off")
        return said
