"""A shop that cannot be emptied now holds up no other that leaves."""

from datetime import datetime

import pytest
from django.db import IntegrityError

from sellers.models import Seller
from sellers.services.emptying import KEPT
from sellers.services.leaving_portal import leave_portal
from sellers.tasks import leave_shops
from tests.compliance.planting import plant
from tests.sellers.test_leaving_portal import ask, rows_left
from tests.shops import Shop, at


@pytest.mark.parametrize("error", [IntegrityError, OSError, LookupError])
def test_it_waits_for_the_next_tick_and_the_other_goes(
    transactional_db: None,
    shop: Shop,
    other_shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
) -> None:
    for each, instant in ((shop, "17:14Z"), (other_shop, "17:15Z")):
        with at(f"2026-11-22T{instant}"):
            plant(each, days_old=3)
            ask(each)

    def refuse(*, seller: Seller, now: datetime) -> bool:
        if seller.id == shop.id:
            raise error
        return leave_portal(seller=seller, now=now)

    with monkeypatch.context() as patch:
        patch.setattr("sellers.tasks.leave_portal", refuse)
        leave_shops()
    assert set(rows_left(other_shop)) <= KEPT
    assert "orders_order" in rows_left(shop)
    leave_shops()
    assert set(rows_left(shop)) <= KEPT
