"""The chart of ages is drawn by what the shop has set, and says so."""

from datetime import timedelta

from compliance.presentation.age_card import AgeCard
from compliance.presentation.exposure_page import exposure_page
from compliance.queries.measures import measures_of
from compliance.services.measuring import measure_exposure
from orders.enums import FulfillmentStatus
from tests.compliance.changing import apply, change
from tests.compliance.planting import plant
from tests.orders.incoming import incoming, receive
from tests.shops import Shop
from vault.clock import clock

RULE = "by the rule of Amazon: 30 days less 2 days margin."


def card(shop: Shop) -> AgeCard:
    """Return the card as the shop's page lays it out now."""
    with shop.scope():
        return exposure_page(seller=shop.seller, now=clock.now()).age


def said(shop: Shop) -> str:
    """Return the exposure page as the owner reads it, blanks made one."""
    page = shop.client("owner").get(shop.url("exposure/")).content.decode()
    return " ".join(page.split())


def test_without_own_figures_the_rule_is_drawn(shop: Shop) -> None:
    plant(shop, days_old=3)
    drawn = card(shop)
    assert (drawn.refused_from, drawn.limit, drawn.policy.others) == (28, 30, 0)
    assert RULE in said(shop)


def test_the_shops_own_days_are_drawn_and_orders_stand_by_their_age(shop: Shop) -> None:
    plant(shop, days_old=3, orders=2)
    plant(shop, days_old=10)
    apply(shop, change(shop, days=20))
    drawn = card(shop)
    assert (drawn.refused_from, drawn.limit) == (18, 30)
    assert [(row.first, row.last, row.orders) for row in drawn.rows] == [
        (0, 6, 2),
        (7, 13, 1),
        (14, 20, 0),
    ]
    page = said(shop)
    assert "as the shop set for Amazon: 20 days less 2 days margin." in page
    assert "Refused from day 18" in page


def test_the_marketplace_with_most_orders_is_drawn_and_others_are_named(
    shop: Shop,
) -> None:
    change(shop, days=20, channel="etsy")
    plant(shop, days_old=27)
    for number in (1, 2):
        told = incoming(
            channel="etsy",
            marketplace_order_id=f"E-{number}",
            purchased_at=clock.now() - timedelta(days=3),
            status=FulfillmentStatus.SHIPPED,
        )
        receive(shop, told)
    drawn = card(shop)
    assert (drawn.policy.name, drawn.refused_from, drawn.limit) == ("Etsy", 18, 30)
    assert [row.orders for row in drawn.rows] == [2, 0, 0, 1]
    page = said(shop)
    assert "as the shop set for Etsy: 20 days less 2 days margin." in page
    assert "1 other marketplace of the shop keeps other days" in page


def test_staff_are_shown_the_same_lines(shop: Shop) -> None:
    plant(shop, days_old=3)
    apply(shop, change(shop, days=20))
    measure_exposure(seller_id=shop.id, now=clock.now())
    with shop.scope():
        measure = measures_of(seller_ids=[shop.id], now=clock.now())[shop.id]
    assert measure.policy == card(shop).policy
