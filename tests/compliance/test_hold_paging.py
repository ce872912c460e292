"""A hold's orders and a rule's items page by page: all of them, each once."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.queries import paging
from tests.compliance.holding import approved, order_of, placed, ruled
from tests.compliance.test_hold_pages import plain
from tests.orders.incoming import incoming, receive, the_order
from tests.shops import Shop
from vault.rows import new_id

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r"114-\d{7}-\d{7}")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page have three rows."""
    monkeypatch.setattr(paging, "ROWS", 3)


def numbers(client: Client, url: str) -> list[str]:
    """Return the order numbers of a page, in its order."""
    table = client.get(url).content.decode().partition("<tbody")[2]
    return list(dict.fromkeys(NUMBER.findall(table.partition("</tbody")[0])))


def walk(client: Client, url: str, rel: str) -> list[list[str]]:
    """Return the pages from one on, by their links."""
    seen, at = [numbers(client, url)], url
    while found := re.search(
        rf'rel="{rel}" href="([^"]+)"', client.get(at).content.decode()
    ):
        at = re.sub(r"\?.*", "", url) + "?" + found[1].partition("?")[2]
        seen.append(numbers(client, at))
        assert len(seen) < 20
    return seen


def last_page(client: Client, url: str) -> str:
    """Return the address of the last page."""
    at = url
    while found := re.search(
        r'rel="next" href="([^"]+)"', client.get(at).content.decode()
    ):
        at = found[1]
    return at


def test_every_order_of_a_hold_is_reached_once_on_and_back(
    certified: Shop, short: None
) -> None:
    asked = [order_of(certified, n) for n in range(1, 9)]
    hold = approved(
        certified, placed(certified, *(the_order(certified, n).id for n in asked))
    )
    client, url = certified.client("owner"), certified.url(f"exposure/holds/{hold.id}/")
    pages = walk(client, url, "next")
    assert pages == [asked[:3], asked[3:6], asked[6:]]
    back = walk(client, last_page(client, url), "prev")
    assert back == [asked[6:], asked[3:6], asked[:3]]
    assert "3 of 8 orders" in plain(client.get(url).content.decode())


def test_every_item_of_a_rule_is_reached_once_the_latest_first(
    certified: Shop, short: None
) -> None:
    rule = ruled(certified)
    arrived = [order_of(certified, n) for n in range(1, 8)]
    client, url = certified.client("owner"), certified.url(f"exposure/rules/{rule.id}/")
    pages = walk(client, url, "next")
    assert [number for page in pages for number in page] == arrived[::-1]
    assert [len(page) for page in pages] == [3, 3, 1]


@pytest.mark.parametrize("tail", ["?after=nonsense", "?before=1", "?after=%00"])
def test_an_address_that_leads_nowhere_shows_the_first_page(
    certified: Shop, short: None, tail: str
) -> None:
    rule = ruled(certified)
    arrived = [order_of(certified, n) for n in range(1, 5)]
    client, url = certified.client("owner"), certified.url(f"exposure/rules/{rule.id}/")
    assert numbers(client, url + tail) == arrived[:0:-1]
    first, last = f"?before={new_id()}", f"?after={'0' * 32}"
    assert numbers(client, url + first) == arrived[:0:-1]
    assert numbers(client, url + last) == arrived[:0:-1]


def test_a_page_costs_the_same_queries_wherever_it_lies(
    certified: Shop, short: None
) -> None:
    ids = [the_order(certified, order_of(certified, n)).id for n in range(1, 8)]
    hold = approved(certified, placed(certified, *ids))
    rule = ruled(certified)
    receive(
        certified,
        *(incoming(marketplace_order_id=f"114-{n:07d}-0000009") for n in range(7)),
    )
    client = certified.client("owner")
    tables = re.compile(r'FROM "compliance_(hold|heldorder|archiveitem|standingrule)"')
    for url, own in (
        (certified.url(f"exposure/holds/{hold.id}/"), 4),
        (certified.url(f"exposure/rules/{rule.id}/"), 3),
    ):
        client.get(url)
        every = []
        for place in (url, last_page(client, url)):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(place).status_code == 200
            asked = [q["sql"] for q in queries if tables.search(q["sql"])]
            assert len(asked) == own, asked
            every.append(len(queries))
        assert every[0] == every[1]
