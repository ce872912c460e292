"""Heartbeats: written by the loop itself, every ten seconds, whatever the database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from celery.worker.consumer import Consumer
from django.db import connection

from compliance.models import Heartbeat
from sellerportal import celery
from sellerportal.celery import LivingScheduler, WorkerHeart, app
from sellerportal.heartbeat import EVERY, Heart, write_heartbeat
from vault.clock import clock

FIRST = datetime(2026, 11, 22, 17, 14, tzinfo=UTC)


class Written:
    """Takes what a heart writes."""

    def __init__(self) -> None:
        """Begin with nothing, at second 0."""
        self.beats: list[str] = []
        self.second = 0.0

    def heart(self, process: str = "worker") -> Heart:
        """Return a heart that writes here."""
        return Heart(process, write=self._note, seconds=lambda: self.second)

    def _note(self, *, process: str, now: datetime) -> None:
        assert now == clock.now()
        self.beats.append(process)


def test_a_heartbeat_is_one_row_that_moves(transactional_db: None) -> None:
    later = FIRST + timedelta(seconds=10)
    for instant in (FIRST, later):
        write_heartbeat(process="worker", now=instant)
    write_heartbeat(process="beat", now=FIRST)
    assert dict(Heartbeat.objects.values_list("process", "at")) == {
        "worker": later,
        "beat": FIRST,
    }


def test_a_dead_database_ends_nothing_and_is_tried_again(
    transactional_db: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole: Callable[[], dict[str, Any]] = connection.get_connection_params
    with monkeypatch.context() as patch:
        dead = {"host": "/nowhere"}
        patch.setattr(connection, "get_connection_params", lambda: whole() | dead)
        write_heartbeat(process="worker", now=FIRST)
    assert caplog.messages == ["heartbeat: worker: OperationalError"]
    assert Heartbeat.objects.count() == 0
    write_heartbeat(process="worker", now=FIRST)
    assert Heartbeat.objects.count() == 1


def test_a_heart_beats_every_ten_seconds() -> None:
    written = Written()
    heart = written.heart()
    for second in (0.0, 2.0, EVERY - 0.1, EVERY, EVERY + 2, 2 * EVERY):
        written.second = second
        heart.beat()
    assert len(written.beats) == 3


def test_the_workers_plain_loop_beats_at_each_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = Written()
    pending: list[object] = []
    monkeypatch.setattr(celery, "Heart", written.heart)

    class Loop:
        hub = None
        perform_pending_operations: Callable[..., None]

    Loop.perform_pending_operations = pending.append
    loop = Loop()
    step = WorkerHeart(loop)
    # Twice: each lost connection to the queue starts the step again.
    step.start(loop)
    step.start(loop)
    loop.perform_pending_operations()
    assert (written.beats, pending) == (["worker"], [loop])


def test_the_workers_asynchronous_loop_beats_by_its_own_timer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = Written()
    monkeypatch.setattr(celery, "Heart", written.heart)
    timed: list[tuple[float, Callable[[], None]]] = []
    timer = SimpleNamespace(call_repeatedly=lambda s, call: timed.append((s, call)))
    loop = SimpleNamespace(hub=object(), timer=timer)
    WorkerHeart(loop).start(loop)
    seconds, call = timed[0]
    call()
    assert (seconds < EVERY, written.beats) == (True, ["worker"])


def test_celery_takes_both_hearts(tmp_path: Any) -> None:
    assert WorkerHeart in app.steps["consumer"]
    assert hasattr(Consumer, "perform_pending_operations")
    assert app.conf.beat_scheduler is LivingScheduler


def test_each_tick_of_beat_beats(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    written = Written()
    monkeypatch.setattr(celery, "Heart", written.heart)
    scheduler = LivingScheduler(
        app=app, schedule_filename=str(tmp_path / "beat"), lazy=True
    )
    scheduler.setup_schedule()
    assert scheduler.tick() <= EVERY
    scheduler.close()
    assert written.beats == ["beat"]
