"""``manage.py up``, whole: it starts, answers, sweeps, and leaves no process behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WAIT = 240
#: What the test bed sets for itself and a portal of its own must not inherit.
BED = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_STAFF_URL",
    "DATABASE_POOL",
    "CELERY_BROKER_URL",
    "SECRET_KEY",
    "PORTAL_MODE",
    "EMAIL_BACKEND",
    "COV_CORE_SOURCE",
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a short folder for the data of a portal."""
    with tempfile.TemporaryDirectory(prefix="up-") as name:
        yield Path(name) / "var"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, port: int) -> dict[str, str]:
    """Return the environment of a portal of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in BED}
    return {**kept, "PORTAL_VAR": str(folder), "PORT": str(port)}


def start(folder: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    """Start the portal and wait until it says that it runs."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=environment(folder, port),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    for _ in range(WAIT * 5):
        if b"Stop it with Ctrl-C" in log.read_bytes():
            return process
        assert process.poll() is None, log.read_text()
        time.sleep(0.2)
    process.kill()
    process.wait()
    pytest.fail(log.read_text())


def stop(process: subprocess.Popen[bytes]) -> int:
    """End the portal by SIGTERM; return its exit status."""
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=WAIT)


def left_over(folder: Path) -> list[str]:
    """Return the processes whose command or environment names the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in told and int(entry.name) != os.getpid():
            found.append((entry / "cmdline").read_text().replace("\0", " "))
    return found


def test_it_starts_twice_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    port = free_port()
    process = start(folder, port, tmp_path / "first.log")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/sign-in/") as page:
        assert b"Invented shops and buyers" in page.read()
    logins = json.loads((folder / "demo-logins.json").read_text())
    assert len(logins) == 13
    asked = subprocess.run(
        [sys.executable, "manage.py", "exposure", "--json"],
        cwd=ROOT,
        env=environment(folder, port),
        capture_output=True,
        check=True,
    )
    running = {row["seller"]: row["readable"] for row in json.loads(asked.stdout)}
    assert min(running.values()) > 0
    assert stop(process) == 0
    assert (tmp_path / "first.log").read_text().endswith("\nStopping…\nStopped.\n")
    assert left_over(folder) == []
    again = start(folder, port, tmp_path / "second.log")
    assert "Loading the demo" not in (tmp_path / "second.log").read_text()
    assert stop(again) == 0
    assert left_over(folder) == []


def test_an_interrupted_demo_starts_over(folder: Path, tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "first.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=environment(folder, port),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        while not (folder / "run" / "demo-loading").exists():
            assert process.poll() is None, log.read_text()
            time.sleep(0.02)
        assert stop(process) == 0
    assert not (folder / "demo-logins.json").exists()
    again = start(folder, port, tmp_path / "second.log")
    assert "interrupted while it loaded" in (tmp_path / "second.log").read_text()
    assert len(json.loads((folder / "demo-logins.json").read_text())) == 13
    assert not (folder / "run" / "demo-loading").exists()
    assert stop(again) == 0
