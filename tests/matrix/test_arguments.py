"""Every blank of every address can be filled, and what is foreign is really there."""

import pytest

from tests.matrix.arguments import OBJECTS, unknown_blanks
from tests.matrix.targets import Reach, targets
from tests.matrix.walk import pages
from tests.matrix.world import DATABASES, World

pytestmark = pytest.mark.django_db(databases=DATABASES)


def test_every_blank_of_every_address_is_known() -> None:
    unknown = {page.route: unknown_blanks(page) for page in pages()}
    assert unknown == {route: [] for route in unknown}


def test_every_known_blank_is_in_an_address() -> None:
    blanks = {blank for page in pages() for blank in page.blanks}
    assert set(OBJECTS) <= blanks


def test_what_is_foreign_here_is_there_for_its_owner(world: World) -> None:
    """Else a foreign object would be a missing one, and the twins prove nothing."""
    owner = world.other.client("owner")
    seen = {}
    for page in pages():
        if page.access is None or not page.in_shop or not page.objects:
            continue
        if "GET" in page.access.methods:
            url = next(
                target.url
                for target in targets(page, world)
                if target.reach is Reach.OTHER_SHOP
            )
            seen[url] = owner.get(url).status_code
    assert seen == dict.fromkeys(seen, 200)
    assert len(seen) >= 1
