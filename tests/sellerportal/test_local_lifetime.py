"""One server for all commands of a var folder, owned, joined and left in order."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from sellerportal.local.account import CHECKOUT
from sellerportal.local.errors import LauncherError
from sellerportal.local.folders import VarFolder
from sellerportal.local.lifetime import owned_server, shared_server
from sellerportal.local.portal import running_portal
from sellerportal.local.processes import working_in
from sellerportal.local.stops import SIGNALS, StopRequested, StopWish

#: A command of another process: says the server's number, ends on a line of input.
_COMMAND = """
import sys
from pathlib import Path
import psycopg
from sellerportal.local.folders import VarFolder
from sellerportal.local.lifetime import {how}
with {how}(VarFolder(Path(sys.argv[1]))) as server:
    with psycopg.connect(server.url(role="sp_app", database="portal")) as session:
        data = session.execute("SELECT pg_postmaster_start_time()::text").fetchone()
        print(data[0], flush=True)
        sys.stdin.readline()
        session.execute("SELECT 1")
        print("still there", flush=True)
"""


class Command:
    """Another process that uses the server."""

    def __init__(self, var: VarFolder, *, how: str = "shared_server") -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND.format(how=how), str(var.path)],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def line(self) -> str:
        """Return its next line."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def let_end(self) -> None:
        """Let it go on to its end."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """Kill it at once."""
        self._process.kill()

    def status(self) -> int:
        """Wait for its end and return its status."""
        with self._process:
            return self._process.wait()


@pytest.fixture
def var(tmp_path: Path) -> Iterator[VarFolder]:
    """Return a var folder; at the end no server may be left in it."""
    folder = VarFolder(tmp_path / "var")
    folder.prepare()
    yield folder
    assert working_in(folder.data, name="postgres") == ()


def test_a_second_command_uses_the_server_of_the_first(var: VarFolder) -> None:
    with shared_server(var):
        second = Command(var)
        assert second.line() != ""
        assert len(working_in(var.data, name="postgres")) > 0
        second.let_end()
        assert second.status() == 0


def test_the_first_waits_for_the_second(var: VarFolder) -> None:
    first = Command(var)
    started = first.line()
    second = Command(var)
    assert second.line() == started
    first.let_end()
    assert first.line() == "still there"
    assert "waiting for its end" in first.line()
    # The first is done and would stop its server; the second still finds it.
    second.let_end()
    assert second.line() == "still there"
    assert (second.status(), first.status()) == (0, 0)


def test_two_at_once_share_one_server(var: VarFolder) -> None:
    commands = [Command(var) for _ in range(3)]
    assert len({command.line() for command in commands}) == 1
    for command in commands:
        command.let_end()
    assert [command.status() for command in commands] == [0, 0, 0]


def test_after_a_killed_owner_the_next_command_starts_anew(var: VarFolder) -> None:
    killed = Command(var)
    started = killed.line()
    killed.kill()
    assert killed.status() == -signal.SIGKILL
    after = Command(var)
    assert after.line() not in {"", started}
    after.let_end()
    assert after.status() == 0


def test_the_portal_waits_for_a_command_that_owns_the_server(var: VarFolder) -> None:
    command = Command(var)
    started = command.line()
    portal = Command(var, how="owned_server")
    assert "waiting for its end" in portal.line()
    command.let_end()
    assert command.status() == 0
    assert portal.line() not in {"", started}
    portal.let_end()
    assert portal.status() == 0


def test_a_command_joins_the_portals_server(var: VarFolder) -> None:
    with owned_server(var) as server:
        command = Command(var)
        with psycopg.connect(server.url(role="sp_app", database="portal")) as session:
            row = session.execute("SELECT pg_postmaster_start_time()::text").fetchone()
        assert (command.line(),) == row
        command.let_end()
        assert command.status() == 0


@pytest.fixture
def quiet_signals() -> Iterator[None]:
    """Put the signals back as they were."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def free_port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Return a port that nobody uses, and set it."""
    monkeypatch.delenv("MAKELEVEL", raising=False)
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
    monkeypatch.setenv("PORT", str(port))
    return port


@pytest.mark.usefixtures("quiet_signals")
def test_a_second_portal_names_the_address_of_the_first(
    var: VarFolder, free_port: int
) -> None:
    with ExitStack() as stack:
        stack.enter_context(running_portal(var, embedded=False))
        with pytest.raises(
            LauncherError, match=f"already running at http://127.0.0.1:{free_port}"
        ):
            stack.enter_context(running_portal(var, embedded=False))


@pytest.mark.usefixtures("quiet_signals")
def test_a_taken_port_is_said_before_anything_starts(
    var: VarFolder, free_port: int
) -> None:
    with socket.create_server(("127.0.0.1", free_port)), ExitStack() as stack:
        with pytest.raises(LauncherError, match=f"Port {free_port} .* is taken"):
            stack.enter_context(running_portal(var, embedded=True))
        assert not var.data.exists()
    # And the folder is free again for a start with another port.
    with running_portal(var, embedded=False) as server:
        assert server is None


@pytest.mark.usefixtures("quiet_signals")
def test_a_wish_to_stop_waits_for_the_start_of_a_child() -> None:
    wish = StopWish()
    wish.listen()
    reached = []

    def start_a_child() -> None:
        with wish.held():
            os.kill(os.getpid(), signal.SIGTERM)
            reached.append("the end of the block")

    with pytest.raises(StopRequested):
        start_a_child()
    # A second wish does not cut short what the first began.
    os.kill(os.getpid(), signal.SIGTERM)
    reached.append("the end of the test")
    assert reached == ["the end of the block", "the end of the test"]
