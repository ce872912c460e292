"""Every page of sellers and of strangers: calm, accessible, light, in each look."""

import json

import pytest
from playwright.sync_api import Browser

from tests.browser.every_page import eyes
from tests.browser.pages import STAFF, TESTS, visits
from tests.browser.world import DATABASES, World

pytestmark = pytest.mark.django_db(databases=DATABASES)


def test_every_page_is_sound(browser: Browser, world: World) -> None:
    with eyes(browser, world=world) as look:
        found = {
            f"{visit.label} as {visit.person}": faults
            for visit in visits(where=TESTS)
            if visit.person != STAFF and (faults := look.faults(visit))
        }
    assert found == {}, json.dumps(found, indent=2)
