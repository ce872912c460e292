"""manage.py up: the whole portal on this machine, until Ctrl-C."""

import hashlib
import http.client
import json
import time
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from sellerportal.local.errors import say
from sellerportal.local.folders import VarFolder, write_private
from sellerportal.local.portal import WebAddress, web_address
from sellerportal.local.services import Household, portal_services
from sellerportal.watching.ping import PingAddressWrong, ping_target

_STEP = 0.1


class Command(BaseCommand):
    """Bring the database up to date, sweep what is due, then run all services."""

    help = "Runs the portal on this machine until Ctrl-C."

    def handle(self, *_args: object, **_options: object) -> None:
        """Run until a wish to stop; the launcher has started the database."""
        var = VarFolder(settings.PORTAL_VAR)
        address = web_address()
        _check_ping()
        migrate()
        call_command("prepare")
        if settings.DEMO:
            call_command("load_demo")
        collect_static(var)
        # The services have sessions of their own; the launcher needs none any more.
        close_sessions()
        household = Household(portal_services(var, address), var)
        try:
            _wait_for_answer(household, address)
            household.settle()
            self.stdout.write(greeting(address, var))
            self.stdout.flush()
            household.watch()
        finally:
            household.stop()


def _check_ping() -> None:
    """Refuse a switch that could not be pinged, before anything starts."""
    try:
        ping_target(url=settings.PORTAL_PING_URL, mode=settings.PORTAL_MODE)
    except PingAddressWrong as error:
        raise CommandError(str(error)) from error


def migrate() -> None:
    """Migrate as the owner of the tables, unless there is nothing to migrate."""
    executor = MigrationExecutor(connections["owner"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database up to date.")
        call_command("migrate", database="owner", interactive=False, verbosity=0)


def close_sessions() -> None:
    """Close every database session of this process, and the pools behind them."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def collect_static(var: VarFolder) -> None:
    """Collect and hash the static files, unless none changed since the last time."""
    state = _static_state()
    note = var.run / "static-state"
    known = note.read_text(encoding="utf-8") if note.exists() else ""
    if known != state or not Path(settings.STATIC_ROOT).exists():
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        write_private(note, state)


def _static_state() -> str:
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _wait_for_answer(household: Household, address: WebAddress) -> None:
    while not answers(address):
        household.tend()
        time.sleep(_STEP)


def answers(address: WebAddress) -> bool:
    """Answer whether a web server replies, whatever it replies."""
    connection = http.client.HTTPConnection(address.near_host, address.port, timeout=30)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def greeting(address: WebAddress, var: VarFolder) -> str:
    """Return what is printed when the portal is up: where, and in demo mode who."""
    lines = [f"Seller Portal is running at {address.url}"]
    logins = var.path / "demo-logins.json"
    if settings.DEMO and logins.exists():
        lines.append("Demo log-ins:")
        rows = json.loads(logins.read_text(encoding="utf-8"))
        columns = ("shop", "role", "email", "password")
        widths = {
            key: max(len(str(row[key] or "-")) for row in rows) for key in columns
        }
        lines += [
            "  " + "  ".join(str(row[key] or "-").ljust(widths[key]) for key in columns)
            for row in rows
        ]
    lines.append("Stop it with Ctrl-C.")
    return "\n".join(line.rstrip() for line in lines)
