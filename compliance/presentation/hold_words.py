"""Words of holds and rules: fields, stands, refusals."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from compliance.models import HoldCertificate
from compliance.presentation.exposure_page import CATEGORY_WORDS
from compliance.queries.held import Stand
from compliance.queries.held_buyers import categories_of, fields_of
from compliance.services.approving import (
    ChangedMeanwhile,
    FactorNeeded,
    HoldRefused,
    NewToIt,
    SecondPersonNeeded,
    TooEarly,
)
from compliance.services.certificates import (
    CertificateEnded,
    CertificateKnown,
    NoCertificate,
)
from compliance.services.holding import BadLastDay
from compliance.services.tax_rules import RuleTwice
from vault.certificates import Unfit
from vault.privacy import Category

_REFUSALS: Mapping[type[HoldRefused], Promise] = {
    SecondPersonNeeded: gettext_lazy("You asked for it, so somebody else approves it."),
    FactorNeeded: gettext_lazy("Give the second factor again to approve alone."),
    ChangedMeanwhile: gettext_lazy(
        "Somebody was here before you: this is how it stands now."
    ),
    NoCertificate: gettext_lazy(
        "Set up the certificate first: without it nothing can be sealed."
    ),
    CertificateKnown: gettext_lazy("This certificate is set up already."),
    CertificateEnded: gettext_lazy(
        "Your certificate has ended: set up a new one first, then place it."
    ),
    BadLastDay: gettext_lazy(
        "That last day is not possible any more: take one up to 180 days ahead."
    ),
    RuleTwice: gettext_lazy(
        "There is a rule for this country and these orders already: end it first."
    ),
}
UNFIT_WORDS: Mapping[Unfit, Promise] = {
    Unfit.PRIVATE_KEY: gettext_lazy(
        "This holds a private key, so nothing of it was kept: give hold.crt, and "
        "leave hold.key where it is."
    ),
    Unfit.UNREADABLE: gettext_lazy(
        "This is no certificate: give all of hold.crt, from BEGIN to END CERTIFICATE."
    ),
    Unfit.SEVERAL: gettext_lazy("There are several certificates in it: give one."),
    Unfit.NOT_RSA: gettext_lazy(
        "Its key is not RSA: make it with -newkey rsa:3072, as shown."
    ),
    Unfit.SHORT: gettext_lazy(
        "Its key is shorter than 3072 bits: make it with -newkey rsa:3072, as shown."
    ),
    Unfit.ENDED: gettext_lazy(
        "It has ended: make a new one with -days 3650, as shown."
    ),
}
STAND_TAGS: Mapping[Stand, tuple[Promise, str, str]] = {
    Stand.WAITING: (gettext_lazy("Waits for approval"), "warn", "clock"),
    Stand.LIVE: (gettext_lazy("On hold"), "hold", "lock"),
    Stand.WITHDRAWN: (gettext_lazy("Withdrawn"), "line", "x"),
    Stand.RELEASED: (gettext_lazy("Released"), "line", "check"),
    Stand.ENDED: (gettext_lazy("Ended"), "line", "check"),
}


def refusal_words(refused: HoldRefused) -> str:
    """Say in one sentence why something about a hold was not done."""
    if isinstance(refused, TooEarly):
        at = f"{refused.from_at:%d %b, %H:%M}".lstrip("0")
        if isinstance(refused, NewToIt):
            return _("You are new to this: approve from %(at)s UTC on.") % {"at": at}
        return _("You are alone in this: approve from %(at)s UTC on.") % {"at": at}
    return str(_REFUSALS.get(type(refused), _("That was not possible.")))


def certificate_words(*, certificate: HoldCertificate | None, now: datetime) -> str:
    """Say that a certificate has ended and what that means; "" while it is valid."""
    if certificate is None or certificate.ends_at > now:
        return ""
    return _(
        "Your certificate has ended. What is approved goes on sealing to it, and its "
        "key still opens. Set up a new one before you place something new."
    )


def field_words(fields: Collection[str]) -> str:
    """Name fields by their groups: Name, postal address."""
    names = [
        _("Purchase order number")
        if category is Category.PURCHASE
        else str(CATEGORY_WORDS[category][0])
        for category in categories_of(fields=fields)
    ]
    first, *rest = names or [_("nothing")]
    return ", ".join([first, *(name[0].lower() + name[1:] for name in rest)])


def group_choices() -> Iterator[tuple[str, str]]:
    """Yield the groups of fields that can be held, with what is in them."""
    for category, (title, says) in CATEGORY_WORDS.items():
        if not fields_of(categories={category}):
            continue
        if category is Category.PURCHASE:
            yield category.value, _("Purchase order number")
        else:
            yield category.value, f"{title}: {says}"


def orders_words(number: int) -> str:
    """Count orders."""
    return ngettext("%(n)d order", "%(n)d orders", number) % {"n": number}
