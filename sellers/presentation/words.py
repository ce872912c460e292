"""Terms of work and second factors in words."""

from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sellers.demo_mode import demo_mode
from sellers.queries.team import SecondFactor
from sellers.roles import Terms

#: So few recovery codes left are worth a word.
FEW_CODES = 2


def terms_words(terms: Terms) -> str:
    """Write terms in short: Support, may open buyer data, until 31 Dec 2026."""
    opens = (
        _("may open buyer data")
        if terms.opens_buyer_data
        else _("may not open buyer data")
    )
    parts = [str(terms.role.name), opens]
    if terms.ends_on:
        day = date_words(terms.ends_on, "j M Y")
        parts.append(_("until %(day)s") % {"day": day})
    return ", ".join(parts)


def factor_words(factor: SecondFactor) -> str:
    """Name the second factor; the demo signs in without one."""
    if factor.is_set_up:
        return _("Authenticator app")
    return _("None in the demo") if demo_mode() else _("Not set up yet")


def codes_words(factor: SecondFactor) -> str:
    """Say how many recovery codes are left, where that is known."""
    if factor.codes_left is None:
        return _("Set up") if factor.is_set_up else ""
    return ngettext("%(n)d code left", "%(n)d codes left", factor.codes_left) % {
        "n": factor.codes_left
    }


def is_thin(factor: SecondFactor) -> bool:
    """Tell whether a second factor wants a look: none, or few codes left."""
    if not factor.is_set_up:
        return not demo_mode()
    return factor.codes_left is not None and factor.codes_left <= FEW_CODES
