"""The wish to stop: a signal that becomes an exception, but never at a bad moment."""

import contextlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(KeyboardInterrupt):
    """Somebody asked the portal to stop: Ctrl-C, or SIGTERM, or a closed terminal."""


class StopWish:
    """Raises `StopRequested` in the main thread at the first of `SIGNALS`."""

    def __init__(self) -> None:
        """Wait for nothing yet: until `listen` signals act as they always do."""
        self._held = False
        self._wished = False

    def listen(self) -> None:
        """Turn the signals into `StopRequested` from now on."""
        for number in SIGNALS:
            signal.signal(number, self._hear)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raise only at the end of this block: for the start of a child.

        Between its start and the note of who it is nothing may interrupt.
        """
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._wished:
            raise StopRequested

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        # Stopping is under way after the first; a second must not cut it short. To
        # ignore the signals instead would make every later child ignore them too.
        first, self._wished = not self._wished, True
        if first:
            _say_stopping()
        if first and not self._held:
            raise StopRequested


def _say_stopping() -> None:
    # In a handler sys.stderr may be in the middle of another line's write; and the
    # terminal may be gone. After the ^C that a terminal shows begins a new line.
    with contextlib.suppress(OSError):
        start = b"\n" if os.isatty(2) else b""
        os.write(2, start + "Stopping…\n".encode())


stop_wish = StopWish()
