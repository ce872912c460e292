"""Signing in, driven in Chromium: both steps, set-up, locks, sessions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect

from sellers.models import Person
from tests.browser.conftest import SignIn, Watch, assert_accessible
from tests.factors import RECOVERY, app_code, totp_code
from tests.shops import PASSWORD, Shop
from vault.clock import clock

WRONG = "not the Password at all 1"
VIEWS = [
    pytest.param(
        {"viewport": {"width": w, "height": 900}, "color_scheme": c}, id=f"{c}"
    )
    for w, c in ((1440, "light"), (390, "dark"))
]


@pytest.fixture
def person(filled_shop: Shop) -> Person:
    """Return the owner, who has an app and recovery codes."""
    return filled_shop.people["owner"]


def first_step(page: Page, person: Person, password: str = PASSWORD) -> None:
    """Send e-mail and password."""
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Continue").click()


def second_step(page: Page, code: str) -> None:
    """Send a code."""
    page.get_by_label(re.compile("code", re.IGNORECASE)).fill(code)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("browser_context_args", VIEWS, indirect=True)
def test_a_first_sign_in_sets_up_the_second_factor(
    page: Page, watch: Watch, live_server: Any, filled_shop: Shop, person: Person
) -> None:
    Authenticator.objects.filter(user=person).delete()
    page.goto(live_server.url + filled_shop.url())
    assert_accessible(page)
    first_step(page, person)
    page.wait_for_url("**/account/second-factor/")
    picture = page.get_by_alt_text("QR code")
    assert picture.evaluate("image => image.naturalWidth > 50") is True
    assert_accessible(page)
    secret = page.locator(".qr-key").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows").fill(app_code(secret))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/codes/")
    assert page.locator("ol.keep li").count() == 10
    assert_accessible(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    kept = saved.value.path().read_text()
    assert page.locator("ol.keep li").first.inner_text() in kept
    page.get_by_role("button", name="I have kept them").click()
    page.wait_for_url(f"**{filled_shop.url()}")


def test_an_app_a_used_code_and_a_recovery_code(
    page: Page, browser: Browser, watch: Watch, live_server: Any, person: Person
) -> None:
    code = totp_code(person)
    page.goto(live_server.url)
    first_step(page, person)
    second_step(page, "000000")
    expect(page.get_by_label("Code from your")).to_have_attribute(
        "aria-invalid", "true"
    )
    expect(page.locator("main")).to_contain_text("That code is wrong or was used")
    assert_accessible(page)
    second_step(page, code)
    page.wait_for_url("**/s/**")
    elsewhere = browser.new_context().new_page()
    elsewhere.goto(live_server.url)
    first_step(elsewhere, person)
    second_step(elsewhere, code)
    expect(elsewhere.locator("main")).to_contain_text("was used before")
    elsewhere.get_by_role("link", name="Use a recovery code").click()
    second_step(elsewhere, RECOVERY[0])
    elsewhere.wait_for_url("**/s/**")
    elsewhere.context.close()
    watch.said = [line for line in watch.said if "422" not in line]


def test_ten_failures_lock_and_the_page_counts_down(
    page: Page, watch: Watch, live_server: Any, person: Person
) -> None:
    page.goto(live_server.url)
    for left in range(9, 0, -1):
        first_step(page, person, WRONG)
        expect(page.get_by_role("alert")).to_contain_text(f"{left} more tr")
    assert_accessible(page)
    first_step(page, person, WRONG)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Sign-in waits for 30 minutes"
    )
    assert_accessible(page)
    page.goto(live_server.url)
    first_step(page, person)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Sign-in waits for 30 minutes"
    )
    # The browser itself notes each answer that is no success.
    watch.said = [line for line in watch.said if not re.search("422|429", line)]


def test_signing_out_everywhere_else(
    page: Page, browser: Browser, sign_in: SignIn, live_server: Any, person: Person
) -> None:
    other = browser.new_context().new_page()
    other.goto(live_server.url)
    first_step(other, person)
    second_step(other, totp_code(person))
    other.wait_for_url("**/s/**")
    sign_in("owner")
    page.goto(f"{live_server.url}/account/")
    expect(page.locator("main")).to_contain_text("this one")
    assert_accessible(page)
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.locator("main")).to_contain_text("signed out in 1 other place")
    other.reload()
    expect(other.locator("main")).to_contain_text("You were signed out: somewhere else")
    other.context.close()


def test_after_half_an_hour_the_page_says_why(
    page: Page, sign_in: SignIn, live_server: Any, filled_shop: Shop, person: Person
) -> None:
    sign_in("owner")
    clock.move((clock.now() + timedelta(minutes=30)).isoformat())
    page.goto(live_server.url + filled_shop.url("exposure/"))
    expect(page.locator("main")).to_contain_text(
        "You were signed out after 30 minutes without use."
    )
    first_step(page, person)
    second_step(page, totp_code(person))
    page.wait_for_url(f"**{filled_shop.url('exposure/')}")
