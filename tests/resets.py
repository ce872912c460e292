"""Clean keystore, clock and tables for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections

from tests import bed
from vault.clock import clock
from vault.keys import data_keys
from vault.keystore import FileKeystore


@pytest.fixture(autouse=True)
def fresh_keystore(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give each test that uses the database a keystore of its own."""
    folder = Path(settings.PORTAL_KEYSTORE)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    FileKeystore(folder).create()
    data_keys.cache_clear()
    yield
    data_keys.cache_clear()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """Let the portal's clock stand on a fixed instant; each test may move it."""
    clock.move("2026-11-22T17:14:00+00:00")
    yield
    clock.move("2026-11-22T17:14:00+00:00")
    cache.clear()


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Real commits; afterwards the owner empties the tables.

    ``sp_app`` may not truncate, and the ledger refuses it to everybody; so the owner
    lifts the ledger's triggers in the same transaction.
    """
    with django_db_blocker.unblock():
        yield
        for connection in connections.all(initialized_only=True):
            connection.close()
        _empty_tables()


def _empty_tables() -> None:
    keep = ("django_migrations", "django_content_type", "auth_permission")
    with bed.owner_connection() as owner, owner.transaction():
        names = owner.execute(
            "SELECT quote_ident(tablename) FROM pg_tables "
            "WHERE schemaname = 'public' AND NOT tablename = ANY(%s)",
            [list(keep)],
        ).fetchall()
        tables = ", ".join(name for (name,) in names)
        owner.execute("ALTER TABLE vault_ledgerentry DISABLE TRIGGER USER")
        owner.execute(f"TRUNCATE {tables}")
        owner.execute("ALTER TABLE vault_ledgerentry ENABLE TRIGGER USER")
