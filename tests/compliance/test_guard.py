"""A clock that may be wrong destroys nothing; a second clock or a person's word may."""

import io
from datetime import UTC, date, datetime, timedelta
from unittest.mock import Mock

import pytest
from django.core.management import call_command

from compliance.declarations import register_witness, time_witnesses, witnessed
from compliance.models import SweepRun
from compliance.services import guard
from compliance.services.guard import JUMP, reason_to_wait
from compliance.services.sweep import SweepResult, sweep, sweep_keys_if_due
from orders.models import Recipient
from tests.orders.incoming import BUYER, incoming, receive, the_buyer
from tests.shops import Shop, at
from vault.clock import clock
from vault.days import due_days, gone_through
from vault.faults import FaultPoint
from vault.keys import data_keys
from vault.models import DayState, PurgeDay
from vault.refusals import PastItsDay

MOMENT = timedelta(seconds=1)
AFTER_40_DAYS = "2027-01-01T17:14Z"


@pytest.fixture(autouse=True)
def no_second_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time service keep the kernel's clock, and nobody be a witness."""
    monkeypatch.setattr(guard, "kernel_confirms", Mock(return_value=False))
    monkeypatch.setattr(time_witnesses, "_witnesses", [])


def sweep_now(shop: Shop, *, word: bool = False) -> SweepResult:
    """Sweep at the clock's instant; ``word``: a person says that it is right."""
    return sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=word)


def buyers(shop: Shop) -> int:
    """Return how many buyers the shop has."""
    with shop.scope():
        return Recipient.objects.count()


def destroyed() -> list[date]:
    """Return the days whose key is destroyed."""
    rows = PurgeDay.objects.filter(state=DayState.DESTROYED).order_by("day")
    return list(rows.values_list("day", flat=True))


def test_a_clock_that_jumped_40_days_destroys_and_loses_nothing(shop: Shop) -> None:
    receive(shop)
    sweep_now(shop)
    before = (data_keys().keystore.signature(), destroyed())
    with at(AFTER_40_DAYS):
        result = sweep_now(shop)
        sweep_keys_if_due(now=clock.now())
        assert "40 days past the last sweep and nothing confirms it" in result.waiting
        assert (result.days_destroyed, result.purged) == ([], 0)
        with pytest.raises(PastItsDay):
            the_buyer(shop)
    assert (data_keys().keystore.signature(), destroyed()) == before
    assert sweep_now(shop).waiting == ""
    assert the_buyer(shop) == BUYER


