"""Keys: each one does what the list of keys says, and none while somebody types."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sellerportal.templatetags.portal import GO_KEYS
from tests.browser.conftest import Watch
from tests.orders.incoming import ORDER, incoming, receive
from tests.shops import Shop

FIRST = ORDER.marketplace_order_id
SECOND = "114-0000002-0000002"


@pytest.fixture
def tab(page: Page, watch: Watch, live_server: Any, filled_shop: Shop) -> Page:
    """Return the owner's list of two orders."""
    receive(filled_shop, incoming(marketplace_order_id=SECOND))
    cookie = filled_shop.client("owner").cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": live_server.url}]
    )
    page.goto(live_server.url + filled_shop.url("orders/"))
    return page


def press(tab: Page, keys: str) -> None:
    """Press one key after the other."""
    for key in keys.split():
        tab.keyboard.press(key)


def focused(tab: Page) -> str:
    """Return the text of what has the focus."""
    return str(tab.evaluate("document.activeElement.textContent.trim()"))


def test_j_and_k_move_and_enter_opens(tab: Page) -> None:
    press(tab, "j")
    first = focused(tab)
    press(tab, "j")
    second = focused(tab)
    assert {first, second} == {FIRST, SECOND}
    press(tab, "k")
    assert focused(tab) == first
    press(tab, "Enter")
    tab.wait_for_url("**/orders/*-*/")
    expect(tab.get_by_role("heading", level=1)).to_contain_text(first)
    press(tab, "j")
    expect(tab.get_by_role("heading", level=1)).to_contain_text(second)
    press(tab, "k")
    expect(tab.get_by_role("heading", level=1)).to_contain_text(first)


def test_slash_searches_and_escape_leaves(tab: Page) -> None:
    search = tab.get_by_role("searchbox")
    press(tab, "/")
    expect(search).to_be_focused()
    press(tab, "g o j ?")
    expect(search).to_have_value("goj?")
    expect(tab.get_by_role("dialog")).to_have_count(0)
    press(tab, "Escape")
    expect(search).not_to_be_focused()
    press(tab, "j")
    assert focused(tab) in {FIRST, SECOND}


def test_g_goes_to_each_page_of_the_menu(tab: Page) -> None:
    places: list[list[str]] = tab.eval_on_selector_all(
        "[data-go]", "all => all.map(a => [a.dataset.go, a.href])"
    )
    keys = [key for key, _ in places if key]
    assert {"o", "c"} <= set(keys) <= set(GO_KEYS.values())
    assert len(set(keys)) == len(keys)
    for key, address in places:
        if key:
            press(tab, f"g {key}")
            tab.wait_for_url(address)
    assert len(keys) == len(places)


def test_a_letter_without_g_goes_nowhere(tab: Page) -> None:
    before = tab.url
    press(tab, "c o t")
    assert tab.url == before


def test_the_list_of_keys_names_what_works_here(
    tab: Page, live_server: Any, filled_shop: Shop
) -> None:
    dialog = tab.get_by_role("dialog")
    press(tab, "?")
    for words in ("Search", "Next or previous row", "Open the row", "This list"):
        expect(dialog.get_by_text(words, exact=True)).to_be_visible()
    expect(dialog.get_by_text("Next or previous order")).to_be_hidden()
    press(tab, "Escape")
    expect(dialog).to_have_count(0)
    tab.goto(live_server.url + filled_shop.url("exposure/"))
    press(tab, "?")
    expect(dialog.get_by_text("Orders", exact=True)).to_be_visible()
    expect(dialog.get_by_text("Search", exact=True)).to_be_hidden()


def test_keys_can_be_switched_off(tab: Page) -> None:
    press(tab, "?")
    tab.get_by_role("dialog").get_by_role("checkbox").uncheck()
    press(tab, "Escape")
    press(tab, "/")
    expect(tab.get_by_role("searchbox")).not_to_be_focused()
    tab.reload()
    press(tab, "/")
    expect(tab.get_by_role("searchbox")).not_to_be_focused()


def test_escape_closes_a_menu(tab: Page) -> None:
    menu = tab.locator("details.menu.side-foot")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    press(tab, "Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
