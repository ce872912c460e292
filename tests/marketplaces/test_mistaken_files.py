"""A file uploaded under the wrong heading: the page names the right one."""

import pytest

from marketplaces.enums import RunState
from marketplaces.services import contents
from marketplaces.services.sample import sample_events, sample_report
from tests.marketplaces.event_files import EVENTS, HEAD
from tests.marketplaces.uploads import page, report, uploaded
from tests.orders.detail_pages import words
from tests.shops import Shop
from vault.clock import clock

IS_EVENTS = (
    "This looks like a file of carrier events: upload it again and choose Carrier "
    "events."
)
IS_ORDERS = "This looks like an Amazon order report: upload it again and choose Orders."
A_TIME = "2026-11-22 10:00"


def refusal(shop: Shop, data: bytes, **form: str) -> str:
    """Upload a file that is refused; return what its page says."""
    run = uploaded(shop, data, **form)
    assert run.state == RunState.REFUSED
    said = words(page(shop, run).content.decode())
    assert run.says in said
    return run.says


def tabs(text: str) -> bytes:
    """Return a table of commas with tabs, as a carrier may write it."""
    return text.replace(",", "\t").encode()


EVENT_FILE = f"{HEAD}\r\n1Z000001P1,Delivered,{A_TIME}\r\n"


@pytest.mark.parametrize(
    "data",
    [
        EVENT_FILE.encode(),
        f"\ufeffsep=;\r\n{EVENT_FILE}".replace(",", ";").encode(),
        tabs(EVENT_FILE),
        f"\r\n{EVENT_FILE}".encode("utf-16"),
    ],
    ids=["commas", "semicolons", "tabs", "utf-16"],
)
def test_carrier_events_among_orders_are_named(shop: Shop, data: bytes) -> None:
    assert refusal(shop, data) == IS_EVENTS


def test_the_portals_own_samples_are_told_apart(shop: Shop) -> None:
    now = clock.now()
    events = sample_events(numbers=["1Z000001P1"], now=now)
    assert refusal(shop, events) == IS_EVENTS
    assert refusal(shop, sample_report(now=now), **EVENTS) == IS_ORDERS


def test_an_order_report_among_events_is_named(shop: Shop) -> None:
    data = report()
    assert refusal(shop, data, **EVENTS) == IS_ORDERS
    assert uploaded(shop, data).state == RunState.CHECKED


@pytest.mark.parametrize(
    ("data", "form", "sentence"),
    [
        (b"a,b,c\r\n1,2,3\r\n", {}, "separated by commas instead of tabs"),
        (b"a,b,c\r\n1,2,3\r\n", EVENTS, "The header names no column with a tracking"),
        (report().replace(b"\t", b","), {}, "separated by commas instead of tabs"),
        (f"{HEAD}\r\n".encode(), EVENTS, "The file holds a header and no events"),
    ],
)
def test_what_is_of_neither_kind_keeps_its_own_sentence(
    shop: Shop, data: bytes, form: dict[str, str], sentence: str
) -> None:
    assert sentence in refusal(shop, data, **form)


def test_the_names_are_those_of_the_upload_page(shop: Shop) -> None:
    form = shop.client("owner").get(shop.url("imports/new/")).content.decode()
    assert "Carrier events: tracking number, event, time" in form
    assert "Orders, as Amazon reports them" in form
    assert uploaded(shop, EVENT_FILE.encode(), **EVENTS).state == RunState.CHECKED


def test_control_without_the_look_it_speaks_of_commas(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "taken_for_another", lambda **_file: None)
    assert "commas instead of tabs" in refusal(shop, EVENT_FILE.encode())
