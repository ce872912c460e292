"""A newcomer goes the way that the README describes, and every click is counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from orders.models import Order
from sellerportal.celery import app
from sellers.demo_mode import LOGINS, demo_mode
from sellers.models import Seller
from sellers.roles import MANAGER
from sellers.services.onboarding import add_member
from tests.browser.conftest import Watch, assert_accessible
from tests.laws.sources import ROOT
from tests.shops import PASSWORD, MakeShop, Shop
from vault.clock import clock

WORDS = {
    "Name of the shop": "North & Co",
    "Time zone": "Berlin",
    "Your name": "Nora Newcomer",
    "E-mail": "nora@own.example",
    "Password": PASSWORD,
}


def journey() -> str:
    """Return the part of the README that the newcomer reads."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.split("## The first ten minutes", 1)[1].split("\n## ", 1)[0]


def labels(steps: range) -> list[str]:
    """Return what the README says to click, in order."""
    found = []
    for number in steps:
        pattern = rf"^{number}\. (.*?)(?=\n\d\. |\n\n)"
        (step,) = re.findall(pattern, journey(), re.MULTILINE | re.DOTALL)
        found += re.findall(r"\*([^*]+)\*", step)
    return found


@dataclass(slots=True)
class Newcomer:
    """Somebody who clicks what the README names; each click is counted."""

    page: Page
    left: list[str]
    clicks: int = 0
    done: list[str] = field(default_factory=list)

    def click(self, where: Locator) -> None:
        """Click what the README names next."""
        label = self.left.pop(0)
        target = where.filter(has_text=label)
        expect(target).to_have_count(1)
        target.click()
        self.clicks += 1
        self.done.append(label)

    def press(self, where: Locator) -> None:
        """Click something that needs no name, such as a menu or a file's field."""
        where.click()
        self.clicks += 1


@pytest.fixture
def at_once() -> Iterator[None]:
    """Let tasks run where they are sent: no worker is needed."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def demo(
    transactional_db: None,
    make_shop: MakeShop,
    at_once: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Shop:
    """Return the first shop of a demo with two, of which one person is in both."""
    monkeypatch.setattr(settings, "DEMO", True)
    monkeypatch.setattr(settings, "PORTAL_VAR", tmp_path)
    (tmp_path / LOGINS).write_text("[]")
    shop, other = make_shop("Harbor & Pine"), make_shop("Fern & Stone")
    Seller.objects.update(demo=True)
    Authenticator.objects.all().delete()
    with other.scope():
        add_member(
            seller=other.seller,
            person=shop.people["owner"],
            role=MANAGER,
            opens_buyer_data=True,
            now=clock.now(),
        )
    return shop


def open_a_shop(newcomer: Newcomer) -> None:
    """Go through step 3."""
    page = newcomer.page
    newcomer.press(page.locator("details.shop-menu > summary"))
    newcomer.click(page.locator("details.shop-menu a"))
    for label, words in WORDS.items():
        page.get_by_label(re.compile(rf"^\s*{label}")).fill(words)
    assert_accessible(page)
    newcomer.click(page.get_by_role("button"))
    page.wait_for_url("**/s/north-co/")
    assert_accessible(page)


def import_a_file(newcomer: Newcomer, to: Path) -> None:
    """Go through step 4 with the sample."""
    page = newcomer.page
    newcomer.click(page.locator("main a"))
    with page.expect_download() as download:
        newcomer.click(page.locator("main a"))
    file = to / "sample.txt"
    download.value.save_as(file)
    page.locator("input[type=file]").set_input_files(file)
    newcomer.clicks += 1
    newcomer.click(page.get_by_role("button"))
    page.wait_for_url("**/imports/*-*/")
    newcomer.click(page.locator("button.btn-main"))
    newcomer.click(page.locator("main a"))


def test_the_way_of_the_readme_leads_to_an_own_shop_with_orders(
    page: Page,
    live_server: Any,
    watch: Watch,
    demo: Shop,
    tmp_path: Path,
) -> None:
    newcomer = Newcomer(page, labels(range(2, 5)))
    page.goto(live_server.url)
    page.get_by_label("E-mail").fill(demo.people["owner"].email)
    page.get_by_label("Password").fill(PASSWORD)
    newcomer.click(page.get_by_role("button"))
    newcomer.click(page.locator("li", has_text="Harbor & Pine").get_by_role("link"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    assert newcomer.left.pop(0) == "Today"
    newcomer.click(page.locator("nav.nav a"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Buyer data")
    open_a_shop(newcomer)
    import_a_file(newcomer, tmp_path)
    expect(page.locator("tbody tr")).not_to_have_count(0)
    assert newcomer.left == []
    (said,) = re.findall(r"orders in it: (\d+) clicks", journey())
    assert newcomer.clicks == int(said)
    with Shop(Seller.objects.get(slug="north-co"), {}).scope():
        assert Order.objects.exists()


def test_the_demo_is_left_from_ones_own_today(
    page: Page, watch: Watch, live_server: Any, demo: Shop
) -> None:
    page.goto(live_server.url)
    page.get_by_label("E-mail").fill(demo.people["owner"].email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{live_server.url}{demo.url('')}")
    open_a_shop(Newcomer(page, labels(range(3, 4))))
    expect(page.get_by_role("complementary", name="Demo")).to_be_visible()
    today, leave, last = labels(range(5, 6))
    page.locator("nav.nav a").filter(has_text=today).click()
    page.get_by_role("link", name=leave).click()
    assert_accessible(page)
    page.get_by_label("Type “leave”").fill("leave")
    page.get_by_role("button", name=last).click()
    # The second factor comes first from now on, and the banner is gone.
    page.wait_for_url("**/account/second-factor/")
    expect(page.get_by_role("complementary", name="Demo")).to_have_count(0)
    assert demo_mode() is False
    open_ones = Seller.objects.filter(closed_at=None)
    assert [seller.slug for seller in open_ones] == ["north-co"]
