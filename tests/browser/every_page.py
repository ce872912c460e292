"""Opening every page of the table, and what must hold on each of them."""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from tests.browser.conftest import AXE_TAGS, Watch
from tests.browser.pages import Visit, go
from tests.browser.world import World

#: In bytes, compressed: all scripts of a page, and all that its first load transfers.
SCRIPT_LIMIT, LOAD_LIMIT = 30 * 1024, 40 * 1024
WIDTHS = (1440, 390)
#: Rules of axe that a colour scheme can break; all others see the same page in both.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]

_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_AXE = """options => axe.run(document, {resultTypes: ["violations"], ...options})
    .then(found => found.violations.map(v => v.id + ": " + v.nodes[0].html))"""
_STATIC = re.compile(r'(?:src|href)="/static/([^"#?]+)')
#: Chromium's own line about a page whose status is an error, as it should be.
_STATUS_LINE = "Failed to load resource: the server responded with a status of"


@dataclass(slots=True)
class Eyes:
    """Opens pages, with one browser context for each person."""

    browser: Browser
    world: World
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def faults(self, visit: Visit) -> list[str]:
        """Open a page; return what is wrong with it in any look."""
        tab = self.context(visit.person).new_page()
        tab.set_default_timeout(30_000)
        watch = Watch(origin=self.world.origin)
        watch.attach(tab)
        try:
            slug = self.world.shop.seller.slug
            status = go(tab, visit, origin=self.world.origin, slug=slug)
            found = [] if status == visit.status else [f"answers {status}"]
            return [*found, *faults_of(tab, watch)]
        except LookupError as error:
            return [str(error)]
        finally:
            tab.close()

    def context(self, person: str) -> BrowserContext:
        """Return the browser that a person uses."""
        if person not in self.contexts:
            context = self.browser.new_context(
                viewport={"width": WIDTHS[0], "height": 900},
                locale="en-US",
                timezone_id="UTC",
                reduced_motion="reduce",
            )
            self.world.enter(context, person)
            self.contexts[person] = context
        return self.contexts[person]


@contextmanager
def eyes(browser: Browser, *, world: World) -> Iterator[Eyes]:
    """Look at the portal until the block ends."""
    made = Eyes(browser=browser, world=world)
    try:
        yield made
    finally:
        for context in made.contexts.values():
            context.close()


def faults_of(tab: Tab, watch: Watch) -> list[str]:
    """Return what is wrong with the page that a tab shows, wide and narrow.

    The page is opened once and looked at in all four looks: nothing of it depends on
    how wide the window was when it came.
    """
    found = weight_faults(tab.content())
    if tab.locator("h1").count() != 1:
        found.append("has not one h1")
    tab.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme="light")
        broken = tab.evaluate(_AXE, {"runOnly": AXE_TAGS})
        tab.emulate_media(color_scheme="dark")
        broken += tab.evaluate(_AXE, {"runOnly": COLOUR_RULES})
        found += [f"{width}: {rule}" for rule in broken]
        if tab.evaluate(_WIDE):
            found.append(f"{width}: scrolls sideways")
    found += [said for said in watch.said if _STATUS_LINE not in said]
    return [*found, *(f"asks {url}" for url in watch.elsewhere)]


def weight_faults(html: str) -> list[str]:
    """Return where a page is heavier than allowed.

    The portal serves static files compressed and leaves pages to the proxy in front,
    so both are compressed here, as gzip does it, and added up.
    """
    files = {name: packed_file(name) for name in set(_STATIC.findall(html))}
    scripts = sum(size for name, size in files.items() if name.endswith(".js"))
    load = sum(files.values()) + len(gzip.compress(html.encode(), 6))
    found = []
    if scripts > SCRIPT_LIMIT:
        found.append(f"{scripts} bytes of script")
    if load > LOAD_LIMIT:
        found.append(f"{load} bytes at the first load")
    return found


@cache
def packed_file(name: str) -> int:
    """Return the compressed size of a static file."""
    path = finders.find(name)
    assert isinstance(path, str), name
    return len(gzip.compress(Path(path).read_bytes(), 9))
