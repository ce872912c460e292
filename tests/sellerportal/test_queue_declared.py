"""Worker and beat declare the queue at the same instant, and both live."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from sellerportal.local.addresses import QUEUE
from sellerportal.local.broker import install_broker
from sellerportal.local.provision import drop_database
from tests import bed

#: What kombu's transport says for each process that starts (`Channel._new_queue`).
DECLARE = ("SELECT pgmq.create(%s)", "SELECT pgmq.enable_notify_insert(%s)")
PATIENCE = 30


@pytest.fixture
def queue(restricted_role: None) -> Iterator[str]:
    """Return the address of a queue's database that nobody else uses."""
    facts = bed.current()
    admin, name = facts["admin_url"], f"queue_{facts['worker']}"
    drop_database(admin_url=admin, name=name)
    with psycopg.connect(admin, autocommit=True) as made:
        made.execute(f"CREATE DATABASE {name} OWNER sp_broker TEMPLATE template0")
    address = facts["broker_url"].replace("pgmq://", "postgresql://", 1)
    yield address.rpartition("/")[0] + f"/{name}"
    drop_database(admin_url=admin, name=name)


def waiting(queue: str) -> int:
    """Count the sessions that wait for what another one holds."""
    with psycopg.connect(queue) as asking:
        found = asking.execute(
            "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        return len(found.fetchall())


def declare(queue: str) -> None:
    """Declare the queue as a process of Celery does."""
    with psycopg.connect(queue, autocommit=True) as session:
        session.execute("SET client_min_messages = warning")
        for statement in DECLARE:
            session.execute(statement.encode(), [QUEUE])


def declared_twice_at_once(queue: str) -> list[BaseException | None]:
    """Declare in two sessions, stopped in the middle until both have come so far.

    Between dropping the trigger and making it anew pgmq writes into the table that is
    locked here. Returns what the two ended with.
    """
    with ThreadPoolExecutor(max_workers=2) as pool:
        with psycopg.connect(queue) as barrier:
            barrier.execute("LOCK TABLE pgmq.notify_insert_throttle IN SHARE MODE")
            both = [pool.submit(declare, queue) for _ in range(2)]
            end = time.monotonic() + PATIENCE
            while waiting(queue) < len(both):
                assert time.monotonic() < end
        return [each.exception(PATIENCE) for each in both]


def test_two_processes_declare_the_queue_at_once(queue: str) -> None:
    assert install_broker(queue)[-1] == f"Declared the queue {QUEUE}."
    assert declared_twice_at_once(queue) == [None, None]
    assert install_broker(queue) == []


def test_control_a_queue_that_nobody_declared_before(queue: str) -> None:
    """The second makes the trigger that the first has made meanwhile."""
    install_broker(queue)
    with psycopg.connect(queue) as nobody:
        nobody.execute("SELECT pgmq.disable_notify_insert(%s)", [QUEUE])
    ended = sorted(type(each).__name__ for each in declared_twice_at_once(queue))
    assert ended == ["DuplicateObject", "NoneType"]


def test_a_queue_of_an_older_portal_is_declared_at_the_next_start(queue: str) -> None:
    install_broker(queue)
    with psycopg.connect(queue) as older:
        older.execute("SELECT pgmq.drop_queue(%s)", [QUEUE])
    assert install_broker(queue) == [f"Declared the queue {QUEUE}."]
    assert install_broker(queue) == []
