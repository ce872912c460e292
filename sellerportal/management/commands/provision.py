"""manage.py provision: roles and databases on a PostgreSQL server of your own."""

import argparse
import json
import os
from pathlib import Path

import psycopg
from django.core.management.base import BaseCommand, CommandError

from sellerportal.local.account import var_folder
from sellerportal.local.addresses import portal_environment, role_passwords
from sellerportal.local.folders import VarFolder
from sellerportal.local.provision import Databases, provision


class Command(BaseCommand):
    """Make or check the portal's roles and databases, and print the environment."""

    help = "Makes the portal's roles and databases on your own PostgreSQL server."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the address of the server and the names to use there."""
        parser.add_argument(
            "--admin-url",
            default=os.environ.get("PROVISION_ADMIN_URL"),
            help="postgresql://admin:password@host/postgres; a role that may create "
            "roles and databases. Or set PROVISION_ADMIN_URL, which other users of "
            "this machine cannot see.",
        )
        parser.add_argument("--portal", default="portal", help="the portal's database")
        parser.add_argument("--broker", default="broker", help="the queue's database")
        parser.add_argument(
            "--exclusive",
            action="store_true",
            help="the server serves the portal alone: close its other databases",
        )
        parser.add_argument(
            "--passwords",
            type=Path,
            help="a JSON file of role and password, made if missing; "
            "default: secrets/provisioned.json in the var folder",
        )

    def handle(self, *_args: object, **options: object) -> None:
        """Provision, tell on standard error what was done, print the environment."""
        admin_url = options["admin_url"]
        if not isinstance(admin_url, str):
            message = "Name the server with --admin-url or PROVISION_ADMIN_URL."
            raise CommandError(message)
        passwords = role_passwords(_password_file(options["passwords"]))
        names = Databases(portal=str(options["portal"]), broker=str(options["broker"]))
        try:
            done = provision(
                admin_url=admin_url,
                passwords=passwords,
                databases=names,
                exclusive=bool(options["exclusive"]),
            )
        except psycopg.Error as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            message = f"The server refused: {reason}"
            raise CommandError(message) from error
        self.stderr.write("\n".join(done or ["All was there already."]))
        environment = portal_environment(
            admin_url,
            passwords=passwords,
            portal=names.portal,
            broker=names.broker or "",
        )
        self.stdout.write(
            "\n".join(
                f"{name}={json.dumps(value)}" for name, value in environment.items()
            )
        )


def _password_file(given: object) -> Path:
    if isinstance(given, Path):
        return given
    var = VarFolder(var_folder())
    var.prepare()
    return var.secrets / "provisioned.json"
