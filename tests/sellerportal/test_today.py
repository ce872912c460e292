"""Today: each figure leads to a list with exactly these orders."""

from zoneinfo import ZoneInfo

import pytest

from compliance.queries.exposure import Exposure, exposure_of
from compliance.services.sweep import sweep
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.queries.due import must_ship, shop_day_end
from sellers.models import Seller
from tests.compliance.planting import forget_day, plant
from tests.compliance.test_exposure import TODAY
from tests.factories.orders import incoming, take_in
from tests.sellerportal.today_pages import card, due, figures, listed, page
from tests.shops import Shop, at
from vault.clock import clock

SHIP, LATE = "Must ship today", "Late"
TONIGHT, NEEDS = "Buyer data leaves tonight", "Needs you"


def measured(shop: Shop) -> Exposure:
    """Return what the exposure page counts."""
    with shop.scope():
        return exposure_of(seller_id=shop.id, now=clock.now())


def test_each_figure_counts_what_its_link_lists(shop: Shop) -> None:
    late = [due(shop, ship_in=-16), due(shop, ship_in=-2)]
    today = [due(shop, ship_in=n) for n in (1, 3, 6)]
    due(shop, ship_in=7)
    due(shop)
    plant(shop, days_old=27, orders=4)
    html = page(shop)
    found = figures(html)
    assert {label: n for label, (n, _url) in found.items()} == {
        SHIP: 3,
        LATE: 2,
        TONIGHT: 4,
        NEEDS: 2,
    }
    for label, orders in ((SHIP, today), (LATE, late)):
        numbers = {order.marketplace_order_id for order in orders}
        assert set(listed(shop, found[label][1])) == numbers
    assert len(listed(shop, found[TONIGHT][1])) == 4
    assert found[TONIGHT][0] == measured(shop).due_tonight
    assert found[NEEDS][1] == "#needs-you"
    assert 'id="needs-you"' in html
    # Each stands there once in words and once as the name of its button.
    assert card(html, "needs").count("2 orders are late") == 2


def test_late_orders_stand_first_then_by_time(shop: Shop) -> None:
    orders = [due(shop, ship_in=n) for n in (2, -16, 5, -1, 1, 6, 3)]
    due(shop, ship_in=30)
    wanted = [orders[n].marketplace_order_id for n in (1, 3, 4, 0, 6)]
    words = card(page(shop), "must-ship")
    places = [words.index(number) for number in wanted]
    assert places == sorted(places)
    assert "Late 16 h" in words
    assert "All 7" in words
    assert "2 more today. 1 other waits for a later day." in words


def test_what_waits_for_a_later_day_alone_is_no_other(shop: Shop) -> None:
    due(shop, ship_in=60)
    words = card(page(shop), "must-ship")
    assert "Nothing must ship today. 1 order waits for a later day." in words


def test_the_day_is_the_day_of_the_shop(shop: Shop) -> None:
    """17:14 UTC is 09:14 in Los Angeles, where the day ends 14:46 hours later."""
    Seller.objects.filter(id=shop.id).update(time_zone="America/Los_Angeles")
    inside, outside = due(shop, ship_in=14), due(shop, ship_in=15)
    html = page(shop)
    found = figures(html)
    assert listed(shop, found[SHIP][1]) == [inside.marketplace_order_id]
    assert outside.marketplace_order_id not in html
    assert "by 23:14, 2 units" in html
    assert "at 16:00, midnight UTC" in html
    assert "Sunday 22 November 2026, 09:14 in Los Angeles time." in html


@pytest.mark.parametrize(
    ("instant", "end"),
    [
        ("2026-03-28T22:30Z", "2026-03-28T23:00:00+00:00"),
        # The day on which clocks go forward has 23 hours.
        ("2026-03-28T23:30Z", "2026-03-29T22:00:00+00:00"),
        # The day on which they go back has 25.
        ("2026-10-24T22:30Z", "2026-10-25T23:00:00+00:00"),
    ],
)
def test_a_day_ends_at_the_shops_midnight(instant: str, end: str) -> None:
    with at(instant):
        found = shop_day_end(now=clock.now(), zone=ZoneInfo("Europe/Berlin"))
    assert found.astimezone(ZoneInfo("UTC")).isoformat() == end


