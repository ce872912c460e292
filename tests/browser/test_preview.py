"""The preview of fewer days and months on a phone: its longest words fit."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch, assert_accessible
from tests.compliance.planting import plant
from tests.orders.test_preview_forgets import PREVIEW, bought
from tests.shops import Shop

PHONE = {"viewport": {"width": 390, "height": 900}, "color_scheme": "dark"}


@pytest.fixture
def address(live_server: Any, filled_shop: Shop, page: Page) -> str:
    """Sign the owner of a shop with old orders in; return the preview's address."""
    plant(filled_shop, days_old=20, orders=26)
    bought(filled_shop, 31)
    cookie = filled_shop.client("owner").cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": live_server.url}]
    )
    figures = "days=20&margin_days=2&months=12"
    return f"{live_server.url}{filled_shop.url(PREVIEW)}?{figures}"


@pytest.mark.parametrize("browser_context_args", [PHONE], indirect=True)
def test_what_goes_for_good_fits_a_phone(
    page: Page, watch: Watch, address: str
) -> None:
    page.goto(address)
    button = page.get_by_role("button", name="Change it")
    expect(button).to_have_text("Change it and remove 26 buyers and forget 31 orders")
    assert_accessible(page)
    page.get_by_label("Type 57 to confirm").fill("57")
    button.click()
    page.wait_for_url("**/exposure/retention/")
