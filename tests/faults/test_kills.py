"""Worker, beat and web, real ones, are killed at random while there is work to do."""

import http.client
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from uuid import UUID

from compliance.models import SweepRun
from tests.faults.checker import Violation, Wrong, kinds, violations
from tests.faults.conftest import bare_shop
from tests.faults.house import House, until
from tests.faults.world import World
from tests.sellerportal.test_up import free_port
from tests.shops import Shop
from vault.clock import clock
from vault.days import open_days

#: Kills of one run. Each round begins with one of each kind of process.
KILLS = int(os.environ.get("SOAK_KILLS", "12"))
A_ROUND = 6
SEED = int(os.environ.get("SOAK_SEED", "20261122"))
#: Days that come due in a round: no more than the clock is trusted to jump.
DAYS = 6
#: Seconds after its beginning at which a sweep is hit at the latest, about.
LATEST = 2.0
#: Kills, a fourth of which at least must have hit a sweep.
SHARE = 4
#: Rounds in which the control must have found a lost record, or it fails. In each the
#: naive worker is open to a kill for most of the time that its sweeps take.
ROUNDS = 20
SERVICES = ("worker", "beat", "web")


class Nemesis:
    """Kills what runs, by a random order that its seed repeats."""

    def __init__(self, home: House, *, app: str, folder: Path) -> None:
        """Take the house to do harm in; ``app`` is the worker's application."""
        self.home, self.app, self.folder, self.kills = home, app, folder, 0
        self.port = free_port()
        self.struck: set[UUID] = set()
        self.random = Random(SEED)  # noqa: S311 - chances, no secrets

    def start(self, name: str) -> None:
        """Start one of the services at the clock's instant."""
        celery = ("celery", "--app")
        commands = {
            "worker": (
                *(*celery, self.app, "worker", "--concurrency", "1"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ),
            "beat": (
                *(*celery, "tests.faults.quick_beat", "beat", "--pidfile="),
                *("--schedule", str(self.folder / "beat")),
            ),
            "web": (
                *("granian", "--interface", "wsgi", "--host", "127.0.0.1"),
                *("--port", str(self.port), "sellerportal.wsgi:application"),
            ),
        }
        self.home.start(name, *commands[name], log=self.folder / f"{name}.log")

    def round(self, kills: int) -> None:
        """Replace every service at the clock's instant, then kill at random."""
        for name in SERVICES:
            if name in self.home.running:
                self.home.kill(name)
                self.kills += 1
                kills -= 1
            self.start(name)
        self.strike(in_a_sweep=True)
        for _ in range(kills - 1):
            self.strike(in_a_sweep=self.random.random() < 0.9)

    def strike(self, *, in_a_sweep: bool) -> None:
        """Kill one process: mostly one that sweeps, sometimes a whole service."""
        self.ask()
        if in_a_sweep:
            until(lambda: sweeping(self.struck), seconds=10, tend=self.home.tend)
        # Where in the sweep is left to chance.
        time.sleep(self.random.random() * LATEST)
        last = last_sweep()
        if last is not None:
            self.struck.add(last.id)
        pool = self._pool()
        if pool and self.random.random() < 0.9:
            with suppress(ProcessLookupError):
                os.kill(self.random.choice(pool), signal.SIGKILL)
        else:
            name = self.random.choice(SERVICES)
            self.home.kill(name)
            self.start(name)
        self.kills += 1

    def ask(self) -> None:
        """Ask the web for a page: its first request of a day destroys what is due."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with suppress(OSError, http.client.HTTPException):
            asked.request("GET", "/healthz")
            asked.getresponse().read()
        asked.close()

    def _pool(self) -> list[int]:
        """Return the processes of the worker in which tasks run."""
        parent = self.home.running["worker"].pid
        with suppress(OSError):
            # Each by the thread that made it: those made anew are not the first one's.
            found = Path(f"/proc/{parent}/task").glob("*/children")
            return [int(pid) for each in found for pid in each.read_text().split()]
        return []


def last_sweep() -> SweepRun | None:
    """Return the sweep that began last."""
    return SweepRun.objects.order_by("-id").first()


def sweeping(struck: set[UUID]) -> bool:
    """Tell whether a sweep runs that was not struck yet."""
    last = last_sweep()
    return last is not None and last.ended_at is None and last.id not in struck


def caught_up() -> bool:
    """Tell whether the processes came through a sweep since the clock was moved."""
    return SweepRun.objects.filter(ended_at__gte=clock.now(), doubted=False).exists()


def broken_off() -> int:
    """Count the sweeps that a kill ended."""
    return SweepRun.objects.filter(ended_at=None).count()


def killed(
    home: House,
    folder: Path,
    *,
    app: str,
    now: datetime,
    enough: Callable[[World, Nemesis], bool],
) -> list[Violation]:
    """Live through rounds of work and kills until it is enough; repair once, and look.

    A round ends when every day that has begun was swept.
    """
    open_days(today=now.date())
    world, nemesis = World(), Nemesis(home, app=app, folder=folder)
    shops = [bare_shop(name, now=now) for name in ("Harbor & Pine", "Fern & Stone")]
    while not enough(world, nemesis):
        plant_days(world, shops)
        clock.move((clock.now() + timedelta(days=DAYS)).isoformat())
        left = KILLS - nemesis.kills
        nemesis.round(min(A_ROUND, left) if left > 0 else A_ROUND)
        # Two rounds without a sweep would be a clock that jumped: that one waits.
        assert until(caught_up, tend=home.tend), (folder / "worker.log").read_text()
    home.kill_all()
    hit = broken_off()
    world.sweep(clock_is_right=False)
    found = violations(world, now=clock.now())
    sys.stdout.write(
        f"kills: {nemesis.kills} of worker, beat and web (seed {SEED}), "
        f"{hit} of them in a sweep, {len(found)} violations\n"
    )
    return found


def plant_days(world: World, shops: list[Shop]) -> None:
    """Plant buyers for each of the days that come due next."""
    for shop in shops:
        for n in range(1, DAYS + 1):
            world.plant(shop, day=clock.today() + timedelta(days=n), orders=8)


def test_kills_of_worker_beat_and_web(
    home: House, tmp_path: Path, now: datetime
) -> None:
    def enough(_world: World, nemesis: Nemesis) -> bool:
        return nemesis.kills >= KILLS and broken_off() * SHARE >= nemesis.kills

    app = "tests.faults.slow_app"
    assert killed(home, tmp_path, app=app, now=now, enough=enough) == []


def test_control_a_naive_worker_loses_records(
    home: House, tmp_path: Path, now: datetime
) -> None:
    """The same kills, while the record comes after the deletion."""
    rounds = count()

    def enough(world: World, _nemesis: Nemesis) -> bool:
        lost = Wrong.UNRECORDED in kinds(violations(world, now=clock.now()))
        return lost or next(rounds) == ROUNDS

    app = "tests.faults.naive_app"
    found = killed(home, tmp_path, app=app, now=now, enough=enough)
    assert Wrong.UNRECORDED in kinds(found)
