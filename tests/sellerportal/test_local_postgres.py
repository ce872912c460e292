"""The embedded server: private, quiet, and gone with whoever started it."""

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from sellerportal.local.account import CHECKOUT
from sellerportal.local.addresses import role_url
from sellerportal.local.errors import LauncherError
from sellerportal.local.folders import VarFolder
from sellerportal.local.postgres import EmbeddedServer
from sellerportal.local.processes import started_at, working_in
from sellerportal.local.sockets import LONGEST

_HOLD = """
import sys, time
from pathlib import Path
from sellerportal.local.postgres import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), durable=False)
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


def until(done: Callable[[], bool]) -> None:
    """Wait for something that another process does; the suite's limit ends it."""
    while not done():
        time.sleep(0.02)


def modes(folder: Path) -> dict[str, int]:
    """Return the permission bits of everything directly in ``folder``."""
    return {path.name: stat.S_IMODE(path.lstat().st_mode) for path in folder.iterdir()}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """Return a running server of its own."""
    with EmbeddedServer(tmp_path / "var", durable=False) as running:
        yield running


def test_it_answers_and_leaves_no_process_behind(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "var", durable=False)
    server.start()
    pid = server.pid
    with psycopg.connect(server.admin_url) as connection:
        found = connection.execute("SHOW server_version").fetchone()
        assert found is not None
        assert found[0].startswith("18.")
    # A session that is still open does not hold it up.
    session = psycopg.connect(server.admin_url)
    server.stop()
    session.close()
    assert started_at(pid) is None
    assert working_in(tmp_path / "var" / "postgres", name="postgres") == ()
    assert not (tmp_path / "var" / "run" / "postgres.json").exists()


def test_a_second_start_keeps_what_was_committed(tmp_path: Path) -> None:
    for statement in ("CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)"):
        with (
            EmbeddedServer(tmp_path / "var", durable=False) as server,
            psycopg.connect(server.admin_url) as connection,
        ):
            connection.execute(statement)
    with (
        EmbeddedServer(tmp_path / "var") as server,
        psycopg.connect(server.admin_url) as connection,
    ):
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]


def test_its_folders_are_private_and_the_parent_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o751)
    with EmbeddedServer(tmp_path / "var", durable=False) as server:
        var = tmp_path / "var"
        assert modes(tmp_path) == {"var": 0o700}
        assert {name for name, mode in modes(var).items() if mode != 0o700} == {
            ".seller-portal"
        }
        assert modes(var / "secrets") == {"database.json": 0o600}
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o751


def test_a_password_is_asked_for_and_a_wrong_one_refused(
    server: EmbeddedServer,
) -> None:
    wrong = role_url(
        server.admin_url, role="sp_admin", password="wrong", database="postgres"
    )
    with pytest.raises(psycopg.OperationalError, match="password authentication"):
        psycopg.connect(wrong)
    with psycopg.connect(server.admin_url) as connection:
        rules = connection.execute(
            "SELECT type, auth_method FROM pg_hba_file_rules"
        ).fetchall()
        stored = connection.execute(
            "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid "
            "WHERE rolname = 'sp_admin'"
        ).fetchone()
        listens = connection.execute("SHOW listen_addresses").fetchone()
    assert (rules, stored, listens) == ([("local", "scram-sha-256")], (True,), ("",))


def test_its_log_holds_no_value_of_a_failing_statement(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE people (name text PRIMARY KEY)")
        connection.execute("INSERT INTO people VALUES ('Mira Sandoval')")
        for statement in (
            "SELECT 'Mira Sandoval'::int",
            "INSERT INTO people VALUES ('Mira Sandoval')",
            'SELECT 1 / 0 AS "Mira Sandoval"',
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement.encode())
    log = (tmp_path / "var" / "log" / "postgres.log").read_text()
    assert "ready to accept connections" in log
    assert "Mira" not in log
    assert "Sandoval" not in log


def test_it_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path / "var")],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
    )
    with owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        started = started_at(pid)
        assert started is not None
        owner.kill()
    until(lambda: started_at(pid) != started)
    until(lambda: not working_in(tmp_path / "var" / "postgres", name="postgres"))


def test_a_server_left_behind_is_stopped_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = EmbeddedServer(tmp_path / "var", durable=False)
    left.start()
    with EmbeddedServer(tmp_path / "var", durable=False) as server:
        assert server.pid != left.pid
        with psycopg.connect(server.admin_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert "left behind" in capsys.readouterr().err
    left.stop()


def test_a_process_with_a_recycled_number_is_not_signalled(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "var", durable=False):
        pass
    with subprocess.Popen(["sleep", "600"]) as stranger:
        # Both notes name the stranger, as after a reboot; only the start differs.
        record = {"pid": stranger.pid, "started": 1}
        (tmp_path / "var" / "run" / "postgres.json").write_text(json.dumps(record))
        data = tmp_path / "var" / "postgres"
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n1\n5432\n\n")
        with EmbeddedServer(tmp_path / "var", durable=False) as server:
            assert server.pid != stranger.pid
        assert stranger.poll() is None
        stranger.kill()


def test_a_start_that_was_cut_off_is_begun_anew(tmp_path: Path) -> None:
    VarFolder(tmp_path / "var").prepare()
    half = tmp_path / "var" / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    with EmbeddedServer(tmp_path / "var", durable=False) as server:
        assert started_at(server.pid) is not None
    assert not half.exists()
    assert not (tmp_path / "var" / "secrets" / "initdb").exists()


@pytest.mark.parametrize("name", ["x" * LONGEST, "a b", "it's,here"])
def test_an_awkward_path_gets_a_short_private_socket(tmp_path: Path, name: str) -> None:
    with EmbeddedServer(tmp_path / name, durable=False) as server:
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
        assert not server.socket.is_relative_to(tmp_path)
        again = EmbeddedServer(tmp_path / name, durable=False)
        assert again.socket == server.socket
        with psycopg.connect(again.admin_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    server.socket.rmdir()


def test_a_server_that_cannot_start_says_where_the_reason_stands(
    tmp_path: Path,
) -> None:
    with EmbeddedServer(tmp_path / "var", durable=False):
        pass
    (tmp_path / "var" / "postgres" / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(LauncherError, match=r"ended with 1; .*postgres\.log"):
        EmbeddedServer(tmp_path / "var", durable=False).start()


def test_lost_passwords_are_said_and_nothing_is_made_over(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "var", durable=False):
        pass
    (tmp_path / "var" / "secrets" / "database.json").unlink()
    with pytest.raises(LauncherError, match=r"database\.json is missing"):
        EmbeddedServer(tmp_path / "var", durable=False)
    assert modes(tmp_path / "var" / "secrets") == {}


def test_it_runs_as_this_user_with_nothing_of_our_environment(
    server: EmbeddedServer,
) -> None:
    assert Path(f"/proc/{server.pid}").stat().st_uid == os.geteuid() != 0
    seen = Path(f"/proc/{server.pid}/environ").read_bytes()
    assert b"SECRET_KEY" not in seen
    assert b"DATABASE_URL" not in seen
    assert os.getsid(server.pid) == server.pid
