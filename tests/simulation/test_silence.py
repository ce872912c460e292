"""Ten thousand orders of which no more is heard: none ends past the limit."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest

from compliance.clock import Basis, Evidence, Verdict, purge_day
from compliance.policies import RetentionPolicy
from compliance.services.starting import prepare
from orders.models import Recipient
from orders.services import retention
from tests.compliance.histories import (
    MOST_LAG,
    NO_LAG,
    START,
    History,
    Says,
    Statement,
    the_clock,
    within_28_days,
    within_30_days,
)
from tests.faults.conftest import bare_shop
from tests.simulation.days import Simulation, stand_at
from vault.clock import clock
from vault.context import SYSTEM, seller_scope

HISTORIES = int(os.environ.get("SOAK_HISTORIES", "10000"))
SEED = int(os.environ.get("SOAK_SEED", "20261122"))
#: Days on which the portal still hears, and after which every key must be dead.
HEARS, LONGEST = 10, 62


def histories(*, lag: timedelta) -> Iterator[History]:
    """Yield random histories, each broken off at a random moment."""
    random = Random(SEED)  # noqa: S311 - chances, no secrets
    for _ in range(HISTORIES):
        bought = START + random.random() * timedelta(days=800)
        shipped = bought + random.random() * timedelta(days=70)
        delivered = shipped + random.random() * timedelta(days=30)
        told = tuple(
            _statement(random, bought, shipped, delivered, lag)
            for _ in range(random.randrange(7))
        )
        whole = History(bought, shipped, delivered, told)
        yield whole.until(bought + random.random() * timedelta(days=60))


def _statement(
    random: Random,
    bought: datetime,
    shipped: datetime,
    delivered: datetime,
    lag: timedelta,
) -> Statement:
    """Return what was true up to ``lag`` before it was made, imported some time on."""
    made = bought + random.random() * timedelta(days=60)
    known = made - random.random() * lag
    says = Says.UNSHIPPED if known < shipped else Says.ON_THE_WAY
    says = Says.DELIVERED if known >= delivered else says
    return Statement(
        made_at=made,
        imported_at=made + random.random() * timedelta(days=10),
        says=says,
        names_ship_time=says is not Says.UNSHIPPED and random.random() < 0.5,
        names_delivery=says is Says.DELIVERED and random.random() < 0.5,
    )


def waits_for_news(history: History) -> date:
    """Purge 28 days after the delivery that was told; the naive clock."""
    told = history.evidence()
    arrived = told.delivered_at or told.delivered_seen_at
    return date.max if arrived is None else (arrived + timedelta(days=28)).date()


@pytest.mark.parametrize(
    ("lag", "within"), [(NO_LAG, within_28_days), (MOST_LAG, within_30_days)]
)
def test_10000_histories_end_with_none_past_the_limit(
    lag: timedelta, within: Callable[..., bool]
) -> None:
    drawn = list(histories(lag=lag))
    assert len(drawn) == HISTORIES
    assert [history for history in drawn if not within(history, the_clock)] == []
    told = [history for history in drawn if history.statements]
    assert len(told) > HISTORIES // 2, "most heard something before the silence"


@pytest.mark.parametrize("lag", [NO_LAG, MOST_LAG])
def test_control_a_clock_that_waits_for_news_fails(lag: timedelta) -> None:
    past = [h for h in histories(lag=lag) if not within_30_days(h, waits_for_news)]
    assert len(past) > HISTORIES // 2


@pytest.fixture
def simulation(transactional_db: None, now: datetime) -> Simulation:
    """Return two shops that hear of 160 orders, some of it late."""
    shops = [bare_shop(name, now=now) for name in ("Harbor & Pine", "Fern & Stone")]
    prepare(now=now)
    return Simulation(
        sellers=[shop.id for shop in shops],
        seed=SEED,
        begin=now.date(),
        days=HEARS,
        a_day=8,
    )


def live_and_fall_silent(
    simulation: Simulation, *, begin: date, days: int = HEARS + LONGEST
) -> list[str]:
    """Hear for some days, then only sweep; return what was ever past the limit."""
    found = []
    for number in range(days):
        day = begin + timedelta(days=number)
        if number < HEARS:
            simulation.live(day)
        else:
            stand_at(day, hour=0, minute=1)
            simulation.world.sweep(clock_is_right=False)
        found += simulation.past_limit(today=day)
    return found


def rows_left(simulation: Simulation) -> int:
    """Return how many buyers are stored still."""
    left = 0
    for seller_id in simulation.truths:
        with seller_scope(seller_id=seller_id, actor=SYSTEM):
            left += Recipient.objects.filter(invented=False).count()
    return left


def test_through_the_real_sweep(simulation: Simulation, now: datetime) -> None:
    assert live_and_fall_silent(simulation, begin=now.date()) == []
    assert rows_left(simulation) == 0
    assert clock.today() == now.date() + timedelta(days=HEARS + LONGEST - 1)


def test_control_the_real_sweep_under_a_clock_that_waits(
    simulation: Simulation, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days counted from today, as long as nobody says delivered."""

    def waiting(*, evidence: Evidence, policy: RetentionPolicy) -> Verdict:
        verdict = purge_day(evidence=evidence, policy=policy)
        if verdict.basis is Basis.DELIVERED:
            return verdict
        far = clock.today() + timedelta(days=60)
        return replace(verdict, purge_on=far, limit_on=far)

    monkeypatch.setattr(retention, "purge_day", waiting)
    assert live_and_fall_silent(simulation, begin=now.date(), days=HEARS + 5) != []
