"""Roles and databases: who may enter what, and a second run that does nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sellerportal.local.account import CHECKOUT
from sellerportal.local.addresses import ROLES
from sellerportal.local.postgres import EmbeddedServer
from sellerportal.local.provision import clone_database, drop_database, provision


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """Return one provisioned server for this module."""
    folder = tmp_path_factory.mktemp("server") / "var"
    with EmbeddedServer(folder, durable=False) as running:
        provision(
            admin_url=running.admin_url, passwords=running.passwords, exclusive=True
        )
        yield running


def _ask(server: EmbeddedServer, role: str, database: str, query: str) -> object:
    url = server.url(role=role, database=database)
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchone()


def test_a_second_run_does_nothing(server: EmbeddedServer) -> None:
    done = provision(
        admin_url=server.admin_url, passwords=server.passwords, exclusive=True
    )
    assert done == []


@pytest.mark.parametrize("role", ROLES)
def test_no_role_has_more_than_it_needs(server: EmbeddedServer, role: str) -> None:
    database = "broker" if role == "sp_broker" else "portal"
    flags = _ask(
        server,
        role,
        database,
        "SELECT current_user::text, rolsuper, rolcreatedb, rolcreaterole, "
        "rolreplication, rolbypassrls FROM pg_roles WHERE rolname = current_user",
    )
    assert flags == (role, False, False, False, False, role == "sp_backup")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("database", ["portal", "broker", "postgres", "template1"])
def test_each_role_enters_its_own_database_only(
    server: EmbeddedServer, role: str, database: str
) -> None:
    home = "broker" if role == "sp_broker" else "portal"
    if database == home:
        assert _ask(server, role, database, "SELECT 1") == (1,)
    else:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            _ask(server, role, database, "SELECT 1")


@pytest.mark.parametrize("role", ROLES)
def test_a_wrong_password_is_refused(server: EmbeddedServer, role: str) -> None:
    database = "broker" if role == "sp_broker" else "portal"
    url = server.url(role=role, database=database)
    with pytest.raises(psycopg.OperationalError, match="password authentication"):
        psycopg.connect(url.replace(server.passwords[role], "wrong"))


@pytest.mark.parametrize("role", ["sp_app", "sp_staff", "sp_backup"])
@pytest.mark.parametrize(
    "statement",
    [
        "DO $$ BEGIN END $$",
        "CREATE TABLE public.mine (n int)",
        "CREATE TEMPORARY TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "SET ROLE sp_owner",
        "CREATE ROLE mine",
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_import('/nowhere')",
    ],
)
def test_visitors_make_nothing(
    server: EmbeddedServer, role: str, statement: str
) -> None:
    url = server.url(role=role, database="portal")
    with psycopg.connect(url) as connection:
        # The right must be missing, not only the session read-only.
        connection.execute("SET TRANSACTION READ WRITE")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_the_owner_makes_tables_and_functions(server: EmbeddedServer) -> None:
    with psycopg.connect(server.url(role="sp_owner", database="portal")) as owner:
        owner.execute("CREATE TABLE made (n int)")
        owner.execute("DO $$ BEGIN END $$")
        owner.rollback()


@pytest.mark.parametrize("role", ["sp_app", "sp_staff"])
def test_sessions_of_the_portal_are_bounded(server: EmbeddedServer, role: str) -> None:
    limits = _ask(
        server,
        role,
        "portal",
        "SELECT current_setting('idle_in_transaction_session_timeout'), "
        "current_setting('statement_timeout'), current_setting('lock_timeout'), "
        "current_setting('TimeZone')",
    )
    assert limits == ("1min", "1min", "30s", "UTC")


def test_the_backup_reads_everything_and_writes_nothing(server: EmbeddedServer) -> None:
    with psycopg.connect(
        server.url(role="sp_owner", database="portal"), autocommit=True
    ) as owner:
        owner.execute("CREATE TABLE guarded AS SELECT 1 AS n")
        owner.execute(
            "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        )
        assert owner.execute("SELECT n FROM guarded").fetchall() == []
        with psycopg.connect(server.url(role="sp_backup", database="portal")) as backup:
            assert backup.execute("SELECT n FROM guarded").fetchall() == [(1,)]
            backup.rollback()
            backup.execute("SET TRANSACTION READ WRITE")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                backup.execute("DELETE FROM guarded")
        owner.execute("DROP TABLE guarded")


def test_the_queue_works_and_is_made_again_when_it_is_lost(
    server: EmbeddedServer,
) -> None:
    query = "SELECT pgmq.create('t'), pgmq.send('t', '{}'::jsonb)"
    assert _ask(server, "sp_broker", "broker", query) == ("", 1)
    with psycopg.connect(server.url(role="sp_broker", database="broker")) as broker:
        broker.execute("DROP SCHEMA pgmq CASCADE")
    done = provision(
        admin_url=server.admin_url, passwords=server.passwords, exclusive=True
    )
    assert len(done) == 2
    assert done[0].startswith("Installed pgmq ")
    assert done[1] == "Declared the queue portal."
    assert _ask(server, "sp_broker", "broker", query) == ("", 1)


def test_what_somebody_loosened_is_mended(server: EmbeddedServer) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute("ALTER ROLE sp_app BYPASSRLS CREATEDB PASSWORD 'other'")
        admin.execute("ALTER ROLE sp_app RESET statement_timeout")
        admin.execute("GRANT CONNECT ON DATABASE portal TO PUBLIC")
    with psycopg.connect(server.admin_url, dbname="portal", autocommit=True) as admin:
        admin.execute("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC")
    done = provision(
        admin_url=server.admin_url, passwords=server.passwords, exclusive=True
    )
    assert done == [
        "Set sp_app to NOCREATEDB NOBYPASSRLS.",
        "Set statement_timeout of sp_app to 60s.",
        "Closed the database portal to everybody not named.",
        "Took the making of large objects from everybody.",
        "Set the password of sp_app.",
    ]


def test_a_clone_is_guarded_like_its_template(server: EmbeddedServer) -> None:
    clone_database(admin_url=server.admin_url, template="portal", name="portal_copy")
    assert _ask(server, "sp_app", "portal_copy", "SELECT 1") == (1,)
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        _ask(server, "sp_broker", "portal_copy", "SELECT 1")
    for _ in range(2):
        drop_database(admin_url=server.admin_url, name="portal_copy")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        _ask(server, "sp_app", "portal_copy", "SELECT 1")


def test_an_administrator_without_superuser_rights_suffices(
    tmp_path: Path,
) -> None:
    with EmbeddedServer(tmp_path / "var", durable=False) as server:
        with psycopg.connect(server.admin_url, autocommit=True) as admin:
            admin.execute(
                "CREATE ROLE boss LOGIN CREATEDB CREATEROLE BYPASSRLS PASSWORD 'boss'"
            )
            admin.execute("GRANT pg_read_all_data TO boss WITH ADMIN OPTION")
        url = server.admin_url.replace(
            f"sp_admin:{server.passwords['sp_admin']}", "boss:boss"
        )
        assert provision(admin_url=url, passwords=server.passwords) != []
        assert _ask(server, "sp_app", "portal", "SELECT 1") == (1,)


def test_the_command_prints_an_environment_that_connects(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    secret = tmp_path / "passwords.json"
    secret.write_text(json.dumps(server.passwords))
    command = [sys.executable, "manage.py", "provision", "--passwords", str(secret)]
    ran = subprocess.run(
        command,
        cwd=CHECKOUT,
        env={**os.environ, "PROVISION_ADMIN_URL": server.admin_url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr.strip() == "All was there already."
    values = dict(line.split("=", 1) for line in ran.stdout.splitlines())
    assert set(values) == {
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "DATABASE_STAFF_URL",
        "CELERY_BROKER_URL",
    }
    with psycopg.connect(json.loads(values["DATABASE_URL"])) as connection:
        assert connection.execute("SELECT current_user::text").fetchone() == ("sp_app",)
