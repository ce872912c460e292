"""The selection in the list of orders: by keyboard, by its boxes, without script."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.orders.incoming import incoming, receive
from tests.shops import Shop


@pytest.fixture
def address(live_server: Any, filled_shop: Shop) -> str:
    """Return the address of a list of two orders."""
    receive(filled_shop, incoming(marketplace_order_id="114-0000002-0000002"))
    return str(live_server.url + filled_shop.url())


def enter(context: BrowserContext, shop: Shop, address: str, role: str) -> None:
    """Sign a browser in."""
    cookie = shop.client(role).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])


def test_x_selects_the_row_and_the_bar_opens(
    page: Page, filled_shop: Shop, address: str
) -> None:
    enter(page.context, filled_shop, address, "fulfilment")
    page.goto(address)
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_be_visible()
    expect(bar.locator("b")).to_have_text("1 selected")
    page.get_by_label("Select the orders of this page").check()
    ticks = page.locator("[data-tick]").count()
    expect(bar.locator("b")).to_have_text(f"{ticks} selected")
    page.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()
    page.locator("[data-tick]").first.check()
    page.get_by_role("button", name="Not shipped yet").click()
    expect(page.locator("#ended")).to_have_text("Recorded for 1 order")


def test_without_script_the_selection_works_too(
    browser: Browser, filled_shop: Shop, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    enter(context, filled_shop, address, "owner")
    tab = context.new_page()
    tab.goto(address)
    tab.locator("[data-tick]").first.check()
    tab.get_by_role("button", name="Not shipped yet").click()
    expect(tab.locator("#ended")).to_have_text("Recorded for 1 order")
    context.close()
