"""A real portal: each process in turn is stopped, and its own field alone says so."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sellerportal.local.postgres import EmbeddedServer
from tests.sellerportal import test_up as up

#: Within so many seconds a stopped process must be told.
TOLD_WITHIN = 90
#: What in its command tells a service of the portal.
COMMANDS = {
    "web": "granian",
    "worker": "\0worker\0",
    "beat": "\0beat\0",
    "watch": "manage.py\0watch\0",
}


@dataclass(frozen=True, slots=True)
class Portal:
    """A running portal: its port, its data, the id of each service's process."""

    port: int
    folder: Path
    pids: dict[str, int]

    def asked(self, path: str = "/healthz/purge") -> tuple[int, bytes]:
        """Ask the portal; raises `TimeoutError` where it does not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def lives(self) -> dict[str, bool]:
        """Return what the portal says of worker, beat and watch."""
        facts = json.loads(self.asked()[1])
        return {name: facts[name] for name in ("worker", "beat", "watch")}

    def heartbeats(self) -> dict[str, datetime]:
        """Return the rows themselves."""
        url = EmbeddedServer(self.folder).url(role="sp_app", database="portal")
        with psycopg.connect(url) as database:
            rows: list[Any] = database.execute(
                "SELECT process, at FROM compliance_heartbeat"
            ).fetchall()
        return dict(rows)

    @contextmanager
    def stopped(self, name: str) -> Iterator[None]:
        """Stop a service without ending it: the launcher starts ended ones again."""
        os.killpg(self.pids[name], signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.pids[name], signal.SIGCONT)


def until(done: Callable[[], bool]) -> bool:
    """Wait until a condition holds, no longer than a stop may stay untold."""
    end = time.monotonic() + TOLD_WITHIN
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.5)
    return False


def services_of(launcher: int) -> dict[str, int]:
    """Return the ids of the services that the launcher started."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            command = (entry / "cmdline").read_text()
        except (OSError, ProcessLookupError):
            continue
        for name, word in COMMANDS.items():
            if parent == launcher and word in command:
                found[name] = int(entry.name)
    return found


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """Run a portal without the demo, which would take longer to load."""
    folder, port = Path(tempfile.mkdtemp(prefix="up-")) / "var", up.free_port()
    whole = up.environment
    monkeypatch.setattr(
        up, "environment", lambda *where: {**whole(*where), "PORTAL_MODE": "test"}
    )
    process = up.start(folder, port, tmp_path / "up.log")
    try:
        yield Portal(port, folder, services_of(process.pid))
    finally:
        up.stop(process)
        shutil.rmtree(folder.parent, ignore_errors=True)


def test_each_stopped_process_turns_its_own_field_alone(portal: Portal) -> None:
    assert set(portal.pids) == set(COMMANDS)
    all_live = {"worker": True, "beat": True, "watch": True}
    assert until(lambda: portal.lives() == all_live)
    for name in ("worker", "beat", "watch"):
        with portal.stopped(name):
            assert until(lambda: portal.lives() != all_live)
            assert portal.lives() == all_live | {name: False}
        assert until(lambda: portal.lives() == all_live)
    before = portal.heartbeats()
    with portal.stopped("web"):
        with pytest.raises(TimeoutError):
            portal.asked("/healthz")
        assert until(
            lambda: all(at > before[name] for name, at in portal.heartbeats().items())
        )
    assert until(lambda: portal.asked("/healthz") == (200, b"ok\n"))
    facts = json.loads(portal.asked()[1])
    assert (facts["ok"], facts["sweep_ok"]) == (True, True)


#: Opens a shop whose owner has joined, in a process of its own.
_OPEN_SHOP = """
import django; django.setup()
from sellers.models import Person
from sellers.roles import OWNER
from sellers.services.onboarding import add_member, create_shop
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
now = clock.now()
seller, _ = create_shop(name="Harbor", owner_email="o@shop.example", now=now)
person = Person.objects.create_user(
    email="owner@shop.example", password="x", name="Owner Exampleton", made_at=now)
with seller_scope(seller_id=seller.id, actor=SYSTEM):
    add_member(
        seller=seller, person=person, role=OWNER, opens_buyer_data=False, now=now)
"""


def test_the_alarm_hangs_on_neither_worker_nor_beat(portal: Portal) -> None:
    server, log = EmbeddedServer(portal.folder), portal.folder / "log" / "watch.log"
    url = server.url(role="sp_app", database="portal")
    open_shop(portal)
    with portal.stopped("worker"), portal.stopped("beat"):
        with psycopg.connect(url, autocommit=True) as database:
            # So long ago that nobody may trust any more that one comes.
            database.execute(
                "UPDATE compliance_sweeprun SET started_at = started_at - "
                "interval '16 minutes', ended_at = ended_at - interval '16 minutes'"
            )
        # The launcher starts it again, and its first round comes at once.
        os.killpg(portal.pids["watch"], signal.SIGTERM)
        assert until(lambda: b"Subject: Harbor: The sweep" in log.read_bytes())
        assert log.read_bytes().count(b"To: owner@shop.example") == 1


def open_shop(portal: Portal) -> None:
    """Open a shop in the portal's database."""
    server = EmbeddedServer(portal.folder)
    subprocess.run(
        [sys.executable, "-c", _OPEN_SHOP],
        cwd=up.ROOT,
        env={
            **up.environment(portal.folder, portal.port),
            "DATABASE_URL": server.url(role="sp_app", database="portal"),
            "SECRET_KEY": "of this test alone, and long enough for every check of it",
            "DJANGO_SETTINGS_MODULE": "sellerportal.settings",
        },
        check=True,
    )
