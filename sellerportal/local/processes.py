"""Processes of the launcher: started as its children, known by more than their id."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_CHILD = Path(__file__).with_name("child.py")


def start_child(
    command: Sequence[str],
    *,
    log: Path,
    folder: Path,
    environment: Mapping[str, str],
    on_death: signal.Signals,
) -> subprocess.Popen[bytes]:
    """Start ``command`` in a session of its own, its output going to ``log``.

    When the launcher dies in any way the kernel sends ``on_death`` to it. Call this
    from the main thread: the kernel watches the thread, not the process.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [
                sys.executable,
                "-ISB",
                str(_CHILD),
                str(int(on_death)),
                str(os.getpid()),
                *command,
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
        )


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to a child and to what it started, as far as any of it lives."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of a child and of what it started, and collect it."""
    signal_group(process, signal.SIGKILL)
    process.wait()


def started_at(pid: int) -> int | None:
    """Return when a process started, in clock ticks since boot; None if it is gone.

    With its id this names a process for good: a later process may get the same id,
    but not the same start. A zombie counts as gone.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name in brackets may hold anything; the numbers follow the last bracket.
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def working_in(folder: Path, *, name: str) -> tuple[int, ...]:
    """List the processes called ``name`` whose working folder is ``folder``."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            same = (entry / "cwd").readlink() == folder
            if same and (entry / "comm").read_text().strip() == name:
                found.append(int(entry.name))
        except OSError:
            # Gone meanwhile, or another user's.
            continue
    return tuple(found)
