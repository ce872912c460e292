"""Two shops with buyers due on three days, and a server of its own for rough play."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from sellers.services.onboarding import create_shop
from tests.faults.house import House, house, living_in
from tests.faults.world import World
from tests.shops import Shop
from vault.days import open_days

#: The clock stands on 22 November 2026, so these lie ahead.
FIRST, SECOND, LAST = date(2026, 11, 24), date(2026, 11, 25), date(2026, 12, 12)


def bare_shop(name: str, *, now: datetime) -> Shop:
    """Return a shop with nobody in it: faults need orders, not people."""
    seller, _ = create_shop(
        name=name, owner_email="owner@shop.example", now=now, time_zone="UTC"
    )
    return Shop(seller=seller, people={})


def fill_world(*, now: datetime) -> World:
    """Return two shops: 12 and 5 buyers on the first day, some on two later ones."""
    open_days(today=now.date())
    made = World()
    for name, sizes in (("Harbor & Pine", (12, 4, 6)), ("Fern & Stone", (5, 0, 3))):
        shop = bare_shop(name, now=now)
        made.shops.append(shop)
        for day, orders in zip((FIRST, SECOND, LAST), sizes, strict=True):
            made.plant(shop, day=day, orders=orders)
    return made


@pytest.fixture
def world(transactional_db: None, now: datetime) -> World:
    """Return such a world, in this worker's database."""
    return fill_world(now=now)


@pytest.fixture(scope="module")
def own_house(restricted_role: None) -> Iterator[House]:
    """Return a durable server for the tests of one file."""
    with house() as made:
        yield made


@pytest.fixture
def home(own_house: House, django_db_blocker: Any) -> Iterator[House]:
    """Return that server with a fresh portal database, which this process uses."""
    with django_db_blocker.unblock(), living_in(own_house):
        yield own_house
