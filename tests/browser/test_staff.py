"""Staff in Chromium: sign in, look at the board, suspend a shop; its owner sees it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from compliance.services.sweep import sweep
from tests.browser.conftest import Watch, assert_accessible
from tests.factors import totp_code
from tests.shops import PASSWORD, Shop
from tests.staffing import MakeStaff, Staff
from vault.clock import clock

pytestmark = pytest.mark.django_db(
    databases=["default", "owner", "staff"], transaction=True
)
REASON = "Sign-ins from two countries within an hour."
Enter = Callable[[], None]


@pytest.fixture
def staff(make_staff: MakeStaff, filled_shop: Shop) -> Staff:
    """Return somebody of staff, and a shop that a sweep has measured."""
    sweep(seller_ids=[filled_shop.id], now=clock.now())
    return make_staff()


@pytest.fixture
def enter(page: Page, watch: Watch, live_server: Any, staff: Staff) -> Enter:
    """Return what signs staff in at their own door."""

    def do() -> None:
        page.goto(f"{live_server.url}/staff/")
        page.get_by_label("E-mail").fill(staff.person.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/sign-in/code/")
        page.get_by_label("Code from your").fill(totp_code(staff.person))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/staff/")

    return do


def owners_page(browser: Browser, server: str, shop: Shop) -> Page:
    """Return a page of the shop's owner, signed in beside staff."""
    context = browser.new_context()
    cookie = shop.client("owner").cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": server}])
    return context.new_page()


def test_suspending_and_resuming_reaches_the_shop_at_once(
    page: Page, browser: Browser, enter: Enter, live_server: Any, filled_shop: Shop
) -> None:
    owner = owners_page(browser, live_server.url, filled_shop)
    owner.goto(live_server.url + filled_shop.url())
    owner.locator("tbody th a").first.click()
    expect(owner.locator("#pii-ship-to")).to_be_visible()
    enter()
    page.get_by_role("link", name="Suspend opening for Harbor & Pine").click()
    page.get_by_label("Reason, shown to the owner").fill(REASON)
    page.get_by_label("Ticket").fill("T-5533")
    page.get_by_role("button", name="Suspend opening").click()
    expect(page.get_by_role("status").first).to_contain_text("is suspended")
    expect(page.locator("tbody")).to_contain_text("Suspended")
    # The page was open before: the next showing says so, and shows nothing.
    group = owner.locator("#pii-ship-to")
    group.locator("summary").click()
    group.get_by_label("Deliver the order").check()
    group.get_by_role("button", name="Show for 60").click()
    expect(group).to_contain_text("Staff suspended the showing of buyer data")
    owner.reload()
    expect(owner.locator("main")).to_contain_text("not shown at the moment")
    expect(owner.locator("main")).to_contain_text(REASON)
    page.get_by_role("button", name="Resume opening for Harbor & Pine").click()
    expect(page.get_by_role("status").first).to_contain_text("goes on")
    owner.goto(live_server.url + filled_shop.url("exposure/"))
    acts = owner.locator("#staff-acts")
    expect(acts).to_contain_text("Resumed the showing")
    expect(acts).to_contain_text("Suspended the showing")
    expect(acts).to_contain_text("Tomas Alvarez")
    owner.context.close()


def test_the_board_is_filtered_downloaded_and_opened(page: Page, enter: Enter) -> None:
    enter()
    page.get_by_role("searchbox").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("No shop matches")
    page.get_by_role("link", name="Show all shops").click()
    with page.expect_download() as sheet:
        page.get_by_role("link", name="CSV").click()
    assert sheet.value.suggested_filename == "exposure.csv"
    page.get_by_role("link", name="Harbor & Pine", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbor & Pine")
    expect(page.locator("#staff-acts")).to_contain_text("Looked at this page")
    assert "Testa Exampleton" not in page.content()


@pytest.mark.parametrize(
    "browser_context_args",
    [
        {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
        {"viewport": {"width": 390, "height": 900}, "color_scheme": "dark"},
    ],
    indirect=True,
    ids=["wide-light", "narrow-dark"],
)
def test_every_staff_page_is_accessible_and_fits(
    page: Page, enter: Enter, live_server: Any, filled_shop: Shop
) -> None:
    page.goto(f"{live_server.url}/staff/sign-in/")
    assert_accessible(page)
    enter()
    slug, person = filled_shop.seller.slug, filled_shop.people["owner"].id
    for tail in (
        "",
        f"?suspend={slug}",
        f"shops/{slug}/",
        "admin/",
        "admin/sellers/person/",
        f"admin/sellers/person/{person}/",
        "admin/vault/ledgerentry/",
        "admin/marketplaces/importrun/",
    ):
        page.goto(f"{live_server.url}/staff/{tail}")
        assert_accessible(page)
