"""Passwords and addresses of the database roles."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from sellerportal.local.folders import write_once

#: The superuser of an embedded server; no process of the portal runs as it.
ADMIN = "sp_admin"

#: Every role of the portal: who migrates, who serves, staff, backup, the broker.
ROLES = ("sp_owner", "sp_app", "sp_staff", "sp_backup", "sp_broker")

#: The one queue of the portal's tasks.
QUEUE = "portal"


def role_passwords(path: Path) -> dict[str, str]:
    """Return the password of every role, random, made once and kept in ``path``."""
    fresh = {role: secrets.token_urlsafe(32) for role in (ADMIN, *ROLES)}
    kept: dict[str, str] = json.loads(write_once(path, json.dumps(fresh, indent=1)))
    return kept


def role_url(server: str, *, role: str, password: str, database: str) -> str:
    """Turn the address of a server into that of one role in one database.

    ``server`` is any address of it; its host, port and options are kept.
    """
    parts = urlsplit(server)
    host = parts.netloc.rpartition("@")[2]
    options = f"?{parts.query}" if parts.query else ""
    who = f"{quote(role, safe='')}:{quote(password, safe='')}"
    return f"postgresql://{who}@{host}/{quote(database, safe='')}{options}"


def portal_environment(
    server: str, *, passwords: Mapping[str, str], portal: str, broker: str
) -> dict[str, str]:
    """Return the environment by which the portal finds its databases."""

    def url(role: str, database: str) -> str:
        return role_url(server, role=role, password=passwords[role], database=database)

    # The broker's transport takes no options.
    queue = url("sp_broker", broker).partition("?")[0].partition("://")[2]
    return {
        "DATABASE_URL": url("sp_app", portal),
        "DATABASE_OWNER_URL": url("sp_owner", portal),
        "DATABASE_STAFF_URL": url("sp_staff", portal),
        "CELERY_BROKER_URL": f"pgmq://{queue}",
    }


def queue_connection(url: str) -> str:
    """Return the libpq words for a ``pgmq://`` address.

    For the option ``conn_string`` of the broker's transport. Without it pgmq takes
    ``DATABASE_URL`` from the environment, whatever address it was given (pgmq 1.1.4,
    ``PGMQConfig``), and so would log in to the portal's database.
    """
    parts = urlsplit(url)
    where, _, port = parts.netloc.rpartition("@")[2].partition(":")
    words = {
        "host": unquote(where) or "localhost",
        "port": port or "5432",
        "dbname": unquote(parts.path.lstrip("/")) or "broker",
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }
    return " ".join(
        f"{name}={_quoted(value)}" for name, value in words.items() if value
    )


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
