"""The policies as read from their file, and what is refused of them."""

from dataclasses import replace

import pytest

from compliance.policies import (
    PolicyUnusable,
    RetentionPolicy,
    UnknownMarketplace,
    policies,
    policy_for,
)


def test_amazons_numbers() -> None:
    amazon = policy_for("amazon")
    assert amazon.name == "Amazon"
    assert (amazon.days, amazon.margin_days, amazon.ceiling_days) == (30, 2, 60)
    assert amazon.kept_days == 28
    assert amazon.second_clock_months == 18
    assert amazon.days_set_by == "marketplace"
    assert amazon.verified is True


def test_only_a_number_of_the_marketplace_itself_is_verified() -> None:
    """Shopify's and eBay's pages were read, but name no number of days."""
    verified = [policy.id for policy in policies().values() if policy.verified]
    assert verified == ["amazon"]


@pytest.mark.parametrize("channel", ["shopify", "ebay", "etsy", "walmart", "generic"])
def test_an_unverified_policy_uses_the_products_days(channel: str) -> None:
    policy = policy_for(channel)
    assert (policy.days, policy.margin_days, policy.ceiling_days) == (30, 2, 60)
    assert policy.days_set_by == "product"
    assert policy.second_clock_months is None


def test_every_policy_is_found_by_its_own_id() -> None:
    assert {policy_for(channel).id for channel in policies()} == set(policies())
    assert len(policies()) == 8


def test_every_policy_leaves_the_place_of_tax_plain_and_nothing_else() -> None:
    for policy in policies().values():
        assert policy.fields_plain == ("country", "state or region")


def test_amazon_names_the_fields_and_columns_that_hold_a_buyer() -> None:
    amazon = policy_for("amazon")
    assert "recipient.deliveryAddress.phone" in amazon.fields_named
    assert "recipient.deliveryAddress.city" in amazon.fields_added
    assert "ship-postal-code" in amazon.report_columns
    assert set(amazon.fields_named).isdisjoint(amazon.fields_added)


def test_every_policy_names_its_source() -> None:
    assert all(policy.sources for policy in policies().values())


@pytest.mark.parametrize("channel", ["", "Amazon", "amazon ", "jo@post.example"])
def test_an_unknown_marketplace_is_refused_without_repeating_it(channel: str) -> None:
    with pytest.raises(UnknownMarketplace) as refused:
        policy_for(channel)
    expected = f"No retention policy for this marketplace. Use {', '.join(policies())}."
    assert str(refused.value) == expected


@pytest.mark.parametrize(
    ("days", "margin", "ceiling"),
    [(30, 30, 60), (30, 31, 60), (30, -1, 60), (0, 0, 60), (30, 2, 0)],
)
def test_numbers_that_cannot_yield_a_day_are_refused(
    days: int, margin: int, ceiling: int
) -> None:
    amazon = policy_for("amazon")
    with pytest.raises(PolicyUnusable):
        replace(amazon, days=days, margin_days=margin, ceiling_days=ceiling)


def test_the_smallest_policy_that_is_possible() -> None:
    policy = RetentionPolicy(
        id="own",
        name="Own shop",
        days=1,
        margin_days=0,
        ceiling_days=None,
        verified=False,
    )
    assert policy.kept_days == 1
