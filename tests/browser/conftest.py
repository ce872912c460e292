"""A real Chromium against the live portal; every page is watched while it is used."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.chromium import FLAGS, executable
from tests.factors import totp_code
from tests.orders.incoming import incoming, receive
from tests.shops import PASSWORD, Shop

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use the system's Chromium."""
    return {"executable_path": executable(), "headless": True, "args": FLAGS}


@pytest.fixture
def browser_context_args(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return a wide, light context; a test may ask for another by parameter."""
    wanted: dict[str, Any] = getattr(request, "param", {})
    return {
        "viewport": {"width": 1440, "height": 900},
        "locale": "en-US",
        "timezone_id": "UTC",
        "color_scheme": "light",
        "reduced_motion": "reduce",
        **wanted,
    }


@dataclass(slots=True)
class Watch:
    """What the browser said while pages were used."""

    origin: str
    said: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        """Listen to console, errors and requests of a page."""
        page.on("console", lambda m: self.said.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: self.said.append(f"error: {e}"))
        page.on("request", lambda r: self._note(r.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self.origin, "data:")):
            self.elsewhere.append(url)


@pytest.fixture
def watch(page: Page, live_server: Any) -> Iterator[Watch]:
    """Watch the page; at the end nothing may have been said or fetched elsewhere."""
    page.set_default_timeout(10_000)
    seen = Watch(origin=live_server.url)
    seen.attach(page)
    yield seen
    assert (seen.said, seen.elsewhere) == ([], [])


@pytest.fixture
def filled_shop(transactional_db: None, shop: Shop) -> Shop:
    """Return a shop with one order and its buyer, really committed."""
    receive(shop, incoming())
    return shop


SignIn = Callable[[str], None]


@pytest.fixture
def sign_in(page: Page, watch: Watch, live_server: Any, filled_shop: Shop) -> SignIn:
    """Return what signs a role in by the two forms and opens the orders."""

    def do(role: str) -> None:
        page.goto(live_server.url)
        page.get_by_label("E-mail").fill(filled_shop.people[role].email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/sign-in/code/")
        page.get_by_label("Code from your").fill(totp_code(filled_shop.people[role]))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{filled_shop.url('')}**")
        page.goto(live_server.url + filled_shop.url())

    return do


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing and that the page does not scroll sideways."""
    results = Axe().run(page, options={"runOnly": AXE_TAGS})
    found = [(v["id"], v["nodes"][0]["html"]) for v in results.response["violations"]]
    assert found == []
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert page.evaluate(wide) is False
