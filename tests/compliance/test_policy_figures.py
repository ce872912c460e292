"""A shop's own days: what may be set, and that nothing is kept longer than the rule."""

from typing import Any

import pytest

from compliance.models import PolicyChange
from compliance.policies import (
    FigureRefused,
    UnknownMarketplace,
    check_figures,
    policies,
)
from compliance.queries.policies import policies_of
from compliance.services.policies import Figures, NothingChanges
from tests.compliance.changing import change, plan, versions
from tests.shops import Shop


@pytest.mark.parametrize("channel", policies())
@pytest.mark.parametrize(
    ("figures", "refused"),
    [
        (Figures(31, 2, None), ("days", 3, 30)),
        (Figures(365, 2, None), ("days", 3, 30)),
        (Figures(2, 2, None), ("days", 3, 30)),
        (Figures(0, 0, None), ("days", 3, 30)),
        (Figures(30, 1, None), ("margin_days", 2, 29)),
        (Figures(20, 0, None), ("margin_days", 2, 19)),
        (Figures(20, 20, None), ("margin_days", 2, 19)),
        (Figures(20, 2, 2), ("months", 3, None)),
        (Figures(20, 2, 121), ("months", 3, None)),
    ],
)
def test_nothing_longer_than_the_rule_of_any_marketplace(
    channel: str, figures: Figures, refused: tuple[str, int, int | None]
) -> None:
    rule = policies()[channel]
    with pytest.raises(FigureRefused) as error:
        check_figures(
            rule=rule,
            days=figures.days,
            margin_days=figures.margin_days,
            months=figures.months,
        )
    figure, least, most = refused
    most = most or rule.second_clock_months or 120
    found = (error.value.figure, error.value.least, error.value.most)
    assert found == (figure, least, most)


def test_what_is_refused_writes_nothing(shop: Shop) -> None:
    with pytest.raises(FigureRefused):
        change(shop, days=31)
    assert versions(shop) == []


def test_the_second_clock_of_amazon_is_never_longer(shop: Shop) -> None:
    with pytest.raises(FigureRefused) as refused:
        plan(shop, days=30, months=19)
    assert (refused.value.figure, refused.value.most) == ("months", 18)
    change(shop, days=30, months=12)
    change(shop, days=30, months=24, channel="etsy")
    with shop.scope():
        mine = policies_of(seller_id=shop.id)
    months = {channel: policy.second_clock_months for channel, policy in mine.items()}
    assert months == {**dict.fromkeys(policies()), "amazon": 12, "etsy": 24}


def test_the_same_figures_are_no_change_but_confirm_what_is_unverified(
    shop: Shop,
) -> None:
    with pytest.raises(NothingChanges):
        change(shop, days=30)
    change(shop, days=30, channel="ebay")
    with pytest.raises(NothingChanges):
        change(shop, days=30, channel="ebay")
    assert [(v.channel, v.confirmed) for v in versions(shop)] == [("ebay", True)]


def test_an_unknown_marketplace_is_refused(shop: Shop) -> None:
    with pytest.raises(UnknownMarketplace):
        plan(shop, days=20, channel="nowhere")


def test_each_shop_has_its_own_days(shop: Shop, other_shop: Shop) -> None:
    change(shop, days=20)
    with shop.scope():
        assert policies_of(seller_id=shop.id)["amazon"].kept_days == 18
    with other_shop.scope():
        assert policies_of(seller_id=other_shop.id)["amazon"].kept_days == 28


def test_policies_are_one_query_whatever_their_number(
    shop: Shop, django_assert_num_queries: Any
) -> None:
    for days in (25, 20, 15):
        change(shop, days=days)
        change(shop, days=days, channel="etsy")
    with shop.scope(), django_assert_num_queries(1):
        mine = policies_of(seller_id=shop.id)
    versions = {c: p.own.version for c, p in mine.items() if p.own is not None}
    assert versions == {"amazon": 3, "etsy": 3}
    assert (mine["amazon"].days, mine["shopify"].days) == (15, 30)


def test_a_rule_that_a_release_shortens_binds_older_figures(shop: Shop) -> None:
    change(shop, days=25)
    with shop.scope():
        PolicyChange.objects.update(days=90, margin_days=1)
        mine = policies_of(seller_id=shop.id)["amazon"]
    assert (mine.days, mine.margin_days) == (30, 2)
