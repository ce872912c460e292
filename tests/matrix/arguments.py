"""What stands in the blanks of an address: an own, a foreign and a missing object.

A blank that stands in none of these tables makes the matrix red: whoever adds an
address with a new kind of object says here how to make two of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import Model

from orders.services.disclosure import GROUPS
from sellers.models import Person, Seller
from tests.laws.tenants import Tenant
from tests.matrix.walk import Page
from tests.matrix.world import World
from tests.shops import Shop
from vault.rows import new_id


@dataclass(frozen=True, slots=True)
class Three:
    """Values of a blank. Foreign and missing are the same kind of text."""

    own: str
    foreign: str
    missing: str


Maker = Callable[[World], Three]


class UnknownBlank(Exception):
    """An address has a blank that no table knows."""


def _row(table: str) -> Maker:
    """Return the maker for a blank with the id of a row in a tenant table."""

    def make(world: World) -> Three:
        return Three(
            own=str(world.ours.rows[table].pk),
            foreign=str(world.theirs.rows[table].pk),
            missing=str(new_id()),
        )

    return make


def _session(world: World) -> Three:
    own, foreign = (
        UserSession.objects.filter(user=shop.people["owner"]).latest("pk").pk
        for shop, _ in world.sides
    )
    return Three(str(own), str(foreign), str(max(own, foreign) + 1000))


def _slug(world: World) -> Three:
    return Three(world.shop.seller.slug, world.other.seller.slug, NO_SUCH_SHOP)


#: By blank and converter: blanks that name a row of a shop, or the shop itself.
OBJECTS: Mapping[tuple[str, str], Maker] = MappingProxyType(
    {
        ("order", "uuid"): _row("orders_order"),
        ("run", "uuid"): _row("marketplaces_importrun"),
        ("evidence", "uuid"): _row("orders_evidencerun"),
        ("member", "uuid"): _row("sellers_membership"),
        ("certificate", "uuid"): _row("sellers_deletioncertificate"),
        ("invitation", "uuid"): _row("sellers_invitation"),
        ("hold", "uuid"): _row("compliance_hold"),
        ("rule", "uuid"): _row("compliance_standingrule"),
        ("item", "uuid"): _row("compliance_archiveitem"),
        ("notice", "uuid"): _row("compliance_notice"),
        ("number", "int"): _session,
        ("slug", "slug"): _slug,
    }
)

#: By blank and converter: blanks that choose among words. Nobody owns a word, so
#: there is no foreign one, only one that does not exist.
WORDS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("group", "slug"): min(GROUPS),
        ("channel", "slug"): "amazon",
    }
)

#: By name of the address: secrets, whose holder is let in whoever they are.
SECRETS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sellers:invitation": {"token": "no-such-token"},
        "account_reset_password_from_key": {"uidb36": "0", "key": "no-such-key"},
    }
)

NO_SUCH_WORD = "no-such-word"
NO_SUCH_SHOP = "no-such-shop"
#: The lists of staff name their rows by the address's name and this blank.
_LISTED = "object_id"


def unknown_blanks(page: Page) -> list[str]:
    """Return the blanks of an address that no table knows, as ``name:converter``."""
    if page.name in SECRETS:
        known = SECRETS[page.name]
        return [f"{name}:{kind}" for name, kind in page.blanks if name not in known]
    return [
        f"{name}:{kind}"
        for name, kind in page.objects
        if (name, kind) not in OBJECTS
        and (name, kind) not in WORDS
        and not (page.is_list and name == _LISTED)
    ]


def three_of(page: Page, world: World) -> dict[str, Three]:
    """Return the values of an address's blanks that name objects.

    Raises `UnknownBlank`.
    """
    unknown = unknown_blanks(page)
    if unknown:
        raise UnknownBlank(f"{page.route}: {', '.join(unknown)}")
    if page.is_list:
        return {blank: _listed(page, world) for blank, _ in page.objects}
    return {
        blank: OBJECTS[blank, kind](world)
        for blank, kind in page.objects
        if (blank, kind) in OBJECTS
    }


def words_of(page: Page) -> dict[str, str]:
    """Return the values of an address's other blanks."""
    if page.name in SECRETS:
        return dict(SECRETS[page.name])
    return {
        blank: WORDS[blank, kind]
        for blank, kind in page.objects
        if (blank, kind) in WORDS
    }


def _listed(page: Page, world: World) -> Three:
    """Return rows of the model that a list of staff is about."""
    name = page.name.removeprefix("admin:").removesuffix("_change")
    app, _, kind = name.partition("_")
    model = apps.get_model(app, kind)
    own, foreign = (_row_of(model, shop, rows) for shop, rows in world.sides)
    missing = 0 if isinstance(own.pk, int) else new_id()
    return Three(str(own.pk), str(foreign.pk), str(missing))


def _row_of(model: type[Model], shop: Shop, tenant: Tenant) -> Model:
    if model is Seller:
        return shop.seller
    if model is Person:
        return shop.people["owner"]
    if model._meta.db_table in tenant.rows:
        return tenant.rows[model._meta.db_table]
    # What belongs to no shop is the same for both.
    return model._default_manager.order_by("pk").first() or model(pk=new_id())