def test_control_without_the_guard_the_jump_destroys(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(shop)
    sweep_now(shop)
    monkeypatch.setattr(guard, "JUMP", timedelta(days=400))
    with at(AFTER_40_DAYS):
        assert sweep_now(shop).purged == 1
    assert buyers(shop) == 0


def test_seven_days_are_trusted_and_a_moment_more_is_not(shop: Shop) -> None:
    sweep_now(shop)
    last = clock.now()
    assert reason_to_wait(now=last + JUMP, clock_is_right=False) == ""
    assert "7 days past" in reason_to_wait(
        now=last + JUMP + MOMENT, clock_is_right=False
    )


def test_sweeps_that_waited_are_no_trust_however_many(shop: Shop) -> None:
    receive(shop)
    sweep_now(shop)
    with at(AFTER_40_DAYS):
        for _ in range(3):
            assert sweep_now(shop).waiting != ""
        assert set(
            SweepRun.objects.filter(started_at=clock.now()).values_list(
                "doubted", flat=True
            )
        ) == {True}


@pytest.mark.parametrize(
    ("told", "kernel", "waits"),
    [
        ([timedelta(0)], False, ""),
        ([timedelta(minutes=-5)], False, ""),
        ([None, timedelta(0)], False, ""),
        ([None], False, "nothing confirms it"),
        ([None], True, ""),
        ([timedelta(days=-40)], False, "another clock contradicts it"),
        ([timedelta(days=-40)], True, "another clock contradicts it"),
        ([timedelta(0), timedelta(minutes=6)], True, "another clock contradicts it"),
    ],
)
def test_second_clocks(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    told: list[timedelta | None],
    kernel: bool,
    waits: str,
) -> None:
    sweep_now(shop)
    monkeypatch.setattr(guard, "kernel_confirms", Mock(return_value=kernel))
    with at(AFTER_40_DAYS):
        for off in told:
            says = None if off is None else clock.now() + off
            register_witness(Mock(return_value=says))
        assert waits in sweep_now(shop).waiting
        assert (reason_to_wait(now=clock.now(), clock_is_right=False) == "") is (
            waits == ""
        )


def test_witnesses_are_asked_only_in_doubt_and_once(shop: Shop) -> None:
    witness = Mock(return_value=None)
    register_witness(witness)
    register_witness(witness)
    sweep_now(shop)
    sweep_now(shop)
    assert witness.call_count == 0
    with at(AFTER_40_DAYS):
        sweep_now(shop)
    assert witness.call_count == 1
    assert witnessed() == ()


def test_a_persons_word_is_recorded_and_destroys(shop: Shop) -> None:
    receive(shop)
    sweep_now(shop)
    with at(AFTER_40_DAYS):
        out = io.StringIO()
        call_command("purge", stdout=out)
        assert "--clock-is-right" in out.getvalue()
        call_command("purge", "--clock-is-right", stdout=out)
        runs = SweepRun.objects.order_by("id").values_list("word", "doubted")
        assert list(runs) == [(False, False), (False, True), (True, False)]
        assert buyers(shop) == 0
        assert sweep_now(shop).waiting == ""


@pytest.mark.parametrize("hours", [-1, 1])
def test_an_hour_off_destroys_nothing_early_and_nothing_late(
    shop: Shop, hours: int
) -> None:
    """The clock is an hour wrong for a while around the day's beginning, and back."""
    receive(shop)
    begin = datetime(2026, 12, 18, tzinfo=UTC)
    wrong = begin - timedelta(minutes=30) + timedelta(hours=hours)
    sweep_now(shop, word=True)
    with at(wrong.isoformat()):
        began = wrong >= begin
        sweep_now(shop, word=True)
        assert buyers(shop) == (0 if began else 1)
    with at((begin - timedelta(minutes=30)).isoformat()):
        sweep_now(shop)
        # What died by the fast clock stays past: nothing is sealed for it again.
        expected = begin.date() if began else begin.date() - timedelta(days=1)
        assert gone_through(today=clock.today()) == expected
    with at(begin.isoformat()):
        assert sweep_now(shop).overdue == 0
        assert (buyers(shop), destroyed()[-1]) == (0, begin.date())


@pytest.mark.parametrize(
    "change",
    ["2027-03-28", "2026-10-25", "2027-03-14", "2026-11-01"],
    ids=["EU spring", "EU autumn", "US spring", "US autumn"],
)
def test_summer_time_moves_no_day(shop: Shop, change: str) -> None:
    """A day begins at 00:00 UTC, on whose change day whatever clocks on walls do."""
    day = date.fromisoformat(change)
    bought = datetime.combine(day, datetime.min.time(), tzinfo=UTC) - timedelta(days=28)
    with at((bought + timedelta(hours=12)).isoformat()):
        receive(shop, incoming(purchased_at=bought + timedelta(hours=8)))
        sweep_now(shop, word=True)
        with shop.scope():
            assert Recipient.objects.get().purge_on == day
    midnight = datetime.combine(day, datetime.min.time(), tzinfo=UTC)
    with at((midnight - MOMENT).isoformat()):
        sweep_now(shop, word=True)
        assert the_buyer(shop) == BUYER
    with at(midnight.isoformat()):
        assert sweep_now(shop).purged == 1


def test_the_leap_day_is_a_day_of_its_own(shop: Shop) -> None:
    leap = date(2028, 2, 29)
    with at("2028-02-01T12:00Z"):
        receive(shop, incoming(purchased_at=datetime(2028, 2, 1, 8, tzinfo=UTC)))
        sweep_now(shop, word=True)
        with shop.scope():
            assert Recipient.objects.get().purge_on == leap
    with at("2028-02-28T23:59:59Z"):
        sweep_now(shop, word=True)
        assert the_buyer(shop) == BUYER
    with at("2028-02-29T00:00Z"):
        result = sweep_now(shop)
        assert (result.purged, result.days_destroyed) == (1, [leap])
        assert due_days(today=leap) == []


def test_nothing_irreversible_is_passed_while_the_clock_is_doubted(shop: Shop) -> None:
    """No fault point that stands behind a destruction is reached."""
    receive(shop)
    sweep_now(shop)
    passed: list[FaultPoint] = []
    with at(AFTER_40_DAYS):
        sweep(seller_ids=[shop.id], now=clock.now(), fault=passed.append)
    assert set(passed) == {
        FaultPoint.GAP_NOTED,
        FaultPoint.RUN_WRITTEN,
        # A later day is sealed for by evidence alone, and destroys nothing.
        FaultPoint.MOVED_ON,
        FaultPoint.SHOP_PURGED,
        FaultPoint.SHOP_MEASURED,
        FaultPoint.RUN_ENDED,
    }
