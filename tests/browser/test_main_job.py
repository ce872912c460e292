"""The main job, driven in Chromium: sign in, find an order, be shown its buyer."""

import json
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser, Page, expect

from compliance.services.sweep import sweep
from tests.browser.conftest import SignIn, assert_accessible
from tests.orders.incoming import BUYER, ORDER
from tests.shops import Shop
from vault.clock import clock
from vault.models import LedgerEntry

NUMBER = ORDER.marketplace_order_id


def stored_in_browser(page: Page) -> str:
    """Return everything that the page keeps in the browser."""
    script = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    return str(page.evaluate(script))


def open_order(page: Page) -> None:
    """Open the order from the list."""
    page.get_by_role("link", name=NUMBER).click()
    page.wait_for_url("**/orders/*-*/")


def show_address(page: Page) -> None:
    """Ask for the ship-to address, to deliver the order."""
    group = page.locator("#pii-ship-to")
    group.locator("summary").click()
    group.get_by_label("Deliver the order").check()
    group.get_by_role("button", name="Show for 60").click()
    expect(group).to_contain_text(BUYER["address_line_1"])


def test_a_packer_is_shown_an_address_for_a_purpose(
    page: Page, sign_in: SignIn, filled_shop: Shop
) -> None:
    sign_in("fulfilment")
    assert BUYER["name"] not in page.content()
    open_order(page)
    assert BUYER["name"] not in page.content()
    show_address(page)
    assert BUYER["name"] in page.content()
    assert BUYER["name"] not in page.url
    assert BUYER["name"] not in stored_in_browser(page)
    expect(page.locator("#shown-times")).to_contain_text("1 time")
    expect(page.locator("#timeline")).to_contain_text("was shown the ship-to address")
    with filled_shop.scope():
        entry = LedgerEntry.objects.get(kind="pii:opened:deliver")
    assert entry.actor_id == filled_shop.people["fulfilment"].id
    assert BUYER["name"] not in json.dumps(entry.facts)
    assert_accessible(page)


def test_hiding_takes_the_text_out_of_the_page(page: Page, sign_in: SignIn) -> None:
    sign_in("fulfilment")
    open_order(page)
    show_address(page)
    page.locator("#pii-ship-to").get_by_text("Hide").click()
    expect(page.locator("#pii-ship-to")).not_to_contain_text(BUYER["name"])
    assert BUYER["name"] not in page.content()


def test_after_sixty_seconds_it_hides_itself_without_the_network(
    page: Page, sign_in: SignIn
) -> None:
    page.clock.install(time=datetime(2026, 11, 22, 17, 14, tzinfo=UTC))
    sign_in("fulfilment")
    open_order(page)
    show_address(page)
    page.clock.run_for(59_000)
    assert BUYER["name"] in page.content()
    page.context.set_offline(True)
    page.clock.run_for(2_000)
    expect(page.locator("#pii-ship-to")).not_to_contain_text(BUYER["name"])
    assert BUYER["name"] not in page.content()


def test_without_javascript_the_address_is_shown_too(
    browser: Browser,
    live_server: Any,
    filled_shop: Shop,
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    client = filled_shop.client("fulfilment")
    context.add_cookies(
        [
            {
                "name": "sessionid",
                "value": client.cookies["sessionid"].value,
                "url": live_server.url,
            }
        ]
    )
    page.goto(live_server.url + filled_shop.url())
    open_order(page)
    show_address(page)
    context.close()


def test_after_the_purge_the_page_says_so(
    page: Page, sign_in: SignIn, filled_shop: Shop
) -> None:
    clock.move("2026-12-18T00:05:00+00:00")
    sweep(seller_ids=[filled_shop.id], now=clock.now(), clock_is_right=True)
    sign_in("owner")
    open_order(page)
    expect(page.locator("main")).to_contain_text("No data")
    expect(page.locator("main")).to_contain_text("P-0001")
    link = page.get_by_role("link", name="Seller Central").first
    assert NUMBER in str(link.get_attribute("href"))
    assert_accessible(page)


def test_keys_move_through_the_list_and_open_an_order(
    page: Page, sign_in: SignIn
) -> None:
    sign_in("owner")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*-*/")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/exposure/")
