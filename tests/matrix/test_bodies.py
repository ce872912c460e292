"""Writes are really tried: each form is found on a page, or written by hand."""

import pytest
from django.test import Client

from sellers.models import StaffRole
from tests.matrix import actors
from tests.matrix.bodies import BY_HAND, bodies_for
from tests.matrix.walk import pages
from tests.matrix.world import DATABASES, World
from tests.staffing import MakeStaff

pytestmark = pytest.mark.django_db(databases=DATABASES)


def test_every_form_is_found_on_a_page_or_written_by_hand(
    world: World, make_staff: MakeStaff
) -> None:
    readers = [
        world.shop.client("owner"),
        make_staff(StaffRole.SECURITY).client(),
        Client(),
        actors.without_app(world).client,
    ]
    found = set(bodies_for(world, *readers).forms)
    posts = [page for page in pages() if page.access and "POST" in page.access.methods]
    assert {page.name for page in posts} - found == set(BY_HAND)
