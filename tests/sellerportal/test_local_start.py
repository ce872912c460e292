"""What a person sees who starts the portal, or a command, in a wrong way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sellerportal.local import runtime
from sellerportal.local.account import CHECKOUT, MARK
from sellerportal.local.errors import LauncherError
from sellerportal.local.folders import VarFolder, write_private
from sellerportal.local.portal import running_url
from sellerportal.local.processes import started_at
from sellerportal.local.stops import StopRequested
from vault.clock import Clock, ClockSettingWrong


def _manage(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    left = {"SECRET_KEY", "DATABASE_URL", "PORTAL_MODE"}
    kept = {name: text for name, text in os.environ.items() if name not in left}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={**kept, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["up", "exposure", "check"])
def test_a_clock_setting_that_makes_no_sense_is_one_sentence(
    tmp_path: Path, command: str
) -> None:
    ran = _manage(command, PORTAL_CLOCK="rubbish", PORTAL_VAR=str(tmp_path / "var"))
    sentence = "PORTAL_CLOCK is 'rubbish'; write +120d or 2026-12-24T09:00Z.\n"
    assert (ran.returncode, ran.stderr) == (1, sentence)
    assert not (tmp_path / "var" / "postgres").exists()


@pytest.mark.parametrize("setting", ["rubbish", "+99999999999d"])
def test_a_clock_of_the_environment_refuses_at_every_use(
    monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("PORTAL_MODE", "demo")
    monkeypatch.setenv("PORTAL_CLOCK", setting)
    clock = Clock.of_environment()
    for use in (clock.now, clock.today, clock.now, clock.obey_setting):
        with pytest.raises(ClockSettingWrong, match="write \\+120d"):
            use()
    clock.move("2030-01-01")
    assert clock.today().isoformat() == "2030-01-01"


def test_a_clock_of_the_environment_goes_back_to_its_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORTAL_MODE", "demo")
    monkeypatch.setenv("PORTAL_CLOCK", "2030-01-01")
    clock = Clock.of_environment()
    with clock.standing_at(Clock(mode="demo", setting="2029-05-05").now()):
        assert clock.today().isoformat() == "2029-05-05"
    assert clock.today().isoformat() == "2030-01-01"


def test_production_reads_no_clock_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_MODE", "production")
    monkeypatch.setenv("PORTAL_CLOCK", "2030-01-01")
    clock = Clock.of_environment()
    clock.obey_setting()
    before = Clock(mode="production").now()
    assert before <= clock.now() <= Clock(mode="production").now()


def test_a_folder_with_other_things_is_refused_and_left_as_it_is(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "letter.txt").touch()
    ran = _manage("exposure", PORTAL_VAR=str(tmp_path))
    assert ran.returncode == 1
    assert ran.stderr == (
        f"PORTAL_VAR is {tmp_path}, which holds other things; "
        "name a folder that is new or empty.\n"
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]
    assert tmp_path.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    ("names", "refused"),
    [
        ([], False),
        (["static", "keystore"], False),
        ([MARK, "letter.txt"], False),
        (["static", "letter.txt"], True),
    ],
)
def test_only_what_is_not_the_portals_is_refused(
    tmp_path: Path, names: list[str], *, refused: bool
) -> None:
    for name in names:
        (tmp_path / name).touch()
    if refused:
        with pytest.raises(LauncherError, match="holds other things"):
            VarFolder(tmp_path).prepare()
    else:
        VarFolder(tmp_path).prepare()
    assert (tmp_path / "run").exists() is not refused


@pytest.fixture
def var(tmp_path: Path) -> VarFolder:
    """Return a var folder."""
    folder = VarFolder(tmp_path / "var")
    folder.prepare()
    return folder


def test_the_address_is_that_of_a_portal_that_lives(var: VarFolder) -> None:
    note, me = var.run / "portal.url", os.getpid()
    assert running_url(var) is None
    write_private(note, f"http://127.0.0.1:8123\n{me} {started_at(me)}\n")
    assert running_url(var) == "http://127.0.0.1:8123"
    write_private(note, f"http://127.0.0.1:8123\n{me} 1\n")
    assert running_url(var) is None
    assert not note.exists()


@pytest.mark.parametrize(
    ("set_by_hand", "running", "expected"),
    [
        ("https://portal.example", True, "https://portal.example"),
        ("", True, "http://127.0.0.1:8123"),
        ("", False, "http://127.0.0.1:8331"),
    ],
)
def test_links_lead_to_the_portal(
    var: VarFolder,
    monkeypatch: pytest.MonkeyPatch,
    set_by_hand: str,
    *,
    running: bool,
    expected: str,
) -> None:
    monkeypatch.setenv("PORT", "8331")
    monkeypatch.setenv("PORTAL_ADDRESS", set_by_hand)
    if running:
        facts = f"{os.getpid()} {started_at(os.getpid())}"
        write_private(var.run / "portal.url", f"http://127.0.0.1:8123\n{facts}\n")
    runtime.set_address(var)
    assert os.environ["PORTAL_ADDRESS"] == expected


def test_the_end_of_a_stop_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(_argv: list[str]) -> None:
        raise StopRequested

    monkeypatch.setattr(runtime, "_run", stop)
    with pytest.raises(SystemExit) as ended:
        runtime.run(["manage.py", "up"])
    assert (ended.value.code, capsys.readouterr().err) == (0, "Stopped.\n")
