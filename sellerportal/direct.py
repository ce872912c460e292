"""A database connection of its own for one question: no pool, and a short wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

#: Seconds until a database that does not answer counts as down.
CONNECT_TIMEOUT = 3
#: Milliseconds for one statement.
STATEMENT_TIMEOUT = 3_000

#: What a database that is down, restarting or silent raises here.
DatabaseSilent = psycopg.OperationalError


@contextmanager
def direct_connection() -> Iterator[psycopg.Connection[Any]]:
    """Connect as the portal does, for a block; each statement commits by itself.

    A new connection every time: one that was kept would be dead after a restart of
    the database, would wait for a pool that is busy, and would be shared with the
    processes that a worker forks. Raises `DatabaseSilent`.
    """
    settings = connection.get_connection_params()
    options = f"{settings.pop('options', '')} -c statement_timeout={STATEMENT_TIMEOUT}"
    settings |= {"options": options, "connect_timeout": CONNECT_TIMEOUT}
    with psycopg.connect(**settings, autocommit=True) as opened:
        yield opened
