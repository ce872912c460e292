"""Opening each page in each look and keeping a picture of the whole of it."""

import base64
from collections.abc import Iterable
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from playwright.sync_api import Error as BrowserError

from screens.demo import Demo, LogIn
from screens.looks import LOOKS, picture_name
from tests.browser.chromium import FLAGS, executable
from tests.browser.pages import STRANGER, Visit, go

#: Of WebP, from 0 to 100: text stays sharp, and all pictures together stay small.
QUALITY = 50

#: In CSS pixels: a long list goes on below, and its rows look alike.
LONGEST = {1440: 3000, 390: 3600}

#: Who is signed in: cookies, as the browser gives them out.
State = StorageState | None


def take_all(*, demo: Demo, visits: Iterable[Visit], folder: Path) -> list[str]:
    """Take every page in every look; return a line for each that could not be taken."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        try:
            return _take_all(browser, demo, list(visits), folder)
        finally:
            browser.close()


def _take_all(
    browser: Browser, demo: Demo, visits: list[Visit], folder: Path
) -> list[str]:
    missed: list[str] = []
    states: dict[str, State] = {}
    for person in sorted({visit.person for visit in visits}):
        if person == STRANGER:
            states[person] = None
        elif person in demo.people:
            states[person] = _signed_in(browser, demo, demo.people[person])
    for visit in visits:
        if visit.person not in states:
            missed.append(f"{visit.label}: the demo has no {visit.person}")
            continue
        # A new one each time: whoever signs out ends no session of another page.
        context = browser.new_context(
            storage_state=states[visit.person],
            locale="en-US",
            timezone_id="UTC",
            reduced_motion="reduce",
        )
        try:
            _take(context.new_page(), demo, visit, folder)
        except (BrowserError, LookupError) as error:
            missed.append(f"{visit.label}: {str(error).splitlines()[0]}")
        finally:
            context.close()
    return missed


def _take(tab: Page, demo: Demo, visit: Visit, folder: Path) -> None:
    status = go(tab, visit, origin=demo.origin, slug=demo.slug)
    if status != visit.status:
        message = f"answered {status}"
        raise LookupError(message)
    for look in LOOKS:
        tab.set_viewport_size({"width": look.width, "height": 900})
        tab.emulate_media(color_scheme=look.scheme)
        (folder / picture_name(visit, look)).write_bytes(_picture(tab))


def _picture(tab: Page) -> bytes:
    """Return the page as WebP, whole unless it is very long."""
    width, height = tab.evaluate(
        "() => [document.documentElement.clientWidth,"
        " Math.max(document.documentElement.scrollHeight, innerHeight)]"
    )
    height = min(height, LONGEST.get(width, height))
    session = tab.context.new_cdp_session(tab)
    taken = session.send(
        "Page.captureScreenshot",
        {
            "format": "webp",
            "quality": QUALITY,
            "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1},
        },
    )
    return base64.b64decode(taken["data"])


def _signed_in(browser: Browser, demo: Demo, who: LogIn) -> State:
    """Sign in by the form; return the cookies that came of it."""
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"{demo.origin}{reverse(who.door)}")
    tab.get_by_label("E-mail").fill(who.email)
    tab.get_by_label("Password").fill(who.password)
    tab.get_by_label("Password").press("Enter")
    tab.wait_for_url(lambda url: "/sign-in/" not in url)
    state = context.storage_state()
    context.close()
    return state
