"""A real portal: each process in turn is stopped, and its own field alone says so."""

import http.client
import json
import os
import shutil
import signal
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
COMMANDS = {"web": "granian", "worker": "\0worker\0", "beat": "\0beat\0"}


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
        """Return what the portal says of worker and beat."""
        facts = json.loads(self.asked()[1])
        return {name: facts[name] for name in ("worker", "beat")}

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
    all_live = {"worker": True, "beat": True}
    assert until(lambda: portal.lives() == all_live)
    for name in ("worker", "beat"):
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
