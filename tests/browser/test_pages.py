"""The table of pages is whole, and the checks find what is planted."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

import orders.views.pages
from tests.browser import every_page
from tests.browser.conftest import Watch
from tests.browser.every_page import Eyes, eyes, faults_of, weight_faults
from tests.browser.pages import NO_PAGE, STRANGER, VISITS, get_pages, unlisted
from tests.browser.world import DATABASES, World
from tests.matrix.walk import Page

pytestmark = pytest.mark.django_db(databases=DATABASES)


def test_every_page_stands_in_the_table() -> None:
    assert unlisted(get_pages()) == []


def test_the_table_holds_no_page_that_is_gone() -> None:
    there = {page.name for page in get_pages()} | {""}
    assert ({visit.name for visit in VISITS} | set(NO_PAGE)) - there == set()
    labels = [visit.label for visit in VISITS]
    assert sorted(set(labels)) == sorted(labels)


def test_a_new_page_is_missed() -> None:
    planted = Page("s/<slug:seller>/planted/", None, "orders:planted", ())
    assert unlisted([planted]) == ["orders:planted"]


@pytest.fixture
def look(browser: Browser, world: World) -> Iterator[Eyes]:
    """Look at the portal as on a wide, light screen."""
    with eyes(browser, world=world) as made:
        yield made


def test_planted_faults_are_found(look: Eyes) -> None:
    tab = look.context(STRANGER).new_page()
    watch = Watch(origin=look.world.origin)
    watch.attach(tab)
    tab.goto(f"{look.world.origin}/account/sign-in/")
    assert faults_of(tab, watch) == []
    tab.evaluate(
        "document.body.insertAdjacentHTML('beforeend', "
        '\'<h1>x</h1><img src="http://elsewhere.example/x">'
        '<div class="wide">x</div>\');'
        "document.querySelector('.wide').style.width = '3000px';"
    )
    found = faults_of(tab, watch)
    assert [f for f in found if f.startswith("1440: image-alt")] != []
    assert "390: scrolls sideways" in found
    assert "has not one h1" in found
    assert [f for f in found if "Content Security Policy" in f] != []


def test_a_heavy_page_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    page = '<script src="/static/js/portal.js"></script>'
    assert weight_faults(page) == []
    monkeypatch.setattr(every_page, "packed_file", lambda _: 41 * 1024)
    assert len(weight_faults(page)) == 2


def test_a_fault_of_ours_is_a_calm_page_too(
    look: Eyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(orders.views.pages, "list_page", broken)
    visit = next(v for v in VISITS if v.name == "orders:order-list")
    assert look.faults(visit) == ["answers 500"]


def test_an_old_form_is_a_calm_page_too(look: Eyes) -> None:
    tab = look.context(STRANGER).new_page()
    tab.goto(f"{look.world.origin}/account/sign-in/")
    tab.get_by_label("E-mail").fill("a@shop.example")
    tab.get_by_label("Password").fill("anything at all")
    tab.context.clear_cookies()
    tab.get_by_label("Password").press("Enter")
    tab.get_by_role("heading", name="The page was too old").wait_for()
    assert faults_of(tab, Watch(origin=look.world.origin)) == []


def test_strangers_have_no_session(look: Eyes) -> None:
    visit = next(v for v in VISITS if v.person == STRANGER)
    assert look.faults(visit) == []
    assert list(look.contexts) == [STRANGER]
