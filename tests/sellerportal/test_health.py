"""``/healthz`` and ``/healthz/purge``: each field by its own facts."""

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test import Client

from compliance import middleware
from compliance.models import Heartbeat, SweepRun
from compliance.queries import health
from compliance.services import guard
from compliance.services.sweep import sweep
from tests.orders.incoming import incoming, receive
from tests.shops import Shop, at
from vault.clock import clock
from vault.days import open_days
from vault.models import DayState, PurgeDay, RootTurn
from vault.turning import turn_root

SILENT = timedelta(minutes=15)
MOMENT = timedelta(seconds=1)
#: An order of the shop falls due on this day.
DAY = datetime(2026, 12, 18, tzinfo=UTC)


@pytest.fixture
def healthy(db: None, now: datetime) -> datetime:
    """Let a sweep, the worker and beat have just been there."""
    open_days(today=now.date())
    SweepRun.objects.create(started_at=now, ended_at=now)
    turn_root(now=now)
    for process in ("worker", "beat", "watch"):
        Heartbeat.objects.create(process=process, at=now)
    return now


def asked() -> tuple[int, dict[str, Any]]:
    """Ask as a stranger; return status and facts."""
    answer = Client().get("/healthz/purge")
    return answer.status_code, json.loads(answer.content)


def move(instant: datetime) -> None:
    """Move the portal's clock."""
    clock.move(instant.isoformat())


def false_fields() -> set[str]:
    """Return which fields are false."""
    return {name for name, value in asked()[1].items() if value is False}


def test_all_is_well(healthy: datetime) -> None:
    assert asked() == (
        200,
        {
            "ok": True,
            "now": "2026-11-22T17:14:00+00:00",
            "database": True,
            "clock": True,
            "last_good_sweep": "2026-11-22T17:14:00+00:00",
            "sweep_ok": True,
            "overdue": 0,
            "root_turned": True,
            "failed": 0,
            "worker": True,
            "beat": True,
            "watch": True,
        },
    )
    assert Client().get("/healthz").content == b"ok\n"


def test_a_sweep_is_good_for_fifteen_minutes(healthy: datetime) -> None:
    move(healthy + SILENT)
    assert asked()[0] == 200
    move(healthy + SILENT + MOMENT)
    assert asked()[0] == 503
    assert false_fields() == {"ok", "sweep_ok", "worker", "beat", "watch"}


def test_without_any_sweep_it_is_an_alarm(db: None) -> None:
    status, facts = asked()
    assert (status, facts["last_good_sweep"], facts["sweep_ok"]) == (503, None, False)


@pytest.mark.parametrize(
    "run",
    [
        {"waiting": "The clock stands too far.", "ended": True},
        {"waiting": "", "ended": False},
    ],
    ids=["waiting", "never ended"],
)
def test_a_sweep_that_did_nothing_is_not_good(
    healthy: datetime, run: dict[str, Any]
) -> None:
    later = healthy + SILENT + MOMENT
    SweepRun.objects.create(
        started_at=later,
        ended_at=later if run["ended"] else None,
        waiting=run["waiting"],
    )
    move(later)
    assert asked()[0] == 503


def test_a_sweep_of_a_time_to_come_is_not_good(healthy: datetime) -> None:
    SweepRun.objects.update(started_at=healthy + SILENT, ended_at=healthy + SILENT)
    assert asked()[0] == 503


def test_a_purge_day_has_fifteen_minutes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The question itself is a sign of life, which would destroy what is due.
    monkeypatch.setattr(middleware, "sweep_keys_if_due", Mock())
    receive(shop, incoming())
    SweepRun.objects.create(started_at=DAY + SILENT, ended_at=DAY + SILENT)
    before = PurgeDay.objects.filter(day__lt=DAY.date())
    before.update(state=DayState.DESTROYED, destroyed_at=DAY, probe_dead_at=DAY)
    move(DAY + SILENT - MOMENT)
    SweepRun.objects.create(started_at=clock.now(), ended_at=clock.now())
    assert asked()[1]["overdue"] == 0
    move(DAY + SILENT)
    status, facts = asked()
    assert (status, facts["overdue"], facts["sweep_ok"]) == (503, 1, True)
    sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
    assert asked()[0] == 200


@pytest.mark.parametrize("process", ["worker", "beat", "watch"])
def test_a_silent_process_turns_its_own_field_only(
    healthy: datetime, process: str
) -> None:
    old = healthy - health.PROCESS_SILENT_AFTER
    Heartbeat.objects.filter(process=process).update(at=old)
    assert false_fields() == set()
    Heartbeat.objects.filter(process=process).update(at=old - MOMENT)
    assert (asked()[0], false_fields()) == (200, {process})


def test_a_hard_wired_field_would_be_found(
    healthy: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_lives", Mock(return_value=True))
    Heartbeat.objects.update(at=healthy - timedelta(days=1))
    assert false_fields() == set()


def test_a_clock_that_nothing_confirms_is_told(
    healthy: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "kernel_confirms", Mock(return_value=False))
    with at("2026-12-15T00:00Z"):
        assert asked()[1]["clock"] is False


def test_nothing_of_a_shop_is_told(healthy: datetime, shop: Shop) -> None:
    receive(shop, incoming())
    told = Client().get("/healthz/purge").content.decode()
    assert [str(shop.id) in told, shop.seller.slug in told] == [False, False]


@pytest.fixture
def refusing() -> Iterator[int]:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield int(probe.getsockname()[1])


@pytest.fixture
def silent() -> Iterator[int]:
    """Return a port where somebody listens who never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


@pytest.mark.parametrize("server", ["refusing", "silent"])
def test_a_dead_database_is_a_sentence(
    db: None,
    server: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole: Callable[[], dict[str, Any]] = connection.get_connection_params
    dead = {"host": "127.0.0.1", "port": request.getfixturevalue(server)}
    monkeypatch.setattr(connection, "get_connection_params", lambda: whole() | dead)
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (
        503,
        b"The database does not answer.\n",
    )
    status, facts = asked()
    assert (status, facts["ok"], facts["database"]) == (503, False, False)
    assert [record.exc_info for record in caplog.records if record.exc_info] == []


def test_a_root_that_was_not_turned_is_an_alarm_after_fifteen_minutes(
    healthy: datetime,
) -> None:
    midnight = datetime(2026, 11, 23, tzinfo=UTC)
    for since, turned in ((SILENT - MOMENT, True), (SILENT, False)):
        move(midnight + since)
        SweepRun.objects.create(started_at=clock.now(), ended_at=clock.now())
        PurgeDay.objects.filter(day=midnight.date()).update(
            state=DayState.DESTROYED, destroyed_at=midnight, probe_dead_at=midnight
        )
        assert asked()[1]["root_turned"] is turned
    assert (asked()[0], asked()[1]["sweep_ok"]) == (503, True)
    turn_root(now=clock.now())
    assert RootTurn.objects.count() == 2
    assert asked()[0] == 200


def test_a_shop_at_which_the_last_sweep_failed_is_an_alarm(healthy: datetime) -> None:
    SweepRun.objects.update(failed=2)
    assert (asked()[0], asked()[1]["failed"]) == (503, 2)
    later = healthy + MOMENT
    move(later)
    SweepRun.objects.create(started_at=later, ended_at=later)
    assert (asked()[0], asked()[1]["failed"]) == (200, 0)
