"""An order for the tests of showing buyer data."""

import pytest

from orders.models import Order
from tests.factories.orders import one_order
from tests.shops import Shop


@pytest.fixture
def order(shop: Shop) -> Order:
    """Take in one order with a planted buyer."""
    return one_order(shop.id)
