"""Where a request of the matrix goes: own, foreign or missing, shop or object."""

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from tests.matrix.arguments import NO_SUCH_SHOP, NO_SUCH_WORD, three_of, words_of
from tests.matrix.walk import SHOP_BLANK, Page
from tests.matrix.world import World


class Reach(StrEnum):
    """Whose things an address names."""

    OWN = "own"
    FOREIGN = "another's object"
    MISSING = "missing object"
    OTHER_SHOP = "another's shop"
    NO_SHOP = "missing shop"


#: What has to look like what.
TWIN = {Reach.FOREIGN: Reach.MISSING, Reach.OTHER_SHOP: Reach.NO_SHOP}


@dataclass(frozen=True, slots=True)
class Target:
    """An address with its blanks filled; ``blank`` says which one is not the own."""

    reach: Reach
    url: str
    blank: str = ""


def targets(page: Page, world: World) -> list[Target]:
    """Return every target of an address; raises `UnknownBlank`."""
    objects, words = three_of(page, world), words_of(page)
    shop = {SHOP_BLANK: world.shop.seller.slug} if page.in_shop else {}
    own = {**shop, **words, **{name: three.own for name, three in objects.items()}}
    found = [_target(page, Reach.OWN, own)]
    for name, three in objects.items():
        for reach, value in (
            (Reach.FOREIGN, three.foreign),
            (Reach.MISSING, three.missing),
        ):
            found.append(_target(page, reach, {**own, name: value}, name))
    for name in words:
        if page.in_shop:
            missing = {**own, name: NO_SUCH_WORD}
            found.append(_target(page, Reach.MISSING, missing, name))
    if page.in_shop:
        theirs = {**own, **{name: three.foreign for name, three in objects.items()}}
        for reach, slug in (
            (Reach.OTHER_SHOP, world.other.seller.slug),
            (Reach.NO_SHOP, NO_SUCH_SHOP),
        ):
            found.append(_target(page, reach, {**theirs, SHOP_BLANK: slug}))
    return found


def _target(
    page: Page, reach: Reach, values: dict[str, str], blank: str = ""
) -> Target:
    return Target(reach, reverse(page.name, kwargs=values), blank)
