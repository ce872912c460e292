"""One server for every command of a var folder: the first owns it, others join.

Two locks carry this. ``server.lock`` is held by whoever owns the server, from before
its start until after its stop. ``users.lock`` is shared by every command that uses
it, and taken alone by an owner that is about to stop it. The kernel drops both when a
process dies, so nothing has to be cleaned up after a SIGKILL.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sellerportal.local.errors import say
from sellerportal.local.folders import VarFolder, write_private
from sellerportal.local.locks import FileLock
from sellerportal.local.postgres import EmbeddedServer
from sellerportal.local.processes import started_at
from sellerportal.local.provision import provision
from sellerportal.local.unfinished import keep_half_loaded, start_over

#: Seconds that a portal which is told to stop leaves to commands beside it.
LAST_CALL = 10.0

_STEP = 0.05


class _Sharing:
    """What the processes of one var folder agree on about their server."""

    def __init__(self, var: VarFolder) -> None:
        self.server_lock = FileLock(var.run / "server.lock")
        self.users_lock = FileLock(var.run / "users.lock")
        self._ready = var.run / "server.json"

    def announce(self, server: EmbeddedServer) -> None:
        """Say that the server may be used."""
        facts = {"pid": server.pid, "started": started_at(server.pid)}
        write_private(self._ready, json.dumps(facts))

    def withdraw(self) -> None:
        """Say that it may not be used any more."""
        self._ready.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Answer whether a server that somebody owns may be used."""
        try:
            facts = json.loads(self._ready.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return False
        started: int | None = facts["started"]
        return started is not None and started_at(facts["pid"]) == started

    def close(self) -> None:
        """Drop both locks."""
        self.users_lock.close()
        self.server_lock.close()


@contextmanager
def shared_server(var: VarFolder) -> Iterator[EmbeddedServer]:
    """Use the server of ``var`` as one command among others.

    Where none runs this command starts one, and at its end stops it once no other
    command uses it.
    """
    sharing = _Sharing(var)
    try:
        sharing.users_lock.share()
        if _became_owner(sharing):
            keep_half_loaded(var)
            with _owned(sharing, var, last_call=None) as server:
                yield server
        else:
            yield EmbeddedServer(var.path)
    finally:
        sharing.close()


@contextmanager
def owned_server(var: VarFolder) -> Iterator[EmbeddedServer]:
    """Own the server of ``var`` for the life of the portal.

    A command that owns one at this moment is waited for. At the end commands that
    still use the server have a last call of some seconds.
    """
    sharing = _Sharing(var)
    try:
        if not sharing.server_lock.take_now():
            say("A command is using the database of this portal; waiting for its end.")
            _wait(sharing.server_lock.take_now)
        start_over(var, EmbeddedServer(var.path))
        with _owned(sharing, var, last_call=LAST_CALL) as server:
            yield server
    finally:
        sharing.close()


def _became_owner(sharing: _Sharing) -> bool:
    """Wait until there is a server to join (False) or none is owned (True)."""
    while not sharing.server_lock.take_now():
        if sharing.is_ready():
            return False
        time.sleep(_STEP)
    return True


@contextmanager
def _owned(
    sharing: _Sharing, var: VarFolder, *, last_call: float | None
) -> Iterator[EmbeddedServer]:
    sharing.withdraw()
    with EmbeddedServer(var.path) as server:
        provision(
            admin_url=server.admin_url, passwords=server.passwords, exclusive=True
        )
        sharing.announce(server)
        try:
            yield server
        finally:
            _wait_for_users(sharing, last_call)
            sharing.withdraw()


def _wait_for_users(sharing: _Sharing, last_call: float | None) -> None:
    sharing.users_lock.release()
    if not sharing.users_lock.take_now():
        say("Another command is using the database; waiting for its end.")
        _wait(sharing.users_lock.take_now, seconds=last_call)


def _wait(done: Callable[[], bool], *, seconds: float | None = None) -> None:
    end = None if seconds is None else time.monotonic() + seconds
    while not done() and (end is None or time.monotonic() < end):
        time.sleep(_STEP)