def test_what_is_shipped_or_amazons_is_never_due(shop: Shop) -> None:
    past = clock.now()
    take_in(
        shop.id,
        incoming(ship_by=past, status=FulfillmentStatus.SHIPPED),
        incoming(ship_by=past, status=FulfillmentStatus.CANCELLED),
        incoming(ship_by=past, fulfilled_by=FulfilledBy.AMAZON),
    )
    with shop.scope():
        found = must_ship(seller_id=shop.id, now=past, zone=ZoneInfo("UTC"))
    assert (found.due, found.later) == (0, 0)
    assert "Nothing must ship today." in card(page(shop), "must-ship")


def test_leaving_tonight_says_which_are_not_shipped(shop: Shop) -> None:
    plant(shop, days_old=27, orders=3)
    plant(shop, days_old=59, status=FulfillmentStatus.UNSHIPPED, unshipped_days_ago=27)
    found = measured(shop)
    words = card(page(shop), "tonight")
    assert f"Buyer data of {found.due_tonight} orders is purged at midnight" in words
    assert found.due_tonight >= 3
    assert "3 need nothing" in words


def test_lost_buyers_leave_no_more_and_both_pages_say_so(shop: Shop) -> None:
    plant(shop, days_old=27, orders=3)
    forget_day(TODAY.replace(day=TODAY.day + 1))
    found = figures(page(shop))
    assert (found[TONIGHT][0], measured(shop).due_tonight) == (0, 0)
    assert listed(shop, found[TONIGHT][1]) == []
    sweep(seller_ids=[], now=clock.now(), clock_is_right=True)
    with at("2026-11-22T17:20Z"):
        plant(shop, days_old=27, orders=2)
        found = figures(page(shop))
        assert (found[TONIGHT][0], measured(shop).due_tonight) == (2, 2)
        assert len(listed(shop, found[TONIGHT][1])) == 2


def test_past_the_limit_is_the_same_everywhere(shop: Shop) -> None:
    plant(shop, days_old=27, orders=2)
    plant(shop, days_old=20, orders=3)
    sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
    # More than a week later: keys wait for a second clock.
    with at("2026-11-30T09:00Z"):
        html = page(shop)
        assert "2 orders past the limit" in card(html, "needs")
        assert measured(shop).past_limit == 2
        assert '<span class="n n-bad">2</span>' in html
        assert len(listed(shop, shop.url("orders/?view=past-limit"))) == 2
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        html = page(shop)
        assert "past the limit" not in html
        assert "n-bad" not in html
        assert listed(shop, shop.url("orders/?view=past-limit")) == []


def test_an_empty_shop_leads_to_its_first_import(shop: Shop) -> None:
    html = page(shop)
    assert "No orders yet" in html
    assert "Import orders" in html
    assert figures(html) == {}
    assert "Start list" in html
    assert "Import orders" not in page(shop, "support")


@pytest.mark.parametrize("role", ["inventory", "auditor", "support", "fulfilment"])
def test_every_role_has_its_today(shop: Shop, role: str) -> None:
    due(shop, ship_in=1)
    html = page(shop, role)
    assert figures(html)[SHIP][0] == 1
    assert ("People" in card(html, "needs")) is False


def test_a_view_that_is_no_tab_stands_beside_the_tabs_while_it_is_shown(
    shop: Shop,
) -> None:
    due(shop, ship_in=-1)
    client = shop.client("owner")
    late = client.get(shop.url("orders/?view=late")).content.decode()
    assert 'aria-current="page">Late <span class="n">1</span>' in late
    assert ">Late <" not in client.get(shop.url()).content.decode()
