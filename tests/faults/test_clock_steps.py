"""The clock steps: an hour, forty days, a leap day, the changing of the clocks."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import cycle

import pytest

from compliance.services import guard, sweep
from compliance.services.sweep import sweep_keys_if_due
from orders.models import Recipient
from tests.faults.checker import Wrong, kinds, violations
from tests.faults.conftest import FIRST, LAST, bare_shop
from tests.faults.world import World, midnight
from tests.simulation.doors import by_attribute
from vault.clock import Clock, clock
from vault.days import open_days
from vault.refusals import KeyDestroyed

#: Days around which local clocks change or calendars differ, and what is special.
SPECIAL = {
    "leap day": date(2028, 2, 29),
    "the day after it": date(2028, 3, 1),
    "no leap day": date(2027, 3, 1),
    "clocks forward in New York": date(2027, 3, 14),
    "clocks back in New York": date(2026, 11, 1),
    "clocks forward in Berlin": date(2027, 3, 28),
    "new year": date(2027, 1, 1),
}


ZONES = ("UTC", "America/New_York", "Pacific/Kiritimati")


@pytest.fixture
def machine_zone(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the machine stand in a time zone: the portal counts in UTC all the same."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("machine_zone", "transactional_db")
@pytest.mark.parametrize(
    ("day", "machine_zone"),
    list(zip(SPECIAL.values(), cycle(ZONES), strict=False)),
    ids=SPECIAL,
    indirect=["machine_zone"],
)
def test_special_days_begin_at_midnight_utc(day: date) -> None:
    begin = datetime.combine(day - timedelta(days=3), datetime.min.time(), UTC)
    clock.move(begin.isoformat())
    open_days(today=clock.today())
    world, shop = World(), bare_shop("Harbor & Pine", now=begin)
    world.plant(shop, day=day, orders=2)
    world.plant(shop, day=day + timedelta(days=1), orders=1)
    clock.move(f"{day - timedelta(days=1)}T23:59:59Z")
    world.sweep()
    assert violations(world, now=clock.now()) == []
    clock.move(f"{day}T00:00:00Z")
    assert "PastItsDay" in by_attribute(shop)
    world.sweep()
    assert violations(world, now=clock.now()) == []


def test_an_hour_back_after_midnight(world: World) -> None:
    """What died stays dead; nothing more is sealed for the day, nothing else dies."""
    clock.move(midnight(FIRST))
    world.sweep()
    clock.move(midnight(FIRST, minutes=-50))
    assert world.sweep().days_destroyed == []
    shop = world.shops[0]
    world.plant(shop, day=FIRST, orders=2)
    with shop.scope():
        assert Recipient.objects.filter(purge_on=FIRST).count() == 0
    clock.move(midnight(FIRST))
    world.sweep()
    assert Wrong.EARLY not in kinds(violations(world, now=clock.now()))
    assert by_attribute(shop).count("Testa Exampleton") > 0


def test_control_an_hour_back_without_the_keystores_mark(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever trusts the clock alone tries to seal for a day that is dead."""
    clock.move(midnight(FIRST))
    world.sweep()
    clock.move(midnight(FIRST, minutes=-50))
    monkeypatch.setattr(
        "orders.services.judging.gone_through", lambda **_: clock.today()
    )
    with pytest.raises(KeyDestroyed):
        world.plant(world.shops[0], day=FIRST, orders=2)


def test_an_hour_ahead(world: World) -> None:
    """An hour early is early by an hour, and by nothing else: the margin covers it."""
    clock.move(midnight(FIRST, minutes=-59))
    before = violations(world, now=clock.now())
    assert [v for v in before if v.wrong in {Wrong.LOST, Wrong.EARLY}] == []
    clock.move(midnight(FIRST, minutes=1))
    world.sweep()
    assert violations(world, now=clock.now()) == []


@pytest.mark.parametrize("ahead", [timedelta(days=40), timedelta(days=8)])
def test_forty_days_ahead_and_back(world: World, ahead: timedelta) -> None:
    """Nothing is destroyed by a clock that jumped, and nothing past its day opens."""
    world.sweep()
    right = clock.now()
    clock.move((right + ahead).isoformat())
    result = world.sweep(clock_is_right=False)
    assert (result.days_destroyed, result.purged) == ([], 0)
    assert "--clock-is-right" in result.waiting
    sweep_keys_if_due(now=clock.now())
    assert "PastItsDay" in by_attribute(world.shops[0])
    clock.move(right.isoformat())
    world.sweep()
    assert violations(world, now=clock.now()) == []


def test_control_forty_days_ahead_without_the_guard(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sweep()
    right = clock.now()
    monkeypatch.setattr(sweep, "reason_to_wait", lambda **_: "")
    clock.move((right + timedelta(days=40)).isoformat())
    world.sweep(clock_is_right=False)
    clock.move(right.isoformat())
    assert Wrong.EARLY in kinds(violations(world, now=clock.now()))


def test_forty_days_that_did_pass(world: World) -> None:
    """With a person's word all that is due goes at once."""
    world.sweep()
    clock.move((clock.now() + timedelta(days=40)).isoformat())
    assert world.sweep(clock_is_right=False).waiting != ""
    assert world.sweep().waiting == ""
    assert clock.today() > LAST
    assert violations(world, now=clock.now()) == []


def test_the_clock_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Production has one clock, which no setting moves."""
    monkeypatch.setenv("PORTAL_CLOCK", "+40d")
    monkeypatch.setenv("PORTAL_MODE", "production")
    moved = Clock.of_environment().today() - datetime.now(tz=UTC).date()
    assert moved <= timedelta(days=1)
    monkeypatch.setenv("PORTAL_MODE", "test")
    moved = Clock.of_environment().today() - datetime.now(tz=UTC).date()
    assert moved >= timedelta(days=40)
    assert timedelta(days=7) == guard.JUMP
