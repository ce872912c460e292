"""Migrations say all that the models say, and every one can be taken back."""

import subprocess
import sys
from collections.abc import Sequence

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

from sellerportal.local.provision import clone_database, drop_database
from tests import bed
from tests.laws.sources import PACKAGES

_SCRATCH = "portal_test_backwards"
_THERE_AND_BACK = """
import django; django.setup()
from django.core.management import call_command
from django.db import connections
for app in (
    "sellerportal", "marketplaces", "orders", "compliance", "sellers", "vault"
):
    call_command("migrate", app, "zero", database="owner", verbosity=0)
with connections["owner"].cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_policies WHERE schemaname = 'public'")
    print("policies", cursor.fetchone()[0])
    cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'app'")
    print("schemas", cursor.fetchone()[0])
call_command("migrate", database="owner", verbosity=0)
with connections["owner"].cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_policies WHERE schemaname = 'public'")
    print("again", cursor.fetchone()[0])
"""


def irreversible(operations: Sequence[object]) -> list[str]:
    """Return the operations that cannot be taken back."""
    return [
        type(operation).__name__
        for operation in operations
        if not getattr(operation, "reversible", False)
    ]


@pytest.mark.django_db(databases=["default", "owner"])
def test_no_migration_is_outstanding() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_of_ours_is_reversible() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {
        f"{app}.{name}": irreversible(migration.operations)
        for (app, name), migration in loader.disk_migrations.items()
        if app in PACKAGES
    }
    assert ours == {name: [] for name in ours}
    assert len(ours) >= 8


@pytest.mark.parametrize("operation", [RunSQL("SELECT 1"), RunPython(RunPython.noop)])
def test_a_planted_one_way_is_found(operation: object) -> None:
    assert irreversible([operation]) == [type(operation).__name__]


def test_all_migrations_go_back_and_forth_again() -> None:
    facts = bed.current()
    drop_database(admin_url=facts["admin_url"], name=_SCRATCH + facts["worker"])
    clone_database(
        admin_url=facts["admin_url"],
        template=bed.TEMPLATE,
        name=_SCRATCH + facts["worker"],
    )
    url = facts["owner_url"].replace("DATABASE", _SCRATCH + facts["worker"])
    try:
        done = subprocess.run(
            [sys.executable, "-c", _THERE_AND_BACK],
            env={
                "PORTAL_MODE": "test",
                "SECRET_KEY": "for migrations of a scratch database, there and back",
                "DATABASE_URL": url,
                "DATABASE_OWNER_URL": url,
                "DATABASE_POOL": "false",
                "DJANGO_SETTINGS_MODULE": "sellerportal.settings",
                "PORTAL_VAR": facts["folder"],
            },
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        drop_database(admin_url=facts["admin_url"], name=_SCRATCH + facts["worker"])
    assert done.returncode == 0, done.stderr
    said = dict(line.split() for line in done.stdout.splitlines())
    assert (said["policies"], said["schemas"]) == ("0", "0")
    assert int(said["again"]) >= 11
