"""People in Chromium: invited, joined, changed and removed while pages are open."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sellers.models import Membership
from sellers.roles import MANAGER, SUPPORT
from sellers.services.members import add_member
from tests.browser.conftest import SignIn, assert_accessible
from tests.factors import app_code
from tests.sellers.team import ask, member, terms
from tests.shops import PASSWORD, MakeShop, Shop
from vault.clock import clock

NEW = "newa@shop.example"
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser) -> Iterator[NewContext]:
    """Return a maker of further browsers, closed at the end."""
    opened: list[BrowserContext] = []

    def make(**wanted: Any) -> BrowserContext:
        opened.append(browser.new_context(**wanted))
        opened[-1].set_default_timeout(10_000)
        return opened[-1]

    yield make
    for context in opened:
        context.close()


def enter(context: BrowserContext, origin: str, shop: Shop, role: str) -> Page:
    """Return a page that is signed in with a role, without the forms."""
    value = shop.client(role).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": origin}])
    return context.new_page()


def invite(page: Page, people: str, role: str) -> str:
    """Invite the new person; return the path of the link that is shown once."""
    page.goto(people)
    page.get_by_role("link", name="Invite a person").click()
    page.get_by_label("E-mail").fill(NEW)
    choose(page, role)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NEW)
    link = page.get_by_label("The link").input_value()
    return link[link.index("/invitations/") :]


def choose(page: Page, role: str) -> None:
    """Choose a role in a form."""
    page.get_by_role("radio", name=role, exact=True).check()


def join(page: Page, address: str) -> None:
    """Accept an invitation as a new person, with a second factor of one's own."""
    page.goto(address)
    page.locator("#id_name").fill("Newa Exampleton")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/account/second-factor/")
    secret = page.locator(".qr-key").inner_text().replace(" ", "")
    page.locator("input[name=code]").fill(app_code(secret))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="I have kept them").click()


def test_invited_joined_changed_and_removed_while_pages_are_open(
    page: Page,
    sign_in: SignIn,
    live_server: Any,
    filled_shop: Shop,
    new_context: NewContext,
) -> None:
    sign_in("owner")
    people = live_server.url + filled_shop.url("people/")
    link = invite(page, people, "Manager")
    guest = new_context().new_page()
    join(guest, live_server.url + link)
    guest.goto(live_server.url + filled_shop.url("exposure/"))
    expect(guest.get_by_role("heading", level=1)).to_have_text("Buyer data")

    page.goto(people)
    page.get_by_role("link", name="Change Newa Exampleton").click()
    choose(page, "Support")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Newa Exampleton: Support")
    guest.reload()
    expect(guest.locator("main")).to_contain_text("Ask Owner Exampleton.")
    guest.goto(live_server.url + filled_shop.url())
    expect(guest.get_by_role("heading", level=1)).to_have_text("Orders")

    page.get_by_role("link", name="Change Newa Exampleton").click()
    page.get_by_role("link", name="Remove Newa Exampleton").click()
    assert_accessible(page)
    page.get_by_role("button", name="Remove Newa Exampleton").click()
    expect(page.get_by_role("status").first).to_contain_text("does not work here")
    guest.get_by_role("link", name="Orders").first.click()
    expect(guest.get_by_role("heading", level=1)).not_to_have_text("Orders")
    assert "Orders" not in guest.locator("main").inner_text()
    guest.goto(live_server.url + link)
    expect(guest.get_by_role("heading", level=1)).to_have_text(
        "This invitation no longer works"
    )


def test_an_expired_invitation_says_what_to_do(
    live_server: Any, filled_shop: Shop, new_context: NewContext
) -> None:
    with filled_shop.scope():
        token = ask(filled_shop, NEW, terms(SUPPORT))
    guest = new_context().new_page()
    guest.goto(f"{live_server.url}/invitations/{token}/")
    expect(guest.get_by_role("heading", level=1)).to_have_text("Join Harbor & Pine")
    clock.move("2026-11-25T17:14:00+00:00")
    guest.locator("#id_name").fill("Newa Exampleton")
    guest.locator("#id_password").fill(PASSWORD)
    guest.get_by_role("button", name="Join").click()
    expect(guest.locator("main")).to_contain_text("The owner of the shop can send")
    assert_accessible(guest)


def test_two_owners_change_one_person_at_once(
    live_server: Any, filled_shop: Shop, new_context: NewContext
) -> None:
    with filled_shop.scope():
        Membership.objects.filter(role="manager").update(role="owner")
        manager = filled_shop.people["manager"]
        manager.groups.set(filled_shop.people["owner"].groups.all())
        found = member(filled_shop, "support").id
    tabs = []
    for role in ("owner", "manager"):
        tab = enter(new_context(), live_server.url, filled_shop, role)
        tab.goto(live_server.url + filled_shop.url(f"people/{found}/"))
        choose(tab, "Fulfilment" if role == "owner" else "Manager")
        tabs.append(tab)
    for tab in tabs:
        tab.get_by_role("button", name="Save").click()
    expect(tabs[0].get_by_role("status").first).to_contain_text("Saved for Support")
    told = tabs[1].get_by_role("alert")
    expect(told).to_be_focused()
    expect(told).to_contain_text("It showed: Support, may open buyer data.")
    expect(told).to_contain_text("It is now: Fulfilment, may open buyer data.")
    expect(tabs[1].get_by_role("radio", name="Manager")).to_be_checked()
    assert_accessible(tabs[1])


def test_a_person_in_two_shops_switches_and_has_each_shops_rights(
    live_server: Any, filled_shop: Shop, make_shop: MakeShop, new_context: NewContext
) -> None:
    other = make_shop("Fern & Stone")
    with other.scope():
        add_member(
            seller=other.seller,
            person=filled_shop.people["owner"],
            role=MANAGER,
            opens_buyer_data=False,
            now=clock.now(),
        )
    page = enter(new_context(), live_server.url, filled_shop, "owner")
    page.goto(live_server.url + filled_shop.url("people/"))
    expect(page.get_by_role("link", name="Invite a person")).to_be_visible()
    page.locator(".shop-menu summary").click()
    page.locator(".shop-menu").get_by_role("link", name="Fern & Stone").click()
    page.wait_for_url(f"**{other.url('')}**")
    page.get_by_role("link", name="People").click()
    expect(page.locator("main")).to_contain_text("is decided by Owner Exampleton")
    expect(page.get_by_role("link", name="Invite a person")).to_have_count(0)


def test_without_javascript_people_are_invited_and_reviewed(
    live_server: Any, filled_shop: Shop, new_context: NewContext
) -> None:
    context = new_context(java_script_enabled=False)
    page = enter(context, live_server.url, filled_shop, "owner")
    people = live_server.url + filled_shop.url("people/")
    invite(page, people, "Auditor")
    page.get_by_role("link", name="Back to People").click()
    page.get_by_role("button", name=f"Withdraw {NEW}").click()
    expect(page.get_by_role("status").first).to_contain_text("opens nothing any more")
    page.get_by_role("link", name="Review access").click()
    for group in page.locator("main fieldset").all():
        group.get_by_label("Keep").check()
    page.get_by_role("button", name="Save the review").click()
    expect(page.get_by_role("status").first).to_contain_text("5 kept, 0 removed")
    expect(page.locator(".head")).to_contain_text("by Owner Exampleton")
