"""The page "Buyer data": each total is the sum of its parts, for who may see it."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.models import SweepRun
from compliance.presentation.exposure_page import Page, exposure_page
from compliance.services.sweep import sweep
from orders.enums import FulfillmentStatus
from orders.queries.listing import ListView, orders_in_view
from tests.compliance.planting import forget_day, plant
from tests.compliance.test_exposure import TODAY
from tests.compliance.test_looks import show
from tests.shops import Shop, at
from vault.clock import clock
from vault.kinds import Purpose

#: What the page itself may ask, beyond session, person, shop and rights.
QUERIES = 23
#: More than a week after the last sweep: keys wait for a second clock, requests too.
LATER = "2026-12-02T09:00Z"


def laid_out(shop: Shop) -> Page:
    """Lay the page of a shop out at the clock's instant."""
    with shop.scope():
        return exposure_page(seller=shop.seller, now=clock.now())


def a_shop_with_everything(shop: Shop) -> None:
    """Plant readable, kept, leaving, lost, refused, past and purged orders."""
    plant(shop, days_old=27, orders=2)
    with at("2026-11-23T00:05Z"):
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        plant(shop, days_old=27, orders=4)
        plant(shop, days_old=20, orders=5)
    with at(LATER):
        for days in range(1, 27, 3):
            plant(shop, days_old=days, orders=days % 5 + 1)
        plant(shop, days_old=6, orders=3, status=FulfillmentStatus.UNSHIPPED)
        plant(shop, days_old=25, orders=1, status=FulfillmentStatus.UNSHIPPED)
        plant(shop, days_old=2, orders=2, cancelled=True)
        plant(shop, days_old=3, orders=7)
        forget_day(TODAY + timedelta(days=10 + 28 - 3))
        show(shop, "support", Purpose.ANSWER, "2026-12-02 08:00", "2026-11-20 08:00")


def test_every_total_is_the_sum_of_its_parts(shop: Shop) -> None:
    a_shop_with_everything(shop)
    with at(LATER):
        page = laid_out(shop)
    x, age, leaving = page.exposure, page.age, page.leaving
    assert (x.lost, x.refused_key_exists, x.past_limit) == (7, 9, 4)
    assert x.purged_30_days == 2
    assert x.readable == age.kept + age.counted
    assert age.counted == sum(row.orders for row in age.rows)
    assert x.kept_until_shipped == age.kept == 4
    assert x.due_7_days == age.leaving + age.kept_leaving
    assert (age.refused, age.past) == (x.refused_key_exists, x.past_limit)
    assert x.readable == leaving.orders + leaving.later
    assert leaving.orders == sum(week.orders for week in leaving.weeks)
    assert leaving.weeks[0].orders == x.due_7_days
    assert leaving.days[0][1] == x.due_tonight == 2
    assert leaving.weeks[-1].left == leaving.later == 0
    assert max(row.orders for row in page.stored) == x.readable
    assert {row.orders >= row.leaving for row in page.stored} == {True}
    assert max(row.leaving for row in page.stored) == x.due_7_days
    assert page.looks.times == sum(row.looks.times for row in page.look_rows) == 2
    purged = sum(row.orders for row in page.purges if row.label)
    refused = sum(row.orders for row in page.purges if row.refused)
    assert (purged, refused) == (x.purged_30_days, x.refused_key_exists)


def test_bars_of_the_charts_are_as_many_as_there_are_numbers(shop: Shop) -> None:
    a_shop_with_everything(shop)
    with at(LATER):
        page = laid_out(shop)
    kinds = [bar.kind for bar in page.age.drawing.chart.bars]
    assert (kinds.count("past"), kinds.count("refused")) == (1, 1)
    assert len(page.leaving.drawing.bars) == sum(1 for _d, n in page.leaving.days if n)


