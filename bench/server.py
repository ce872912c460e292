"""A database server for one run, as durable as the portal's own, gone afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sellerportal.local.account import CHECKOUT
from sellerportal.local.addresses import portal_environment
from sellerportal.local.postgres import EmbeddedServer
from sellerportal.local.provision import USUAL, provision

#: The instant at which the whole run stands; sweeps go on from here.
STANDS_AT = "2026-11-22T12:00:00+00:00"
#: What the caller's environment may not bring into the run.
_OURS = ("PORTAL_", "DATABASE_", "CELERY_", "PYTEST_", "PG")


@contextmanager
def portal_for_a_run(var: Path) -> Iterator[dict[str, str]]:
    """Start an empty, migrated portal in a folder of its own under ``var``.

    Yields the environment in which it is reached. Server and folder are gone at the
    end, however the block ends.
    """
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=var))
    server = None
    try:
        server = EmbeddedServer(folder)
        server.start()
        provision(
            admin_url=server.admin_url, passwords=server.passwords, exclusive=True
        )
        environment = _environment(server, folder)
        _migrate(environment)
        yield environment
    finally:
        if server is not None:
            server.stop()
            # It lies elsewhere where the path of the folder is too long.
            shutil.rmtree(server.socket, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def run_module(
    module: str, *arguments: str, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a module of this package with Django set up, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bench.django_process", module, *arguments],
        env=environment,
        cwd=CHECKOUT,
        check=False,
        text=True,
    )


def _environment(server: EmbeddedServer, folder: Path) -> dict[str, str]:
    kept = {n: v for n, v in os.environ.items() if not n.startswith(_OURS)}
    addresses = portal_environment(
        server.admin_url,
        passwords=server.passwords,
        portal=USUAL.portal,
        broker=str(USUAL.broker),
    )
    return {
        **kept,
        **addresses,
        "CELERY_BROKER_URL": "memory://",
        "DATABASE_POOL": "false",
        "DJANGO_SETTINGS_MODULE": "sellerportal.settings",
        "LOG_LEVEL": "ERROR",
        "PORTAL_CLOCK": STANDS_AT,
        "PORTAL_MODE": "demo",
        "PORTAL_VAR": str(folder),
        "SECRET_KEY": "a key of this run alone, long enough for every check of it",
    }


def _migrate(environment: dict[str, str]) -> None:
    owner = {**environment, "DATABASE_URL": environment["DATABASE_OWNER_URL"]}
    command = [sys.executable, "-m", "django", "migrate", "--database", "owner"]
    quietly = ("--verbosity", "0", "--skip-checks")
    subprocess.run([*command, *quietly], env=owner, cwd=CHECKOUT, check=True)
