"""The form with which an owner takes a shop out of the portal."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sellers.sign_in_forms import CodeForm


class LeavePortalForm(CodeForm):
    """The shop's name, typed by somebody who means it, and the second factor again.

    The code is spent only where the name is right.
    """

    shop_name = forms.CharField(
        label=_("Type the name of the shop"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Nothing was deleted. Type the name of the shop."),
        },
    )
    shared = None  # type: ignore[assignment]
    field_order = ("shop_name", "code")

    def __init__(
        self, *args: Any, shop_name: str, asks_code: bool, **kwargs: Any
    ) -> None:
        """Ask for this name, and for a code but in the demo, which has none."""
        super().__init__(*args, **kwargs)
        self._wanted = shop_name
        self.fields["code"].widget.attrs.pop("autofocus", None)
        if not asks_code:
            del self.fields["code"]

    def clean_shop_name(self) -> str:
        """Refuse any other name; case and blanks do not matter."""
        typed: str = self.cleaned_data["shop_name"]
        if _plain(typed) != _plain(self._wanted):
            words = _("Nothing was deleted. Type the name as it stands here: %(name)s.")
            raise ValidationError(words, code="name", params={"name": self._wanted})
        return typed

    def clean_code(self) -> str:
        """Spend the code only for the right name."""
        if "shop_name" not in self.cleaned_data:
            return ""
        return super().clean_code()


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
