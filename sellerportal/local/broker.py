"""The message queue of the embedded set-up: pgmq, installed from its SQL file."""

import psycopg
from pgmq.install import get_embedded_install_sql, get_embedded_sql_version
from psycopg import Connection

from sellerportal.local.addresses import QUEUE

Broker = Connection[tuple[object, ...]]


def install_broker(broker_url: str) -> list[str]:
    """Install pgmq's schema as the role that will own it, and declare the queue.

    A schema of another version, or one that was begun by hand, is replaced: messages
    are only reminders, and what is due stands in the portal's own rows. Returns what
    was done.
    """
    with psycopg.connect(broker_url) as connection:
        # Two launchers on one server take turns.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('portal-broker'))")
        return _install(connection) + _declare(connection)


def _install(connection: Broker) -> list[str]:
    note = f"pgmq {get_embedded_sql_version()}, installed by Seller Portal"
    found = connection.execute(
        "SELECT obj_description(oid, 'pg_namespace'), to_regclass('pgmq.meta') "
        "FROM pg_namespace WHERE nspname = 'pgmq'"
    ).fetchone()
    if found is not None and found[0] == note and found[1] is not None:
        return []
    connection.execute("SET LOCAL client_min_messages = warning")
    connection.execute("DROP SCHEMA IF EXISTS pgmq CASCADE")
    connection.execute(get_embedded_install_sql().encode())
    connection.execute(f"COMMENT ON SCHEMA pgmq IS '{note}'".encode())
    return [f"Installed {note.partition(',')[0]} into the broker database."]


def _declare(connection: Broker) -> list[str]:
    """Make the queue and the trigger that wakes its readers, before any process does.

    Worker and beat declare both at each start, and pgmq makes the trigger anew. Where
    it is there, dropping it holds the table, so that they take turns. Where it is not,
    nothing is held: of two that make the first one, the second ends with an error.
    """
    found = connection.execute(
        "SELECT FROM pg_trigger WHERE tgrelid = to_regclass(%s) "
        "AND tgfoid = to_regproc('pgmq.notify_queue_listeners')",
        [f"pgmq.q_{QUEUE}"],
    ).fetchone()
    if found is not None:
        return []
    connection.execute("SET LOCAL client_min_messages = warning")
    connection.execute("SELECT pgmq.create(%s)", [QUEUE])
    connection.execute("SELECT pgmq.enable_notify_insert(%s)", [QUEUE])
    return [f"Declared the queue {QUEUE}."]
