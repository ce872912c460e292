"""What every manage.py command is given, and by whom it is stopped."""

import ipaddress
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sellerportal.local import runtime
from sellerportal.local.account import CHECKOUT
from sellerportal.local.errors import LauncherError
from sellerportal.local.folders import VarFolder, secret_key, write_once
from sellerportal.local.portal import web_address
from sellerportal.local.postgres import EmbeddedServer

EVERYWHERE = str(ipaddress.IPv4Address(0))


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("", False),
        ("help", False),
        ("--version", False),
        ("migrate --help", False),
        ("check", False),
        ("check --database default", True),
        ("collectstatic --no-input", False),
        ("makemessages", False),
        ("migrate", True),
        ("shell", True),
        ("up", True),
    ],
)
def test_only_commands_that_need_a_database_get_one(line: str, *, needed: bool) -> None:
    assert runtime.needs_database(line.split()) is needed


def test_what_a_person_has_set_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", "amqp://broker.example")
    monkeypatch.setenv("SECRET_KEY", "")
    runtime.fill_environment({"CELERY_BROKER_URL": "pgmq://x", "SECRET_KEY": "made"})
    assert os.environ["CELERY_BROKER_URL"] == "amqp://broker.example"
    assert os.environ["SECRET_KEY"] == "made"


def test_settings_for_another_server_do_not_lead_astray(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PGSERVICE", "PGHOSTADDR", "PGOPTIONS"):
        monkeypatch.setenv(name, "elsewhere")
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_STAFF_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CELERY_BROKER_URL", "")
    server = EmbeddedServer(tmp_path / "var", durable=False)
    runtime.use_server(server)
    assert [name for name in os.environ if name.startswith("PG")] == []
    assert os.environ["DATABASE_URL"] == server.url(role="sp_app", database="portal")
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_STAFF_URL"):
        monkeypatch.delenv(name)


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    var = VarFolder(tmp_path / "var")
    var.prepare()
    first = secret_key(var)
    assert len(first) >= 50
    assert secret_key(var) == first
    assert (var.secrets / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in var.secrets.iterdir()] == ["secret_key"]


def test_of_two_writers_the_first_wins(tmp_path: Path) -> None:
    assert write_once(tmp_path / "secret", "first") == "first"
    assert write_once(tmp_path / "secret", "second") == "first"


@pytest.mark.parametrize("port", ["0", "70000", "web", "-1", "²"])
def test_a_port_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(LauncherError, match="write a number from 1 to 65535"):
        web_address()


@pytest.mark.parametrize(
    ("mode", "host", "near"),
    [("demo", "127.0.0.1", "127.0.0.1"), ("production", EVERYWHERE, "127.0.0.1")],
)
def test_a_demo_is_reached_from_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, mode: str, host: str, near: str
) -> None:
    monkeypatch.setenv("PORTAL_MODE", mode)
    monkeypatch.setenv("PORTAL_HOST", EVERYWHERE)
    monkeypatch.setenv("PORT", "8123")
    address = web_address()
    assert (address.host, address.near_host) == (host, near)
    assert address.url == "http://127.0.0.1:8123"


def test_a_foreign_folder_is_said_in_one_sentence(tmp_path: Path) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"SECRET_KEY", "DATABASE_URL"}
    }
    (tmp_path / "file").touch()
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=CHECKOUT,
        env={**environment, "PORTAL_VAR": str(tmp_path / "file" / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert "cannot be used" in ran.stderr
