"""A forked child has no database session of its parent's, wherever that keeps them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections

from tests.faults import children
from tests.faults.children import ended, in_child, start_child


def session() -> int:
    """Return PostgreSQL's number of the session that this process uses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.fixture
def unseen(transactional_db: None) -> Iterator[int]:
    """Return an open session that `close_all` does not see, as a loop runs since.

    Playwright's blocking interface lets one run in the main thread between two tests.
    """
    before, loop = asyncio._get_running_loop(), asyncio.new_event_loop()
    asyncio._set_running_loop(None)
    opened = session()
    asyncio._set_running_loop(loop)
    assert session() != opened
    yield opened
    connections.close_all()
    asyncio._set_running_loop(None)
    connections.close_all()
    asyncio._set_running_loop(before)
    loop.close()


def test_children_have_sessions_of_their_own(unseen: int, tmp_path: Path) -> None:
    """Both work at once, and the parent's session outlives them."""

    def work(name: str) -> None:
        seen = {session() for _ in range(50)}
        (tmp_path / name).write_text(" ".join(map(str, seen)), encoding="ascii")

    started = [start_child(lambda: work("a")), start_child(lambda: work("b"))]
    assert [ended(child) for child in started] == [0, 0]
    used = [int((tmp_path / name).read_text(encoding="ascii")) for name in "ab"]
    asyncio._set_running_loop(None)
    assert session() == unseen
    assert len({unseen, *used}) == 3


def test_control_a_child_that_forgets_none_speaks_on_its_parents(
    unseen: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "forget_sessions", lambda: None)
    told = tmp_path / "told"
    assert in_child(lambda: told.write_text(str(session()), encoding="ascii")) == 0
    assert told.read_text(encoding="ascii") == str(unseen)
