"""A half-loaded demo is removed, and nothing but a half-loaded demo."""

from pathlib import Path

import pytest

from sellerportal.local.folders import VarFolder
from sellerportal.local.lifetime import shared_server
from sellerportal.local.postgres import EmbeddedServer
from sellerportal.local.unfinished import demo_loading, start_over


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VarFolder:
    """Return a var folder with a database and a key, neither of them real."""
    monkeypatch.setenv("PORTAL_MODE", "demo")
    monkeypatch.delenv("PORTAL_KEYSTORE", raising=False)
    folder = VarFolder(tmp_path / "var")
    folder.prepare()
    EmbeddedServer(folder.path)
    for name in ("postgres", "keystore"):
        (folder.path / name).mkdir()
        (folder.path / name / "content").touch()
    return folder


class _Interrupted(Exception):
    """Stands for a stop in the middle of the load."""


def _interrupt(var: VarFolder, *, host: str = "") -> None:
    with (
        pytest.raises(_Interrupted),
        demo_loading(var, host=host or str(var.run / "socket")),
    ):
        raise _Interrupted


def _kept(var: VarFolder) -> list[str]:
    names = ("postgres", "keystore")
    return [name for name in names if (var.path / name).exists()]


def test_an_interrupted_load_is_removed_once(
    var: VarFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    _interrupt(var)
    start_over(var, EmbeddedServer(var.path))
    assert _kept(var) == []
    assert capsys.readouterr().err.count("starting it over") == 1
    var.data.mkdir()
    start_over(var, EmbeddedServer(var.path))
    assert _kept(var) == ["postgres"]


def test_a_whole_load_is_kept(var: VarFolder) -> None:
    with demo_loading(var, host=str(var.run / "socket")):
        pass
    start_over(var, EmbeddedServer(var.path))
    assert _kept(var) == ["postgres", "keystore"]


def test_a_load_that_only_missed_its_end_is_kept(var: VarFolder) -> None:
    _interrupt(var)
    (var.path / "demo-logins.json").write_text("[]")
    start_over(var, EmbeddedServer(var.path))
    assert _kept(var) == ["postgres", "keystore"]


def test_a_load_into_another_server_removes_nothing_here(var: VarFolder) -> None:
    _interrupt(var, host="database.example")
    start_over(var, EmbeddedServer(var.path))
    assert _kept(var) == ["postgres", "keystore"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORTAL_MODE", "production"), ("PORTAL_KEYSTORE", "/elsewhere/keystore")],
)
def test_what_may_be_more_than_the_demo_is_kept_for_good(
    var: VarFolder, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    _interrupt(var)
    with monkeypatch.context() as other:
        other.setenv(name, value)
        start_over(var, EmbeddedServer(var.path))
    start_over(var, EmbeddedServer(var.path))
    assert _kept(var) == ["postgres", "keystore"]


def test_what_another_command_used_is_kept(tmp_path: Path) -> None:
    var = VarFolder(tmp_path / "var")
    var.prepare()
    _interrupt(var)
    with shared_server(var):
        pass
    start_over(var, EmbeddedServer(var.path))
    assert _kept(var) == ["postgres"]
