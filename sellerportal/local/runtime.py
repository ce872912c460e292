"""Every manage.py command: give it a database and a key, then let Django run it."""

import contextlib
import os
import sys
from collections.abc import Mapping, Sequence

from django.core.management import execute_from_command_line

from sellerportal.local.account import CHECKOUT, var_folder
from sellerportal.local.addresses import portal_environment
from sellerportal.local.errors import LauncherError, say
from sellerportal.local.folders import VarFolder, secret_key
from sellerportal.local.lifetime import shared_server
from sellerportal.local.portal import running_portal, running_url, web_address
from sellerportal.local.postgres import EmbeddedServer
from sellerportal.local.stops import StopRequested
from vault.clock import ClockSettingWrong, clock

#: Commands that touch no database; for them no server is started.
WITHOUT_DATABASE = frozenset(
    {
        "help",
        "version",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "makemessages",
        "provision",
        "sendtestemail",
        "startapp",
        "startproject",
    }
)


def needs_database(arguments: Sequence[str]) -> bool:
    """Answer whether a command line, without the program's name, needs a database."""
    if not arguments or arguments[0].startswith("-"):
        return False
    if {"--help", "-h", "--version"} & set(arguments):
        return False
    name, *rest = arguments
    if name == "check":
        return any(argument.startswith("--database") for argument in rest)
    return name not in WITHOUT_DATABASE


def fill_environment(values: Mapping[str, str]) -> None:
    """Set what is not set already: the person's own settings win."""
    for name, value in values.items():
        if not os.environ.get(name):
            os.environ[name] = value


def use_server(server: EmbeddedServer) -> None:
    """Point the settings, which are read later, to an embedded server."""
    # A PGSERVICE or PGHOSTADDR meant for another server would lead astray.
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]
    fill_environment(
        portal_environment(
            server.admin_url,
            passwords=server.passwords,
            portal="portal",
            broker="broker",
        )
    )


def run(argv: Sequence[str]) -> None:
    """Run ``manage.py`` with ``argv``; ends in SystemExit where the command failed."""
    try:
        _run(list(argv))
    except (LauncherError, ClockSettingWrong) as error:
        say(str(error))
        sys.exit(1)
    except StopRequested:
        # The portal was asked to stop and did: that is no failure. The terminal may
        # be gone, which is one way to ask.
        with contextlib.suppress(OSError):
            say("Stopped.")
        sys.exit(0)
    except KeyboardInterrupt:
        # 128 + SIGINT, as a shell reports it; no traceback for a wish to stop.
        sys.exit(130)


def set_address(var: VarFolder) -> None:
    """Let links lead to the portal that runs, or that would run with this PORT."""
    if not os.environ.get("PORTAL_ADDRESS"):
        os.environ["PORTAL_ADDRESS"] = running_url(var) or web_address().url


def _run(argv: list[str]) -> None:
    clock.obey_setting()
    var = VarFolder(var_folder())
    database = needs_database(argv[1:])
    embedded = database and not os.environ.get("DATABASE_URL")
    fill_environment(
        {
            "DJANGO_SETTINGS_MODULE": "sellerportal.settings",
            "PORTAL_VAR": str(var.path),
        }
    )
    if embedded or not os.environ.get("SECRET_KEY"):
        var.prepare()
        fill_environment({"SECRET_KEY": secret_key(var)})
    if database and argv[1] != "up":
        set_address(var)
    if database and argv[1] == "up":
        os.chdir(CHECKOUT)
        with running_portal(var, embedded=embedded) as server:
            if server is not None:
                use_server(server)
            execute_from_command_line(argv)
    elif embedded:
        with shared_server(var) as server:
            use_server(server)
            execute_from_command_line(argv)
    else:
        execute_from_command_line(argv)