def test_the_figure_leads_to_a_list_with_as_many_orders(shop: Shop) -> None:
    plant(shop, days_old=24, orders=3)
    plant(shop, days_old=2, orders=4)
    body = shop.client("owner").get(shop.url("exposure/")).content.decode()
    found = re.search(r'<a href="([^"]*view=leaving)">(\d+)</a>', body)
    assert found is not None
    assert found.groups() == (f"{shop.url('orders/')}?view=leaving", "3")
    with shop.scope():
        listed = orders_in_view(
            seller_id=shop.id,
            view=ListView.LEAVING,
            now=clock.now(),
            zone=ZoneInfo("UTC"),
        )
        assert listed.count() == 3


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("owner", 200),
        ("manager", 200),
        ("auditor", 200),
        ("fulfilment", 403),
        ("inventory", 403),
        ("support", 403),
    ],
)
def test_who_may_see_the_page(shop: Shop, role: str, status: int) -> None:
    answer = shop.client(role).get(shop.url("exposure/"))
    assert answer.status_code == status


def test_the_page_of_another_shop_does_not_exist(shop: Shop, other_shop: Shop) -> None:
    answer = shop.client("owner").get(other_shop.url("exposure/"))
    assert answer.status_code == 404


def test_it_only_answers_get(shop: Shop) -> None:
    assert shop.client("owner").post(shop.url("exposure/")).status_code == 405


def test_a_page_with_everything(shop: Shop) -> None:
    a_shop_with_everything(shop)
    with at(LATER):
        body = shop.client("auditor").get(shop.url("exposure/")).content.decode()
    assert "4 orders are past the 30-day limit" in body
    assert "Nobody can open them; they have been refused since 24 Nov." in body
    assert "The buyers of 7 orders are lost" in body
    assert "P-0001" in body
    assert "Support Exampleton" in body
    assert "Answer the buyer, 2" in body
    assert "Shown 2 times" in body
    assert "to 1 person in 30 days" in body
    assert "refused since 00:00" in body
    assert "A keystore on the same disk as the database is not a key service." in body


def test_an_empty_shop_is_green_and_calm(shop: Shop) -> None:
    body = shop.client("owner").get(shop.url("exposure/")).content.decode()
    assert "verdict verdict-ok" in body
    assert "No buyer data yet" in body
    assert '<svg class="chart' not in body


def test_the_head_says_when_it_was_measured_and_swept(shop: Shop) -> None:
    SweepRun.objects.create(
        started_at=clock.now() - timedelta(minutes=5),
        ended_at=clock.now() - timedelta(minutes=4),
    )
    text = words(shop.client("owner").get(shop.url("exposure/")).content.decode())
    assert (
        "Harbor & Pine. Measured today, 22 Nov 2026, 17:14 UTC. "
        "The sweep runs every 5 minutes, last 17:10." in text
    )


def test_no_buyer_is_on_the_page(shop: Shop) -> None:
    a_shop_with_everything(shop)
    with at(LATER):
        body = shop.client("owner").get(shop.url("exposure/")).content.decode()
    for planted in ("Testa", "marketplace.example", "Sample Street", "555 0100"):
        assert planted not in body


def test_nothing_inline_and_no_empty_figure(shop: Shop) -> None:
    a_shop_with_everything(shop)
    with at(LATER):
        body = shop.client("owner").get(shop.url("exposure/")).content.decode()
    assert re.findall(r'\sstyle=|\son[a-z]+="|="None"|="nan"', body) == []
    assert re.findall(r'<dd class="num[^"]*">\s*</dd>', body) == []


def test_the_page_asks_little_however_many_orders(shop: Shop) -> None:
    a_shop_with_everything(shop)
    with at(LATER), shop.scope():
        with CaptureQueriesContext(connection) as few:
            exposure_page(seller=shop.seller, now=clock.now())
        plant(shop, days_old=4, orders=120)
        with CaptureQueriesContext(connection) as many:
            exposure_page(seller=shop.seller, now=clock.now())
    assert len(few) == len(many) == QUERIES


class _Words(HTMLParser):
    """Collects the text between tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def words(body: str) -> str:
    """Return a page's text with single blanks."""
    parser = _Words()
    parser.feed(body)
    return " ".join(" ".join(parser.found).split())
