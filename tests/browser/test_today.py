"""Today in Chromium: where figures lead, and the way back."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch, assert_accessible
from tests.factories.orders import incoming, take_in
from tests.shops import Shop
from vault.clock import clock

FIGURES = {"Must ship today": "2", "Late": "1", "Needs you": "2"}
SIZES = [
    pytest.param(
        {"viewport": {"width": width, "height": 900}, "color_scheme": scheme},
        id=f"{width}-{scheme}",
    )
    for width, scheme in ((1440, "light"), (390, "dark"))
]


@pytest.fixture
def tab(page: Page, watch: Watch, live_server: Any, filled_shop: Shop) -> Page:
    """Return the owner's Today: one order is late, two are due, one can wait."""
    now = clock.now()
    orders = [
        incoming(ship_by=now + timedelta(hours=hours), purchased_at=now - BEFORE)
        for hours in (-16, 1, 5)
    ]
    take_in(filled_shop.id, *orders)
    cookie = filled_shop.client("owner").cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": live_server.url}]
    )
    # The front page of somebody with one shop is its Today.
    page.goto(live_server.url)
    page.wait_for_url(f"**{filled_shop.url('')}")
    return page


BEFORE = timedelta(days=3)


@pytest.mark.parametrize("browser_context_args", SIZES, indirect=True)
def test_each_figure_leads_to_as_many_orders(tab: Page) -> None:
    expect(tab.get_by_role("heading", level=1)).to_have_text("Today")
    assert_accessible(tab)
    for label, number in FIGURES.items():
        figure = tab.locator(".kpis > div").filter(has_text=label)
        expect(figure.get_by_role("link")).to_have_text(number)
    for label in ("Must ship today", "Late"):
        tab.locator(".kpis > div").filter(has_text=label).get_by_role("link").click()
        tab.wait_for_url("**/orders/?view=*")
        expect(tab.locator("tbody tr")).to_have_count(int(FIGURES[label]))
        tab.keyboard.press("g")
        tab.keyboard.press("t")
        tab.wait_for_url("**/harbor-pine/")
    rows = tab.locator("section", has_text="Must ship").locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Late 16 h")
    rows.first.get_by_role("link").click()
    expect(tab.locator("main")).to_contain_text("Late 16 h")
