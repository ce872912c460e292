"""What a password must be: each rule a validator, each refusal one sentence.

The rules are those of DPP 1.4.1: 12 characters, four classes, no part of the name, none
of the last ten. The list of common passwords is Django's.
"""

import re
from typing import ClassVar

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sellers.models import FormerPassword, Person

SHORTEST = 12
REMEMBERED = 10
#: Parts of a name or an address count from this many letters on.
PART = 3

#: All rules in one sentence, for help texts.
HELP = gettext_lazy(
    "At least 12 characters with capital and small letters, a digit and a special "
    "character; no part of your name or e-mail; none of your last 10 passwords."
)


class LongEnough:
    """At least twelve characters."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise `ValidationError` for a shorter one."""
        del user
        if len(password) < SHORTEST:
            raise ValidationError(
                _("The password is shorter than 12 characters."), code="short"
            )

    def get_help_text(self) -> str:
        """Return all rules: the sentence stands here for the others too."""
        return str(HELP)


class FourClasses:
    """Capital letters, small letters, digits, special characters: one of each."""

    _NAMES: ClassVar = (
        (str.isupper, gettext_lazy("capital letter")),
        (str.islower, gettext_lazy("small letter")),
        (str.isdigit, gettext_lazy("digit")),
        (lambda sign: not sign.isalnum(), gettext_lazy("special character")),
    )

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise `ValidationError` that names the first class that is missing."""
        del user
        for belongs, name in self._NAMES:
            if not any(belongs(sign) for sign in password):
                words = {"what": name}
                raise ValidationError(
                    _("The password has no %(what)s.") % words, code="classes"
                )

    def get_help_text(self) -> str:
        """Return nothing: `LongEnough` says it."""
        return ""


class NoPartOfName:
    """No part of the name or of the e-mail address, from three letters on."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise `ValidationError` for a password with such a part, in any case."""
        if user is None:
            return
        folded = password.casefold()
        # Without the last part of the domain: "com" is in too many words.
        known = f"{user.name} {user.email.rpartition('.')[0]}"
        parts = re.split(r"[\W\d_]+", known.casefold())
        if any(len(part) >= PART and part in folded for part in parts):
            raise ValidationError(
                _("The password has a part of your name or e-mail in it."), code="name"
            )

    def get_help_text(self) -> str:
        """Return nothing: `LongEnough` says it."""
        return ""


class NotOnTheList(CommonPasswordValidator):
    """Not on the list of common passwords, whatever is put around it."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise `ValidationError` for one on the list, or one dressed up."""
        del user
        bare = password.casefold().strip()
        inner = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", bare)
        if bare in self.passwords or inner in self.passwords:
            raise ValidationError(
                _("The password is a common one with something around it."),
                code="common",
            )

    def get_help_text(self) -> str:
        """Return nothing: `LongEnough` says it."""
        return ""


class NotUsedBefore:
    """Neither the present password nor one of the last ten."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise `ValidationError` for one of those."""
        if user is None or user._state.adding:  # noqa: SLF001 - documented by Django
            return
        former = FormerPassword.objects.filter(person=user).order_by("-set_at", "-id")
        hashes = [user.password, *former.values_list("password", flat=True)]
        if any(check_password(password, each) for each in hashes[: REMEMBERED + 1]):
            raise ValidationError(
                _("The password is one of your last 10."), code="used"
            )

    def get_help_text(self) -> str:
        """Return nothing: `LongEnough` says it."""
        return ""
