"""The test bed: one embedded server for a run, one database for each worker.

Loaded as a plugin (``-p tests.bed``) before Django's settings are, since these read
the environment. The controller starts the server; workers find it in the environment.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sellerportal.local.postgres import EmbeddedServer
from sellerportal.local.provision import Databases, provision

TEMPLATE = "portal_test_template"
_BED = "PORTAL_TEST_BED"
_current: dict[str, Any] = {}
_server: list[EmbeddedServer] = []


def facts_of(server: EmbeddedServer, *, folder: Path) -> dict[str, Any]:
    """Return what a worker needs to know of the server."""
    return {
        "admin_url": server.admin_url,
        "passwords": dict(server.passwords),
        "app_url": _pattern(server, "sp_app"),
        "owner_url": _pattern(server, "sp_owner"),
        "staff_url": _pattern(server, "sp_staff"),
        "backup_url": _pattern(server, "sp_backup"),
        "broker_url": _queue(server),
        "folder": str(folder),
    }


def enter(facts: dict[str, Any], *, worker: str) -> None:
    """Point this process at its own database and keystore, before Django loads."""
    database = f"portal_test_{worker}"
    _current.update(facts, database=database, worker=worker)
    Path(facts["folder"], f"var-{worker}", "static").mkdir(parents=True, exist_ok=True)
    os.environ.update(
        PORTAL_MODE="test",
        PORTAL_VAR=f"{facts['folder']}/var-{worker}",
        SECRET_KEY="a key of the test suite alone, long enough for every check of it",
        DATABASE_URL=facts["app_url"].replace("DATABASE", database),
        DATABASE_OWNER_URL=facts["owner_url"].replace("DATABASE", database),
        DATABASE_STAFF_URL=facts["staff_url"].replace("DATABASE", database),
        DATABASE_POOL="false",
        CELERY_BROKER_URL="memory://",
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    )


def current() -> dict[str, Any]:
    """Return the facts of this process."""
    return _current


def migrate(*, owner_url: str) -> None:
    """Migrate a database as its owner, in a process of its own."""
    environment = {
        **os.environ,
        "PORTAL_MODE": "test",
        "SECRET_KEY": "for the migration of the template only, never used by a server",
        "DATABASE_URL": owner_url,
        "DATABASE_OWNER_URL": owner_url,
        "DATABASE_POOL": "false",
        "DJANGO_SETTINGS_MODULE": "sellerportal.settings",
    }
    code = (
        "import django; django.setup(); "
        "from django.core.management import call_command; "
        "call_command('migrate', database='owner', verbosity=0)"
    )
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def owner_connection() -> psycopg.Connection[Any]:
    """Connect to this worker's database as the owner of its tables."""
    url = _current["owner_url"].replace("DATABASE", _current["database"])
    return psycopg.connect(url, autocommit=True)


def admin_connection() -> psycopg.Connection[Any]:
    """Connect to this worker's database as the superuser, for faults and controls."""
    url = _current["admin_url"].rsplit("/", 1)[0] + "/" + _current["database"]
    return psycopg.connect(url, autocommit=True)


def assert_restricted_role() -> None:
    """Assert that tests run as sp_app: no superuser, no bypass, owner of nothing."""
    from django.db import connection  # noqa: PLC0415 - settings must be loaded

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, "
            "(SELECT count(*) FROM pg_class WHERE relowner = r.oid) "
            "FROM pg_roles r WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("sp_app", False, False, 0)


def close_connections() -> None:
    """Close Django's connections."""
    from django.db import connections  # noqa: PLC0415 - settings must be loaded

    connections.close_all()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server in the process that started it."""
    del config
    while _server:
        _server.pop().stop()
        shutil.rmtree(_current["folder"], ignore_errors=True)


def _pattern(server: EmbeddedServer, role: str) -> str:
    return server.url(role=role, database="DATABASE")


def _queue(server: EmbeddedServer) -> str:
    url = server.url(role="sp_broker", database="broker")
    return url.replace("postgresql://", "pgmq://", 1)


def _start() -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="sp-"))
    server = EmbeddedServer(folder, durable=False)
    server.start()
    _server.append(server)
    facts = facts_of(server, folder=folder)
    provision(
        admin_url=server.admin_url,
        passwords=server.passwords,
        databases=Databases(portal=TEMPLATE, broker="broker"),
        exclusive=True,
    )
    migrate(owner_url=facts["owner_url"].replace("DATABASE", TEMPLATE))
    os.environ[_BED] = json.dumps(facts)
    return facts


enter(
    json.loads(os.environ[_BED]) if _BED in os.environ else _start(),
    worker=os.environ.get("PYTEST_XDIST_WORKER", "main"),
)
