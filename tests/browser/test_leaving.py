"""A shop leaves, by keyboard alone: wrong input, once, and its certificate checked."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sellers.models import Seller
from sellers.tasks import leave_shops
from tests.browser.conftest import Watch, assert_accessible
from tests.factors import totp_code
from tests.shops import Shop


@pytest.fixture
def tab(page: Page, watch: Watch, live_server: Any, filled_shop: Shop) -> Page:
    """Return the page on which an owner may take the shop out."""
    cookie = filled_shop.client("owner").cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": live_server.url}]
    )
    page.goto(live_server.url + filled_shop.url("people/leave/"))
    return page


def reach(tab: Page, label: str) -> None:
    """Press Tab until a field or a button of the form has the focus."""
    wanted = (
        tab.locator("main")
        .get_by_label(label)
        .or_(tab.locator("main").get_by_role("button", name=label))
    )
    for _ in range(40):
        tab.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab does not reach {label}.")


def test_by_keyboard_alone_and_with_wrong_input_first(
    tab: Page, watch: Watch, filled_shop: Shop, tmp_path: Path, capsys: Any
) -> None:
    shop, owner = filled_shop, filled_shop.people["owner"]
    assert_accessible(tab)
    reach(tab, "Type the name of the shop")
    tab.keyboard.type("Harbor")
    reach(tab, "Code")
    tab.keyboard.type(totp_code(owner))
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_contain_text("Nothing was deleted.")
    assert Seller.objects.get(id=shop.id).closed_at is None
    watch.said.clear()  # the browser's line on the answer 422
    field = tab.get_by_label("Type the name of the shop")
    expect(field).to_have_value("Harbor")
    field.focus()
    tab.keyboard.press("Control+a")
    tab.keyboard.type("harbor & pine")
    reach(tab, "Code")
    tab.keyboard.type(totp_code(owner))
    reach(tab, "Close and delete the shop")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/shops/left/")
    expect(tab.locator("main")).to_contain_text("nothing of it opens any more")
    assert_accessible(tab)
    leave_shops()
    tab.reload()
    assert_accessible(tab)
    with tab.expect_download() as started:
        tab.get_by_role("link", name="Certificate").focus()
        tab.keyboard.press("Enter")
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    key = tab.locator("main ~ * .mono, main .mono.wrap-any").first.inner_text()
    call_command("verify_certificate", str(file), "--key", key)
    assert f"{shop.seller.name} left on" in capsys.readouterr().out
    assert json.loads(file.read_text())["certificate"]["shop"]["id"] == str(shop.id)
