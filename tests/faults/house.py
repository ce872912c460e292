"""A house of its own: a durable server with portal and queue, and real processes.

Faults that reach the server or the queue must not reach the other tests' ones.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from django.db import connections

from sellerportal.local.postgres import EmbeddedServer, programs
from sellerportal.local.provision import (
    Databases,
    clone_database,
    drop_database,
    provision,
)
from tests import bed
from vault.clock import clock

TEMPLATE, PORTAL, BROKER = "portal_template", "portal", "broker"
#: Seconds that a condition may take; no test asserts how long anything took.
PATIENCE = 120


class House:
    """One server, whose portal database can be had fresh, and what runs on it."""

    def __init__(self, server: EmbeddedServer) -> None:
        """Take a running server."""
        self.server = server
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, tuple[tuple[str, ...], Path]] = {}

    def url(self, role: str, database: str) -> str:
        """Return an address on the server."""
        return self.server.url(role=role, database=database)

    def provision(self) -> None:
        """Make roles and databases as far as they are missing, the queue included."""
        provision(
            admin_url=self.server.admin_url,
            passwords=self.server.passwords,
            databases=Databases(portal=TEMPLATE, broker=BROKER),
        )

    def drop_broker(self) -> None:
        """Drop the queue's database under whoever uses it."""
        drop_database(admin_url=self.server.admin_url, name=BROKER)

    def crash(self) -> None:
        """Stop the server at once, as a power cut would end it; return when it is gone.

        Not before: a session that is still served could end its work meanwhile.
        """
        os.kill(self.server.pid, signal.SIGQUIT)
        assert until(self.is_gone)

    def is_gone(self) -> bool:
        """Tell whether the server's process has ended, its sessions before it."""
        with suppress(FileNotFoundError):
            stat = Path(f"/proc/{self.server.pid}/stat").read_text(encoding="ascii")
            return stat.rpartition(")")[2].split()[0] == "Z"
        return True

    def recover(self) -> None:
        """Start the server again after a crash."""
        connections["default"].close()
        self.server.stop()
        self.server.start()

    def environment(self) -> dict[str, str]:
        """Return the environment of the portal's processes at the clock's instant."""
        broker = self.url("sp_broker", BROKER).replace("postgresql://", "pgmq://", 1)
        return {
            **os.environ,
            "DATABASE_URL": self.url("sp_app", PORTAL),
            "DATABASE_OWNER_URL": self.url("sp_owner", PORTAL),
            "DATABASE_STAFF_URL": self.url("sp_staff", PORTAL),
            "CELERY_BROKER_URL": broker,
            "PORTAL_CLOCK": clock.now().isoformat(),
        }

    def start(self, name: str, *command: str, log: Path) -> None:
        """Start a process of the portal in a group of its own."""
        self._commands[name] = (command, log)
        with log.open("ab") as out:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=self.environment(),
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def tend(self) -> None:
        """Start again what ended by itself, as the launcher does."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.kill(name)
                command, log = self._commands[name]
                self.start(name, *command, log=log)

    def kill(self, name: str) -> None:
        """Kill a process and all that it started, without a farewell."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_all(self) -> None:
        """Leave no process behind."""
        for name in list(self.running):
            self.kill(name)


@contextmanager
def house() -> Iterator[House]:
    """Run a server of its own while the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="house-"))
    try:
        with EmbeddedServer(folder) as server:
            made = House(server)
            made.provision()
            _fill(made)
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(made: House) -> None:
    """Copy the migrated template of the test bed: quicker than to migrate again."""
    facts = bed.current()
    source = str(facts["admin_url"]).rsplit("/", 1)[0] + "/" + bed.TEMPLATE
    target = made.server.admin_url.rsplit("/", 1)[0] + "/" + TEMPLATE
    environment = {"PATH": os.defpath, "TZ": "UTC"}
    dump = [str(programs() / "pg_dump"), "--format=custom", source]
    read = [str(programs() / "pg_restore"), "--exit-on-error", "--clean"]
    copy = subprocess.run(dump, env=environment, check=True, capture_output=True)
    subprocess.run(
        [*read, "--if-exists", "-d", target],
        env=environment,
        check=True,
        input=copy.stdout,
    )


@contextmanager
def living_in(made: House) -> Iterator[House]:
    """Point this process at a fresh portal database of the house, for a block."""
    admin = made.server.admin_url
    drop_database(admin_url=admin, name=PORTAL)
    clone_database(admin_url=admin, template=TEMPLATE, name=PORTAL)
    settings: dict[str, Any] = connections["default"].settings_dict
    connections.close_all()
    own = {
        "NAME": PORTAL,
        "HOST": str(made.server.socket),
        "USER": "sp_app",
        "PASSWORD": made.server.passwords["sp_app"],
    }
    try:
        with mock.patch.dict(settings, own):
            yield made
            connections.close_all()
    finally:
        made.kill_all()
        connections.close_all()


@contextmanager
def as_owner(made: House) -> Iterator[psycopg.Connection[Any]]:
    """Connect to the portal database as the owner of its tables."""
    with psycopg.connect(made.url("sp_owner", PORTAL), autocommit=True) as owner:
        yield owner


def until(
    done: Callable[[], bool],
    *,
    seconds: float = PATIENCE,
    tend: Callable[[], None] = lambda: None,
) -> bool:
    """Wait until a condition holds; tell whether it came to hold."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        tend()
        time.sleep(0.05)
    return False
