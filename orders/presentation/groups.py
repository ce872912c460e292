"""The groups of buyer fields: their names, their questions, their lines once shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Order
from orders.services.disclosure import GROUPS, Disclosure

#: How long a shown group stays on the page, in seconds (WCAG 2.2.1: ask again).
SECONDS = 60
#: Countries that write city, state and postal code in this order on one line.
_STATE_BEFORE_CODE = frozenset({"US", "CA", "AU", "MX", "BR", "IN"})


@dataclass(frozen=True, slots=True)
class GroupWords:
    """A group's name on the card, its question, and its name in a sentence."""

    label: Promise
    question: Promise
    named: Promise


WORDS: Mapping[str, GroupWords] = {
    "ship-to": GroupWords(
        gettext_lazy("Ship to"),
        gettext_lazy("What do you need the ship-to address for?"),
        gettext_lazy("the ship-to address"),
    ),
    "phone": GroupWords(
        gettext_lazy("Phone"),
        gettext_lazy("What do you need the phone number for?"),
        gettext_lazy("the phone number"),
    ),
    "email": GroupWords(
        gettext_lazy("E-mail"),
        gettext_lazy("What do you need the e-mail address for?"),
        gettext_lazy("the e-mail address"),
    ),
    "buyer": GroupWords(
        gettext_lazy("Buyer"),
        gettext_lazy("What do you need the buyer's name for?"),
        gettext_lazy("the buyer's name"),
    ),
    "tax-id": GroupWords(
        gettext_lazy("Tax id"),
        gettext_lazy("What do you need the tax id for?"),
        gettext_lazy("the tax id"),
    ),
    "delivery": GroupWords(
        gettext_lazy("Delivery and gift"),
        gettext_lazy("What do you need the delivery and gift notes for?"),
        gettext_lazy("the delivery and gift notes"),
    ),
    "billing": GroupWords(
        gettext_lazy("Billing address"),
        gettext_lazy("What do you need the billing address for?"),
        gettext_lazy("the billing address"),
    ),
}


@dataclass(frozen=True, slots=True, repr=False)
class ShownGroup:
    """One group on the card. ``lines`` holds plaintext while it is shown, else none.

    ``show_url`` is empty for a person who may not be shown it. ``problem``,
    ``purpose`` and ``reference`` give an answered question back with what was wrong.
    """

    slug: str
    label: str
    question: str
    show_url: str
    lines: tuple[str, ...] = ()
    problem: str = ""
    purpose: str = ""
    reference: str = ""
    seconds: int = SECONDS

    @property
    def element_id(self) -> str:
        """Return the id of the group's element, which htmx replaces."""
        return f"pii-{self.slug}"

    @property
    def is_address(self) -> bool:
        """Tell whether the lines are an address."""
        return self.slug in ("ship-to", "billing")

    def __repr__(self) -> str:
        """Name the group, never its lines."""
        return f"<group {self.slug}>"


def filled_groups(fields: frozenset[str]) -> tuple[str, ...]:
    """Return the groups that hold something, in the order of the card."""
    return tuple(slug for slug, names in GROUPS.items() if fields.intersection(names))


def group_of(fields: frozenset[str]) -> str:
    """Return the group that fields belong to, or "" where they are of several."""
    found = [slug for slug, names in GROUPS.items() if fields.issubset(names)]
    return found[0] if found and fields else ""


def lines_of(*, disclosure: Disclosure, order: Order) -> tuple[str, ...]:
    """Lay out what was opened, line by line, without doubles."""
    values = disclosure.values
    match disclosure.group:
        case "ship-to":
            lines = _address(values, prefix="", order=order)
        case "billing":
            lines = _address(values, prefix="bill_", order=None)
        case _other:
            lines = _labelled(values)
    parts = [part.strip() for line in lines for part in line.splitlines()]
    return tuple(dict.fromkeys(part for part in parts if part))


def _address(
    values: Mapping[str, str], *, prefix: str, order: Order | None
) -> Iterator[str]:
    """Name, company and street as they stand; city and code as the country does."""
    for name in ("name", "company", *(f"address_line_{n}" for n in (1, 2, 3))):
        yield values.get(f"{prefix}{name}", "")
    city = values.get(f"{prefix}city", "")
    code = values.get(f"{prefix}postal_code", "")
    state = order.ship_state if order is not None else ""
    country = order.ship_country if order is not None else ""
    if country in _STATE_BEFORE_CODE or not country:
        place = f"{city}, {state}" if city and state else city or state
        yield f"{place} {code}"
    else:
        yield f"{code} {city}"
        yield state
    yield country


def _labelled(values: Mapping[str, str]) -> Iterator[str]:
    """Name what a line is where its group holds several kinds."""
    labels = {
        "purchase_order_number": _("Purchase order: %(text)s"),
        "delivery_instructions": _("Instructions: %(text)s"),
        "gift_message": _("Gift message: %(text)s"),
        "customization_url": _("Customisation: %(text)s"),
    }
    for name, text in values.items():
        yield labels.get(name, "%(text)s") % {"text": text}
