"""Web, worker and beat as processes: kept alive, and none left behind."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from sellerportal.local import services
from sellerportal.local.errors import LauncherError
from sellerportal.local.folders import VarFolder
from sellerportal.local.portal import WebAddress
from sellerportal.local.processes import started_at
from sellerportal.local.services import Household, Service, portal_services

#: Writes its own and its child's process id, then works on; stubborn if told so.
_PROGRAM = """
import os, signal, sys, time
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    with open(sys.argv[1], "a") as file:
        file.write(f"{os.getpid()} {child}\\n")
time.sleep(600)
"""


class Family:
    """A household of one program, and what its processes wrote."""

    def __init__(self, var: VarFolder, manner: str) -> None:
        """Name the program; nothing runs yet."""
        self._file = var.run / "pids"
        command = (sys.executable, "-c", _PROGRAM, str(self._file), manner)
        self.household = Household([Service("web", command)], var)

    def pids(self, lines: int) -> list[int]:
        """Tend until the program was started ``lines`` times; return the last ids."""
        while True:
            self.household.tend()
            text = self._file.read_text() if self._file.exists() else ""
            if text.count("\n") >= lines:
                return [int(word) for word in text.splitlines()[-1].split()]
            time.sleep(0.02)


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VarFolder:
    """Return a var folder, with short pauses."""
    monkeypatch.setattr(services, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(services, "GRACE", 1.0)
    folder = VarFolder(tmp_path / "var")
    folder.prepare()
    return folder


@pytest.mark.parametrize("manner", ["polite", "stubborn"])
def test_nothing_is_left_after_a_stop(
    var: VarFolder, manner: str, capsys: pytest.CaptureFixture[str]
) -> None:
    family = Family(var, manner)
    pids = family.pids(1)
    assert all(started_at(pid) is not None for pid in pids)
    family.household.stop()
    while any(started_at(pid) is not None for pid in pids):
        time.sleep(0.02)
    assert ("did not stop in time" in capsys.readouterr().err) is (manner == "stubborn")


def test_a_program_that_ends_is_started_again_without_its_orphans(
    var: VarFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    family = Family(var, "polite")
    first, orphan = family.pids(1)
    os.kill(first, signal.SIGKILL)
    second, _ = family.pids(2)
    assert second != first
    while started_at(orphan) is not None:
        time.sleep(0.02)
    family.household.stop()
    assert "The web process ended (-9); starting it again" in capsys.readouterr().err


def test_a_program_that_never_starts_is_given_up(var: VarFolder) -> None:
    household = Household([Service("web", (sys.executable, "-c", "1 / 0"))], var)
    with pytest.raises(LauncherError, match="web process does not start"):
        household.watch()
    household.stop()
    assert "ZeroDivisionError" in (var.log / "web.log").read_text()


def test_a_portal_that_has_answered_is_never_given_up(
    var: VarFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(services, "LONGEST_PAUSE", 0.05)
    household = Household([Service("web", (sys.executable, "-c", "1 / 0"))], var)
    household.settle()
    failures = 0
    while failures <= services.HOPELESS:
        household.tend()
        failures += capsys.readouterr().err.count("starting it again")
        time.sleep(0.02)
    household.stop()


def test_the_web_listens_where_it_is_told(var: VarFolder) -> None:
    services = portal_services(var, WebAddress("127.0.0.1", 8123))
    assert [s.name for s in services] == ["web", "worker", "beat", "watch"]
    web, _worker, beat, _watch = services
    assert "--host 127.0.0.1 --port 8123" in " ".join(web.command)
    assert str(var.run / "beat") in beat.command
