"""Smoke."""

from tests.shops import Shop


def test_shop(shop: Shop) -> None:
    assert shop.client("owner").get(shop.url()).status_code == 200
    assert shop.client("fulfilment").get(shop.url("exposure/")).status_code == 403
