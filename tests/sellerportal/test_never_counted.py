"""The test buyer is never counted: every page, command and sheet, with and without."""

import io
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from compliance.models import PurgeRecord
from compliance.queries import buyer_rows, due
from compliance.services.sweep import sweep
from orders.enums import FulfillmentStatus
from orders.models import Order, Recipient
from orders.queries import listing
from orders.queries.listing import ListView
from orders.services.keeping_test_buyer import keep_test_buyer
from sellers.access import Audience
from tests.compliance.planting import plant
from tests.matrix.walk import pages
from tests.shops import Shop, at
from tests.staffing import MakeStaff, Staff
from vault.clock import clock

pytestmark = pytest.mark.django_db(databases=["default", "owner", "staff"])

#: What differs between two visits of a page in any case.
NOISE = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|Log: .*? waiting|'
    r'<section class="card[^"]*" id="test-buyer".*?</section>',
    re.DOTALL,
)
#: The day on which every key of the shop is due, and none destroyed.
DUE = "2027-01-20T09:00Z"
Counts = dict[str, str]


@pytest.fixture
def staff(make_staff: MakeStaff) -> Staff:
    """Return somebody of staff."""
    return make_staff()


@pytest.fixture
def stocked(staff: Staff, shop: Shop) -> Shop:
    """Return a shop with orders of every kind."""
    plant(shop, days_old=2, orders=3)
    plant(shop, days_old=5, orders=2, status=FulfillmentStatus.UNSHIPPED)
    plant(shop, days_old=23, orders=2)
    plant(shop, days_old=27, orders=1)
    return shop


def invent(shop: Shop) -> None:
    """Give the shop its test buyer, in the way of as many counts as can be."""
    assert keep_test_buyer(seller_id=shop.id, now=clock.now())
    with shop.scope():
        Order.objects.filter(test_buyer=True).update(
            status=FulfillmentStatus.UNSHIPPED, ship_by=clock.now()
        )


def counts(shop: Shop, staff: Staff) -> Counts:
    """Return what every page, command and sheet says of the shop."""
    found = {f"page {url}": text for url, text in visited(shop)}
    found |= {f"staff {url}": text for url, text in seen_by_staff(shop, staff)}
    for line in ("exposure --json", "purge --dry-run", "purge --dry-run --json"):
        out = io.StringIO()
        call_command(*line.split(), stdout=out)
        found[line] = out.getvalue()
    return found


def visited(shop: Shop) -> list[tuple[str, str]]:
    """Return every page of the shop that names no object, and every list of orders."""
    client = shop.client("owner")
    urls = [
        reverse(page.name, args=[shop.seller.slug])
        for page in pages()
        if page.in_shop
        and not page.objects
        and page.access is not None
        and page.access.audience is Audience.MEMBERS
        and "GET" in page.access.methods
    ]
    urls += [shop.url(f"orders/?view={view}") for view in ListView]
    urls += [shop.url("orders/?q=MUG"), shop.url("orders/?q=111-")]
    return [(url, without_its_row(shop, read(client, url))) for url in urls]


def seen_by_staff(shop: Shop, staff: Staff) -> list[tuple[str, str]]:
    """Return the board, its sheet and the view of the shop after a sweep."""
    sweep(seller_ids=[shop.id], now=clock.now())
    tails = ("", "exposure.csv", f"shops/{shop.seller.slug}/")
    client = staff.client()
    return [(tail, read(client, f"/staff/{tail}")) for tail in tails]


def read(client: Client, url: str) -> str:
    """Return a page without what differs each time."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return " ".join(NOISE.sub("", answer.getvalue().decode()).split())


def without_its_row(shop: Shop, html: str) -> str:
    """Take the row of the test buyer's order out, where it may stand."""
    with shop.scope():
        number = Order.objects.filter(test_buyer=True).values_list(
            "marketplace_order_id", flat=True
        )
        named = number.first()
    if named is None:
        return html
    rows = re.findall(r"\s*<tr.*?</tr>", html, re.DOTALL)
    return "".join(html.replace(row, "") for row in rows if named in row) or html


