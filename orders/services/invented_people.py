"""People who do not exist, with the looks of a buyer of their country."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass

_DRAW = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class _Country:
    """How buyers of a country look. In forms ``9`` is a digit, ``A`` a letter.

    Phone numbers are of the ranges that regulators keep free for invented people.
    """

    first: tuple[str, ...]
    last: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[str, ...]
    postal: str
    phone: str
    number_first: bool = True


_US = _Country(
    first=("Megan", "Carol", "Derek", "Janet", "Philip", "Tracy", "Wendy", "Curtis"),
    last=("Halvers", "Brandtly", "Osgrove", "Tillmore", "Wexley", "Dunmarsh"),
    streets=("Alder Ct", "Hillcrest Dr", "Willow Ln", "Orchard Ave", "Ridge Rd"),
    cities=("Fairview", "Clinton", "Franklin", "Madison", "Georgetown"),
    postal="99999",
    phone="+1 555 0199",
)
_COUNTRIES: Mapping[str, _Country] = {
    "US": _US,
    "DE": _Country(
        first=("Anja", "Birgit", "Holger", "Katrin", "Sven", "Uwe", "Silke"),
        last=("Hallenbrandt", "Osterlohe", "Wegscheidt", "Trautmer", "Lindenast"),
        streets=("Lindenweg", "Am Mühlbach", "Gartenstraße", "Schulstraße"),
        cities=("Neustadt", "Altenkirchen", "Burgdorf", "Steinfeld"),
        postal="99999",
        phone="+49 30 23125 999",
        number_first=False,
    ),
    "GB": _Country(
        first=("Alison", "Gareth", "Helen", "Ian", "Nicola", "Stuart"),
        last=("Averdale", "Brockhurn", "Hensworth", "Pellgrave"),
        streets=("Mill Lane", "Station Road", "Church Close", "Victoria Road"),
        cities=("Newport", "Whitchurch", "Ashford", "Kingsbridge"),
        postal="AA9 9AA",
        phone="+44 20 7946 0999",
    ),
    "FR": _Country(
        first=("Céline", "Didier", "Maud", "Pascal", "Sandrine", "Yann"),
        last=("Aubrecourt", "Delmarais", "Fontenelles", "Varendal"),
        streets=("rue des Tilleuls", "avenue de la Gare", "rue du Moulin"),
        cities=("Villeneuve", "Saint-Martin", "Beaumont"),
        postal="99999",
        phone="+33 1 99 00 99 99",
    ),
}
_FORMS = {"9": string.digits, "A": "ABCDEFGHJKLMNPRSTUVWXY"}
#: The part before the @ of the address under which Amazon hides a buyer's own.
_ALIAS = string.ascii_lowercase + string.digits
_ALIAS_LENGTH = 15


def invented_buyer(*, country: str, channel: str) -> dict[str, str]:
    """Invent a buyer of a country (ISO 3166-1 alpha-2): text by recipient field."""
    looks = _COUNTRIES.get(country.upper(), _US)
    name = f"{_DRAW.choice(looks.first)} {_DRAW.choice(looks.last)}"
    house, street = str(_DRAW.randint(3, 240)), _DRAW.choice(looks.streets)
    phone = drawn(form=looks.phone)
    buyer = {
        "buyer_name": name,
        "name": name,
        "address_line_1": f"{house} {street}"
        if looks.number_first
        else f"{street} {house}",
        "city": _DRAW.choice(looks.cities),
        "postal_code": drawn(form=looks.postal),
        "phone": phone,
        "buyer_phone": phone,
    }
    if channel == "amazon":
        alias = "".join(_DRAW.choice(_ALIAS) for _ in range(_ALIAS_LENGTH))
        buyer["buyer_email"] = f"{alias}@marketplace.amazon.com"
    return buyer


def drawn(*, form: str) -> str:
    """Draw a text of a form: a digit for each ``9``, a letter for each ``A``."""
    return "".join(_DRAW.choice(_FORMS.get(mark, mark)) for mark in form)
