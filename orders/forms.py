"""Forms of the order pages: what to search for, and what buyer data is needed for."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.enums import CHOSEN_WHY
from vault.kinds import Purpose

LONGEST_SEARCH = 80
LONGEST_REFERENCE = 40
PURPOSE_WORDS = {
    Purpose.DELIVER: _("Deliver the order"),
    Purpose.PACK: _("Pack the order"),
    Purpose.ANSWER: _("Answer the buyer"),
    Purpose.TAX: _("Tax"),
    Purpose.MARKETPLACE: _("Requested by Amazon"),
}

#: Every word has a digit, but for a short prefix in capitals: no names, no streets.
_REFERENCE = re.compile(
    r"(?:[A-Z]{2,5} )?[A-Za-z-]*\d[A-Za-z0-9-]*(?: [A-Z-]*\d[A-Z0-9-]*){0,3}"
)


def purpose_choices(purposes: frozenset[Purpose]) -> tuple[tuple[str, Promise], ...]:
    """Return purposes with their words, in the order in which they are asked for."""
    return tuple(
        (p.value, words) for p, words in PURPOSE_WORDS.items() if p in purposes
    )


class SearchForm(forms.Form):
    """The search of the list: an order number or a SKU."""

    q = forms.CharField(
        required=False,
        max_length=LONGEST_SEARCH,
        error_messages={
            "max_length": _(
                "The search text has %(show_value)d characters and %(limit_value)d are "
                "the most; paste one order number or one SKU."
            ),
            "null_characters_not_allowed": _(
                "The search text holds a character that no order number has; type it "
                "again."
            ),
        },
    )


class ShowForm(forms.Form):
    """What buyer data is needed for.

    The reference goes into the log, which is never deleted: so it takes a number with
    its letters, and no plain words, which might be a name.
    """

    purpose = forms.ChoiceField(
        error_messages={
            "required": _("Choose what you need it for."),
            "invalid_choice": _("Choose what you need it for, from the list."),
        },
    )
    reference = forms.CharField(
        required=False,
        max_length=LONGEST_REFERENCE,
        error_messages={
            "max_length": _(
                "The case or tracking number has %(show_value)d characters and "
                "%(limit_value)d are the most; shorten it."
            ),
            "null_characters_not_allowed": _(
                "The case or tracking number holds a character that is none; type it "
                "again."
            ),
        },
    )

    def __init__(self, *args: Any, purposes: frozenset[Purpose], **kwargs: Any) -> None:
        """Offer the purposes of the visitor's role alone."""
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = purpose_choices(purposes)  # type: ignore[attr-defined]

    def clean_reference(self) -> str:
        """Refuse what is no number: it would stay in the log for good."""
        text: str = self.cleaned_data["reference"]
        if text and not _REFERENCE.fullmatch(text):
            raise ValidationError(
                _(
                    "Write the number alone, such as 1Z999 or UPS 1Z999: each word has "
                    "a digit. It stays in the log, so no names and no addresses."
                ),
                code="reference",
            )
        return text


class RemoveForm(forms.Form):
    """Why a buyer is purged early; nothing is chosen beforehand."""

    why = forms.ChoiceField(
        label=_("Why"),
        choices=[(why.value, why.label) for why in CHOSEN_WHY],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Nothing was removed. Choose why, from the list."),
            "invalid_choice": _("Nothing was removed. Choose why, from the list."),
        },
    )
