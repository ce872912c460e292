"""Root is left: for whom, with what, and nobody's folder is loosened."""

import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sellerportal.local import account
from sellerportal.local.account import Account, CannotLeaveRoot, choose_account

ANNA = Account("anna", 1000, 1000)
NOBODY = Account("nobody", 65534, 65534)
KNOWN: dict[str | int, Account] = {"anna": ANNA, 1000: ANNA, "nobody": NOBODY}
VAR, CHECKOUT = Path("/portal/var"), Path("/portal")


def _choose(wanted: str, owners: dict[Path, int]) -> Account:
    return choose_account(
        wanted=wanted,
        var=VAR,
        checkout=CHECKOUT,
        owner=owners.get,
        find=lambda who: (
            Account("root", 0, 0) if who in (0, "root") else KNOWN.get(who)
        ),
    )


@pytest.mark.parametrize(
    ("wanted", "owners", "expected"),
    [
        ("anna", {VAR: 65534, CHECKOUT: 0}, ANNA),
        ("", {VAR: 1000, CHECKOUT: 0}, ANNA),
        ("", {VAR: 0, CHECKOUT: 1000}, ANNA),
        ("", {CHECKOUT: 1000}, ANNA),
        ("", {VAR: 0, CHECKOUT: 0}, NOBODY),
        ("", {VAR: 4711, CHECKOUT: 4711}, NOBODY),
    ],
)
def test_the_account_is_chosen_in_a_fixed_order(
    wanted: str, owners: dict[Path, int], expected: Account
) -> None:
    assert _choose(wanted, owners) == expected


@pytest.mark.parametrize("wanted", ["root", "otto"])
def test_root_and_strangers_are_refused(wanted: str) -> None:
    with pytest.raises(CannotLeaveRoot, match=f"PORTAL_USER is '{wanted}'"):
        _choose(wanted, {})


def _other_than_the_owner() -> Account:
    return Account("other", os.getuid() + 1, os.getgid() + 1)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """Return a folder that everybody reaches, as far as this test decides."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid():
            folder.chmod(0o755)
    return tmp_path


def test_a_closed_folder_on_the_way_is_seen(open_folder: Path) -> None:
    place = open_folder / "closed" / "checkout"
    place.mkdir(parents=True)
    before = account.reaches(place, _other_than_the_owner())
    (open_folder / "closed").chmod(0o700)
    assert (before, account.reaches(place, _other_than_the_owner())) == (True, False)
    assert account.reaches(place, Account("me", os.getuid(), os.getgid()))


def test_a_file_for_its_owner_alone_and_a_link_to_it_are_seen(
    open_folder: Path,
) -> None:
    file = open_folder / "python"
    file.touch(mode=0o600)
    link = open_folder / "link"
    link.symlink_to(file)
    assert not account.reaches(file, _other_than_the_owner())
    assert not account.reaches(link, _other_than_the_owner())
    file.chmod(0o644)
    assert account.reaches(link, _other_than_the_owner())


@pytest.mark.parametrize(
    ("reading", "kept", "bits"),
    [
        (False, "-all", []),
        # Else access(2), by which initdb finds its programs, would not know of it.
        (True, "-all,+dac_read_search", ["--securebits=+no_setuid_fixup"]),
    ],
)
def test_at_most_one_capability_is_kept(
    *, reading: bool, kept: str, bits: list[str]
) -> None:
    command = account.setpriv_command("/usr/bin/setpriv", ANNA, reading=reading)
    assert command == [
        "/usr/bin/setpriv",
        "--reuid=1000",
        "--regid=1000",
        "--clear-groups",
        f"--inh-caps={kept}",
        f"--ambient-caps={kept}",
        *bits,
        "--no-new-privs",
    ]


def test_a_folder_with_other_things_is_not_given_away(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    with pytest.raises(CannotLeaveRoot, match="holds other things"):
        account.give(tmp_path, ANNA)
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]


class _Exec(Exception):
    """Stands for the change of program, after which nothing returns."""


Start = Callable[..., list[str]]


@pytest.fixture
def start_as_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Start:
    """Return a function that leaves root as root would, up to the very last step."""
    started: list[list[str]] = []

    def execute(program: str, arguments: list[str]) -> None:
        started.append([program, *arguments])
        raise _Exec

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "execv", execute)
    monkeypatch.setattr(os, "environ", {**os.environ, "PORTAL_USER": "nobody"})
    # What a process that is not root may not do is recorded in other tests.
    monkeypatch.setattr(account, "give", lambda _folder, _account: None)
    setpriv = tmp_path / "setpriv"
    setpriv.write_text("#!/bin/sh\nexit 0\n")
    setpriv.chmod(0o755)

    def start(*, closed: bool, reading: bool) -> list[str]:
        os.environ["PORTAL_VAR"] = str(tmp_path / "var")
        os.environ["PATH"] = str(tmp_path)
        monkeypatch.setattr(account, "reaches", lambda _path, _who: not closed)
        with pytest.raises(_Exec):
            account.leave_root(["python", "manage.py"], reading=reading)
        return started.pop()

    return start


@pytest.mark.parametrize(
    ("closed", "reading", "kept"),
    [
        (False, False, "-all"),
        (True, False, "-all,+dac_read_search"),
        (False, True, "-all,+dac_read_search"),
    ],
)
def test_reading_is_kept_for_a_closed_checkout_and_for_roots_own_commands(
    start_as_root: Start, tmp_path: Path, *, closed: bool, reading: bool, kept: str
) -> None:
    command = start_as_root(closed=closed, reading=reading)
    assert command[0] == str(tmp_path / "setpriv")
    assert f"--ambient-caps={kept}" in command
    assert command[-3:] == ["--", "python", "manage.py"]
    assert os.environ["HOME"] == str(tmp_path / "var" / "home")
    assert os.environ["XDG_RUNTIME_DIR"] == str(tmp_path / "var" / "run")


def test_a_refused_change_of_user_is_said_in_one_sentence(
    start_as_root: Start, tmp_path: Path
) -> None:
    start_as_root(closed=False, reading=False)
    (tmp_path / "setpriv").write_text("#!/bin/sh\necho not permitted >&2; exit 1\n")
    with pytest.raises(CannotLeaveRoot, match=r"refused \(not permitted\)"):
        account.leave_root(["python"], reading=False)


def test_where_reading_may_not_be_kept_commands_run_without_it(
    start_as_root: Start, tmp_path: Path
) -> None:
    start_as_root(closed=False, reading=False)
    (tmp_path / "setpriv").write_text(
        '#!/bin/sh\ncase "$*" in *+dac*) echo not permitted >&2; exit 1; esac\n'
    )
    command = start_as_root(closed=False, reading=True)
    assert "--ambient-caps=-all" in command
    with pytest.raises(CannotLeaveRoot, match="CAP_DAC_READ_SEARCH"):
        start_as_root(closed=True, reading=True)


def test_a_missing_setpriv_is_said_in_one_sentence(
    start_as_root: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_as_root(closed=False, reading=False)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(CannotLeaveRoot, match="install util-linux"):
        account.leave_root(["python"], reading=False)


def test_an_ordinary_user_is_left_alone() -> None:
    before = dict(os.environ)
    account.leave_root([sys.executable], reading=False)
    assert dict(os.environ) == before


def test_a_new_var_folder_is_private_and_its_parent_stays(open_folder: Path) -> None:
    account.mark_as_var(open_folder / "var")
    assert stat.S_IMODE((open_folder / "var").stat().st_mode) == 0o700
    assert stat.S_IMODE(open_folder.stat().st_mode) == 0o755
    assert (open_folder / "var" / account.MARK).exists()
