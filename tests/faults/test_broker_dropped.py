"""The queue's database is dropped and made again, while there is work to do."""

from pathlib import Path

import psycopg

from tests.faults.checker import violations
from tests.faults.conftest import FIRST, fill_world
from tests.faults.house import BROKER, House, as_owner, until
from tests.faults.world import World, midnight
from vault.clock import clock
from vault.models import DayState, PurgeDay


def start(home: House, name: str, *words: str, folder: Path) -> None:
    """Start worker or beat."""
    command = ("celery", "--app", "tests.faults.quick_beat", name, *words)
    home.start(name, *command, log=folder / f"{name}.log")


def due_and_stopped(home: House) -> World:
    """Return a world with a day that is due and that nobody may destroy yet."""
    world = fill_world(now=clock.now())
    clock.move(midnight(FIRST))
    with as_owner(home) as owner:
        owner.execute("REVOKE UPDATE ON vault_purgeday FROM sp_app")
    return world


def drop_and_make_again(home: House) -> None:
    """Lose every message; then let the sweeps through."""
    home.drop_broker()
    home.provision()
    with as_owner(home) as owner:
        owner.execute("GRANT UPDATE ON vault_purgeday TO sp_app")


def swept() -> bool:
    """Tell whether the due day is done."""
    return PurgeDay.objects.get(day=FIRST).state == DayState.DESTROYED


def messages(home: House) -> int:
    """Return how many messages wait in the queue; none where there is no queue."""
    with psycopg.connect(home.url("sp_broker", BROKER)) as broker:
        found = broker.execute("SELECT to_regclass('pgmq.q_portal')").fetchone()
        if found is None or found[0] is None:
            return 0
        row = broker.execute("SELECT count(*) FROM pgmq.q_portal").fetchone()
        return int(row[0]) if row else 0


def test_the_sweep_goes_on(home: House, tmp_path: Path) -> None:
    world = due_and_stopped(home)
    flags = ("--concurrency", "1", "--without-gossip", "--without-mingle")
    start(home, "worker", *flags, folder=tmp_path)
    start(
        *(home, "beat", "--pidfile=", "--schedule", str(tmp_path / "beat")),
        folder=tmp_path,
    )
    assert until(lambda: messages(home) > 0, tend=home.tend), (
        tmp_path / "beat.log"
    ).read_text()
    assert not swept()
    drop_and_make_again(home)
    assert until(swept, tend=home.tend), (tmp_path / "worker.log").read_text()
    home.kill_all()
    world.sweep()
    assert violations(world, now=clock.now()) == []


def test_control_messages_alone_are_lost(home: House, tmp_path: Path) -> None:
    """Without the beat that asks again, the queue was the only record of the work."""
    world = due_and_stopped(home)
    command = ("--pidfile=", "--schedule", str(tmp_path / "beat"))
    start(home, "beat", *command, folder=tmp_path)
    assert until(lambda: messages(home) > 0, tend=home.tend), (
        tmp_path / "beat.log"
    ).read_text()
    home.kill_all()
    drop_and_make_again(home)
    assert messages(home) == 0
    assert not swept()
    assert violations(world, now=clock.now()) != []
