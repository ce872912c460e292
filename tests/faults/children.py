"""Processes that really die: forked from the test, killed where it says."""

import os
import signal
import traceback
from collections.abc import Callable

from django.db import connections

from vault.faults import Fault, FaultPoint
from vault.keys import data_keys
from vault.keystore import FileKeystore

DIED = -signal.SIGKILL
FAILED = 97
#: Kept, so that nothing in a fork ever closes a session of its parent.
_parents: list[object] = []


def in_child(do: Callable[[], object]) -> int:
    """Run something in a process of its own; return how it ended (a signal is < 0).

    A fork of this process, so that it starts in a moment. It has no session of the
    parent's: two processes that speak on one socket break it for both.
    """
    return ended(start_child(do))


def start_child(do: Callable[[], object]) -> int:
    """Start such a process; return its id, for `ended`."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = FAILED
    try:
        forget_sessions()
        do()
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def forget_sessions() -> None:
    """Begin without any database session: whatever came along is the parent's.

    To close them in the parent is not enough. While an event loop runs in a thread,
    Django keeps the sessions of that loop apart from the thread's own (asgiref's
    thread-critical `Local`), and the browser tests leave a loop running. In a fork no
    loop counts as running, so the child finds the thread's own sessions, opened before
    the first browser test, which the parent's `close_all` did not see.
    """
    for wrapper in connections.all(initialized_only=True):
        _parents.append(wrapper)
        del connections[wrapper.alias]


def ended(child: int) -> int:
    """Wait for a process; return its exit status, or the signal as a negative."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die_at(point: FaultPoint, *, visit: int = 1) -> Fault:
    """Return what kills this very process at a visit of a point, without a farewell."""
    seen: list[FaultPoint] = []

    def hook(reached: FaultPoint) -> None:
        seen.append(reached)
        if reached is point and seen.count(point) == visit:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


def let_keystore_fault(fault: Fault) -> None:
    """Give this process's keystore the fault, as if it had been made with it."""
    keys = data_keys()
    keys.keystore = FileKeystore(keys.keystore.folder, fault=fault)
