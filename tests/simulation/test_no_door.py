"""Nobody is at home for three days, and no value past its day comes out of any door."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import router
from django.urls import reverse

from compliance import middleware
from compliance.services.starting import prepare
from orders.models import Order
from sellerportal.staff.lists import site
from tests.faults.children import ended, start_child
from tests.faults.conftest import FIRST, bare_shop
from tests.faults.world import World
from tests.orders.showing import show
from tests.shops import MakeShop, Shop
from tests.simulation import doors
from tests.simulation.days import stand_at
from tests.simulation.doors import Door
from tests.staffing import MakeStaff
from vault import opening
from vault.clock import Clock, clock
from vault.keys import data_keys
from vault.refusals import KeyDestroyed, PastItsDay
from vault.sealed import MASK

OPENING_DOORS = {
    "attribute": doors.by_attribute,
    "values()": doors.by_values,
    "Cast": doors.by_cast,
    "raw SQL": doors.by_sql,
}
#: What stands plainly beside the buyer: a door that shows it was looked through.
PLAIN = "Plain"
#: Three days on which neither web nor worker nor beat lives.
THREE_DAYS = [FIRST + timedelta(days=n) for n in range(3)]


def with_one_buyer(shop: Shop) -> Shop:
    """Give a shop one buyer, whose day comes, and something plain beside it."""
    World().plant(shop, day=FIRST, orders=1)
    with shop.scope():
        Order.objects.update(first_title=PLAIN)
    return shop


@pytest.fixture
def quiet(transactional_db: None, now: datetime) -> Shop:
    """Return a shop with one buyer and with nobody in it."""
    prepare(now=now)
    return with_one_buyer(bare_shop("Plain & Pine", now=now))


def leaks(shown: str) -> set[str]:
    """Return what of the buyer stands in a text."""
    planted = ("Testa Exampleton 0", "+1 555 000000")
    assert shown
    return {text for text in planted if text in shown or text.encode().hex() in shown}


def last_second() -> None:
    """Let the clock stand at the last second before the day."""
    clock.move(f"{FIRST - timedelta(days=1)}T23:59:59Z")


@contextmanager
def without_the_date_check(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let opening alone believe that the day has not come."""
    with monkeypatch.context() as patched:
        standing = Clock(mode="test", setting=f"{FIRST - timedelta(days=1)}T12:00Z")
        patched.setattr(opening, "clock", standing)
        yield


@pytest.mark.parametrize("door", OPENING_DOORS.values(), ids=OPENING_DOORS)
def test_no_value_past_its_day_comes_out(
    quiet: Shop, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    last_second()
    assert "Testa Exampleton 0" in leaks(door(quiet))
    for day in THREE_DAYS:
        for hour, minute in ((0, 0), (12, 0), (23, 59)):
            stand_at(day, hour=hour, minute=minute)
            shown = door(quiet)
            assert leaks(shown) == set()
            assert PastItsDay.__name__ in shown
    with without_the_date_check(monkeypatch):
        assert "Testa Exampleton 0" in leaks(door(quiet))
    prepare(now=clock.now(), clock_is_right=True)
    with quiet.scope():
        assert Order.objects.count() == 1


def test_dumpdata(quiet: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds nothing to dump; made to look, it shows what is plain and a mask."""
    for instant in (last_second, lambda: stand_at(FIRST, hour=0)):
        instant()
        for alias in ("default", "owner"):
            assert doors.by_dumpdata(quiet, alias=alias) == "[]"
    with monkeypatch.context() as patched:
        patched.setattr(router, "allow_migrate_model", lambda *_: True)
        for instant in (last_second, lambda: stand_at(FIRST, hour=0)):
            instant()
            shown = doors.by_dumpdata(quiet, alias="default")
            assert PLAIN in shown
            assert MASK in shown
            assert leaks(shown) == set()


def test_a_restored_dump(quiet: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Restored before its day it opens, after it not; and never with the key dead."""
    last_second()
    with doors.restored():
        for door in map(doors.in_the_copy, OPENING_DOORS.values()):
            last_second()
            assert "Testa Exampleton 0" in leaks(door(quiet))
            stand_at(THREE_DAYS[-1], hour=0)
            shown = door(quiet)
            assert (leaks(shown), PastItsDay.__name__ in shown) == (set(), True)
            with without_the_date_check(monkeypatch):
                assert "Testa Exampleton 0" in leaks(door(quiet))
        prepare(now=clock.now(), clock_is_right=True)
        with without_the_date_check(monkeypatch):
            for door in map(doors.in_the_copy, OPENING_DOORS.values()):
                shown = door(quiet)
                assert (leaks(shown), KeyDestroyed.__name__ in shown) == (set(), True)


def test_the_pages_of_staff(
    quiet: Shop, make_staff: MakeStaff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each list of the admin, and each page of a row, while no sweep helps."""
    monkeypatch.setattr(middleware, "sweep_keys_if_due", lambda **_: None)
    for instant in (last_second, lambda: stand_at(THREE_DAYS[-1], hour=12)):
        instant()
        client, seen = make_staff().client(), ""
        for model in site.registered():
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            seen += client.get(reverse(f"{name}_changelist")).content.decode()
        page = reverse("admin:sellers_seller_change", args=[quiet.id])
        seen += client.get(page).content.decode()
        assert "Plain &amp; Pine" in seen
        assert leaks(seen) == set()


def asked(shop: Shop) -> str:
    """Ask the shop's page to show the name and address of its one order."""
    with shop.scope():
        order = Order.objects.get()
    return str(show(shop, order).content.decode())


def test_the_page_that_shows_a_buyer(
    transactional_db: None, make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "sweep_keys_if_due", lambda **_: None)
    shop = with_one_buyer(make_shop("Plain & Pine"))
    last_second()
    assert leaks(asked(shop)) == {"Testa Exampleton 0"}
    for day in THREE_DAYS:
        stand_at(day, hour=0)
        assert leaks(asked(shop)) == set()


def test_a_forked_worker_with_a_warm_cache(quiet: Shop) -> None:
    """Forked before midnight with key and row in memory; after it, it is refused."""
    last_second()
    read, write = os.pipe()

    def work() -> None:
        before = doors.by_attribute(quiet)
        assert len(data_keys()._known) == 1
        told = {"before": before}
        for day in THREE_DAYS:
            stand_at(day, hour=0)
            told[str(day)] = doors.by_attribute(quiet)
        told["warm"] = str(len(data_keys()._known))
        os.write(write, json.dumps(told).encode())

    assert leaks(doors.by_attribute(quiet))
    assert ended(start_child(work)) == 0
    told = json.loads(os.read(read, 60_000))
    os.close(read)
    os.close(write)
    assert leaks(told.pop("before")) == {"Testa Exampleton 0", "+1 555 000000"}
    assert told.pop("warm") == "1"
    for shown in told.values():
        assert (leaks(shown), PastItsDay.__name__ in shown) == (set(), True)
