"""A portal of its own with the demo in it, gone when the pictures are taken."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sellerportal.local.account import CHECKOUT

_STARTED = b"Stop it with Ctrl-C"
_WAIT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class LogIn:
    """Who can sign in to the demo, and the name of the page to do it on."""

    email: str
    password: str
    door: str


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: its address, its first shop, the people of that shop by role."""

    origin: str
    slug: str
    people: dict[str, LogIn]


class DemoDidNotStart(RuntimeError):
    """The portal ended, or did not say in time that it runs; the text is its log."""


@contextmanager
def running_demo() -> Iterator[Demo]:
    """Run the portal with the demo for a block, on a free port."""
    folder = Path(tempfile.mkdtemp(prefix="screens-"))
    # Started by root, it runs as somebody else, who must get through to its data.
    folder.chmod(0o711)
    port = _free_port()
    # Every setting of the caller's own portal would lead to its data.
    ours = {"PORTAL_VAR": str(folder / "var"), "PORT": str(port), "PORTAL_MODE": "demo"}
    kept = ("PATH", "HOME", "LANG", "PORTAL_USER")
    passed = {name: os.environ[name] for name in kept if name in os.environ}
    log = folder / "up.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=CHECKOUT,
            env=passed | ours,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, log)
        yield _demo(folder / "var", port)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while _STARTED not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > end:
            raise DemoDidNotStart(log.read_text(errors="replace"))
        time.sleep(0.5)


def _demo(var: Path, port: int) -> Demo:
    rows = json.loads((var / "demo-logins.json").read_text(encoding="utf-8"))
    slug = rows[0]["shop"]
    people: dict[str, LogIn] = {}
    for row in rows:
        # Staff of the operator belong to no shop.
        if row["shop"] in (slug, None):
            door = "account_login" if row["shop"] else "staff_sign_in"
            login = LogIn(row["email"], row["password"], door)
            people.setdefault(row["role"], login)
    return Demo(origin=f"http://127.0.0.1:{port}", slug=slug, people=people)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
