"""Locks between processes that the kernel drops when their holder dies."""

import fcntl
import os
from pathlib import Path


class FileLock:
    """One flock(2) on one file, shared or exclusive; not passed on to children."""

    def __init__(self, path: Path) -> None:
        """Open the file, 0600; nothing is locked yet."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, 0o600)

    def take(self) -> None:
        """Take it for this process alone, waiting as long as it needs."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def take_now(self) -> bool:
        """Take it for this process alone if it is free; answer whether it was."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def share(self) -> None:
        """Take it together with others, waiting while somebody has it alone."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def release(self) -> None:
        """Let go; the file stays."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go and close the file."""
        os.close(self._descriptor)