def differing(shop: Shop, staff: Staff) -> set[str]:
    """Return what says something else once there is a test buyer."""
    # The first look at a page is a step of the start list: it changes another page.
    counts(shop, staff)
    before = counts(shop, staff)
    invent(shop)
    after = counts(shop, staff)
    return {place for place, said in before.items() if after[place] != said}


def test_nothing_counts_it(stocked: Shop, staff: Staff) -> None:
    assert differing(stocked, staff) == set()


def test_nothing_counts_it_when_its_day_is_over(stocked: Shop, staff: Staff) -> None:
    invent(stocked)
    with at(DUE):
        # Staff's view sweeps, so it is left out: there the buyers must go.
        visited(stocked)
        before = dict(visited(stocked))
        with stocked.scope():
            Order.objects.filter(test_buyer=True).delete()
        assert before == dict(visited(stocked))


def test_it_stands_in_the_list_of_all_and_the_sums_agree(stocked: Shop) -> None:
    invent(stocked)
    html = stocked.client("owner").get(stocked.url("orders/")).content.decode()
    with stocked.scope():
        number = Order.objects.get(test_buyer=True).marketplace_order_id
    assert number in html
    assert html.count("<tr") == 1 + 9
    assert "8 of 8 orders" in html


def test_the_pages_of_the_list_add_up_to_its_count(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    invent(stocked)
    monkeypatch.setattr("orders.queries.paging.ROWS", 2)
    client, url, shown, orders = stocked.client("owner"), "orders/", 0, set[str]()
    while url:
        html = client.get(stocked.url(url)).content.decode()
        (part, whole), *_ = re.findall(r"([\d,]+) of ([\d,]+) orders", html)
        shown += int(part)
        orders |= set(re.findall(r"\d{3}-\d{7}-\d{7}", html))
        older = re.findall(r'href="[^"]*orders/(\?after=[^"]*)"', html)
        url = f"orders/{older[0]}" if older else ""
    assert (shown, int(whole), len(orders)) == (8, 8, 9)


def _count_all(**given: object) -> object:
    return given["orders"]


CONTROLS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], set[str]]] = {
    "the list": (
        lambda patch: patch.setattr(listing, "real_orders", _count_all),
        {"orders/"},
    ),
    "what is due": (
        lambda patch: patch.setattr("orders.queries.due.real_orders", _count_all),
        {"view=late"},
    ),
    "exposure": (
        lambda patch: patch.setattr(buyer_rows, "counted_in_sql", lambda **_: ""),
        {"exposure/", "exposure --json", "staff exposure.csv"},
    ),
}


@pytest.mark.parametrize("place", CONTROLS)
def test_a_count_that_forgets_it_is_found(
    stocked: Shop, staff: Staff, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    forget, expected = CONTROLS[place]
    forget(monkeypatch)
    found = differing(stocked, staff)
    assert [w for w in expected if not any(w in name for name in found)] == []


def test_a_purge_record_that_forgets_it_is_found(
    stocked: Shop, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "counted_in_sql", lambda **_: "")
    invent(stocked)
    with at(DUE):
        sweep(seller_ids=[stocked.id], now=clock.now(), clock_is_right=True)
    with stocked.scope():
        assert Recipient.objects.count() == 0
        named = sum(r.orders for r in PurgeRecord.objects.all())
    assert named == 9


def test_purge_records_name_the_real_ones_alone(stocked: Shop) -> None:
    invent(stocked)
    with at(DUE):
        sweep(seller_ids=[stocked.id], now=clock.now(), clock_is_right=True)
    with stocked.scope():
        assert Recipient.objects.count() == 0
        assert sum(r.orders for r in PurgeRecord.objects.all()) == 8
