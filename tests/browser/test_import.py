"""Imports in Chromium: upload, check, run, stop, result, the rejected rows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, FilePayload, Page, expect

from marketplaces import tasks
from marketplaces.models import ImportRun
from marketplaces.services import running
from orders.models import Order
from tests.browser.conftest import SignIn, Watch, assert_accessible
from tests.marketplaces.uploads import report, spoilt
from tests.shops import Shop
from vault.models import LedgerEntry

VIEWS = [
    pytest.param(
        {"viewport": {"width": w, "height": 900}, "color_scheme": c}, id=f"{w}-{c}"
    )
    for w in (1440, 390)
    for c in ("light", "dark")
]
BUYERS = ("Mustermann", "Specimen", "marketplace.example", "+1 555 01", "Plantington")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Run each task in a thread, as a worker would; between batches it asks the gate.

    The gate is open; a test that wants to look at a running import closes it.
    """
    gate, threads = Event(), list[Thread]()
    gate.set()
    real = running._one_batch

    def one_batch(*words: Any) -> bool:
        went_on = real(*words)
        gate.wait(timeout=30)
        return went_on

    def sent(task: Any) -> Callable[..., None]:
        def delay(**words: str) -> None:
            thread = Thread(target=run, args=(task, words))
            threads.append(thread)
            thread.start()

        return delay

    def run(task: Any, words: dict[str, str]) -> None:
        task(**words)
        connections.close_all()

    monkeypatch.setattr(running, "_one_batch", one_batch)
    monkeypatch.setattr(running, "BATCH", 10)
    for task in (tasks.check_uploaded_file, tasks.import_uploaded_file):
        monkeypatch.setattr(task, "delay", sent(task))
    yield gate
    gate.set()
    for thread in threads:
        thread.join(timeout=30)


def open_upload(page: Page, shop: Shop, url: str) -> None:
    """Go to the upload page by the menu."""
    page.goto(url + shop.url("imports/"))
    page.get_by_role("link", name="Import an order report").click()
    page.wait_for_url("**/imports/new/")


def send(page: Page, data: bytes) -> None:
    """Choose a file and upload it."""
    file: FilePayload = {
        "name": "Orders of Pia Plantington.txt",
        "mimeType": "text/plain",
        "buffer": data,
    }
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()


def heading(page: Page, words: str) -> None:
    """Expect the page's heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_from_the_file_to_the_rejected_rows(
    page: Page, sign_in: SignIn, filled_shop: Shop, live_server: Any, worker: Event
) -> None:
    sign_in("owner")
    open_upload(page, filled_shop, live_server.url)
    send(page, spoilt(report(24), 5))
    heading(page, "Check before you import")
    main = page.locator("main")
    expect(main).to_contain_text("You get them back as a file with the reasons")
    expect(main.get_by_text("Rejected", exact=True).first).to_be_visible()
    assert not any(word in page.content() for word in BUYERS)
    page.get_by_role("button", name="Import").click()
    heading(page, "Import finished")
    expect(main).to_contain_text("The same file again would change nothing")
    expect(main).to_contain_text("not_a_number")
    assert not any(word in page.content() for word in (*BUYERS, "Plantedia"))
    with page.expect_download() as coming:
        page.get_by_role("button", name="Rejected rows").click()
    got = Path(coming.value.path()).read_text(encoding="utf-8-sig")
    assert coming.value.suggested_filename.startswith("rejected-orders-")
    assert got.splitlines()[1].split("\t")[-3:-1] == [
        "not_a_number",
        "quantity-purchased",
    ]
    with filled_shop.scope():
        assert (
            LedgerEntry.objects.filter(kind="pii:exported:rejected-rows").count() == 1
        )
        assert Order.objects.count() > 20
    page.get_by_role("link", name="See the orders").click()
    page.wait_for_url("**/orders/")


def test_stop_keeps_what_is_stored_and_says_how_much(
    page: Page, sign_in: SignIn, filled_shop: Shop, live_server: Any, worker: Event
) -> None:
    sign_in("owner")
    open_upload(page, filled_shop, live_server.url)
    send(page, report(35))
    heading(page, "Check before you import")
    worker.clear()
    page.get_by_role("button", name="Import").click()
    expect(page.locator("progress")).to_be_visible()
    expect(page.locator(".job")).to_contain_text("stored")
    assert_accessible(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".job")).to_contain_text("stopping after this part")
    worker.set()
    heading(page, "Import stopped")
    expect(page.locator("main")).to_contain_text(
        "10 orders are stored, the rest is not"
    )
    page.get_by_role("button", name="Import the rest").click()
    heading(page, "Import finished")
    expect(page.locator("main")).to_contain_text("35 new")


def test_what_is_no_report_is_refused_in_one_sentence(
    page: Page, watch: Watch, sign_in: SignIn, filled_shop: Shop, live_server: Any
) -> None:
    sign_in("owner")
    open_upload(page, filled_shop, live_server.url)
    send(page, b"%PDF-1.7 and so on")
    expect(page.locator("main")).to_contain_text("The file is a PDF document")
    assert_accessible(page)
    # Chromium's own line about the status of a refused form.
    assert [line for line in watch.said if "status of 422" not in line] == []
    watch.said.clear()
    send(page, b"sku\tprice\r\nA\t1\r\n")
    heading(page, "This file cannot be read")
    expect(page.locator("main")).to_contain_text("no column order-id")
    assert_accessible(page)


def test_a_newcomer_tries_the_sample_file(
    page: Page, sign_in: SignIn, filled_shop: Shop, live_server: Any, worker: Event
) -> None:
    sign_in("owner")
    page.goto(live_server.url + filled_shop.url("imports/"))
    with page.expect_download() as coming:
        page.get_by_role("link", name="Try a sample file").click()
    data = Path(coming.value.path()).read_bytes()
    page.goto(live_server.url + filled_shop.url("imports/new/"))
    send(page, data)
    heading(page, "Check before you import")
    page.get_by_role("button", name="Import 6 rows").click()
    heading(page, "Import finished")
    with filled_shop.scope():
        assert ImportRun.objects.get().rejected == 0


def test_without_javascript_the_whole_way(
    browser: Browser, live_server: Any, filled_shop: Shop, worker: Event
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    cookie = filled_shop.client("owner").cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": live_server.url}]
    )
    open_upload(page, filled_shop, live_server.url)
    send(page, spoilt(report(24), 5))
    heading(page, "Check before you import")
    worker.clear()
    page.get_by_role("button", name="Import").click()
    heading(page, "Importing")
    worker.set()
    page.get_by_role("link", name="Reload").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Import finished", timeout=15_000
    )
    with page.expect_download():
        page.get_by_role("button", name="Rejected rows").click()
    context.close()


@pytest.mark.parametrize("browser_context_args", VIEWS, indirect=True)
def test_every_page_of_imports_is_accessible_and_fits(
    page: Page, sign_in: SignIn, filled_shop: Shop, live_server: Any, worker: Event
) -> None:
    sign_in("owner")
    page.goto(live_server.url + filled_shop.url("imports/"))
    assert_accessible(page)
    open_upload(page, filled_shop, live_server.url)
    assert_accessible(page)
    send(page, spoilt(report(24), 5))
    heading(page, "Check before you import")
    assert_accessible(page)
    page.get_by_role("button", name="Import").click()
    heading(page, "Import finished")
    assert_accessible(page)
    page.goto(live_server.url + filled_shop.url("imports/"))
    expect(page.get_by_role("table")).to_contain_text("Finished")
    assert_accessible(page)
