"""The message queue of the embedded set-up: pgmq, installed from its SQL file."""

import psycopg
from pgmq.install import get_embedded_install_sql, get_embedded_sql_version


def install_broker(broker_url: str) -> list[str]:
    """Install pgmq's schema as the role that will own it, unless it is there.

    A schema of another version, or one that was begun by hand, is replaced: messages
    are only reminders, and what is due stands in the portal's own rows. Returns what
    was done.
    """
    note = f"pgmq {get_embedded_sql_version()}, installed by Seller Portal"
    with psycopg.connect(broker_url) as connection:
        # Two launchers on one server take turns.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('portal-broker'))")
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
