"""Web, worker, beat and watch: started, watched, restarted, stopped together."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sellerportal.local.account import CHECKOUT
from sellerportal.local.errors import LauncherError, say
from sellerportal.local.folders import VarFolder
from sellerportal.local.portal import WebAddress
from sellerportal.local.processes import kill_group, signal_group, start_child
from sellerportal.local.stops import stop_wish

#: Seconds that a service is given to end its work before it is killed.
GRACE = 20.0

#: Seconds between restarts: doubled up to the longest, and forgotten after a while.
FIRST_PAUSE, LONGEST_PAUSE, FORGIVEN_AFTER = 1.0, 30.0, 60.0

#: Failures in a row before anything answered, after which the portal gives up.
HOPELESS = 3

_STEP = 0.1


@dataclass(frozen=True, slots=True)
class Service:
    """A program that the portal consists of."""

    name: str
    command: Sequence[str]
    # What the kernel sends to it where the launcher is killed.
    on_death: signal.Signals = signal.SIGTERM
    # Whether to repeat the wish to stop to all its processes: granian's own worker
    # misses one that comes while it starts.
    insist: bool = False


def portal_services(var: VarFolder, address: WebAddress) -> tuple[Service, ...]:
    """List the programs of one portal."""
    python = sys.executable
    celery = (python, "-m", "celery", "--app", "sellerportal", "--quiet")
    return (
        Service(
            "web",
            (
                *(python, "-m", "granian", "--interface", "wsgi", "--no-ws"),
                *("--host", address.host, "--port", str(address.port)),
                *("--workers", "1", "--blocking-threads", "4"),
                *("--workers-kill-timeout", "15"),
                "sellerportal.wsgi:application",
            ),
            insist=True,
        ),
        Service(
            "worker",
            (
                *(*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"),
                # They talk through queues that this broker does not carry.
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ),
            # Its gentle end would wait for a database that ends as well; a task that
            # is cut off is given out again.
            on_death=signal.SIGKILL,
        ),
        Service(
            "beat",
            (
                *(*celery, "beat", "--loglevel", "INFO", "--pidfile="),
                *("--schedule", str(var.run / "beat")),
            ),
        ),
        # The alarm hangs on none of the others.
        Service("watch", (python, "manage.py", "watch")),
    )


class _Running:
    """One service with its process and the history of its failures."""

    def __init__(self, service: Service, var: VarFolder) -> None:
        self.service = service
        self._log = var.log_file(service.name)
        self._process: subprocess.Popen[bytes] | None = None
        self._began = self._due = 0.0
        self._pause = FIRST_PAUSE
        self.failures = 0

    def tend(self) -> None:
        """Start it where it does not run and its pause is over."""
        process = self._process
        if process is None:
            if time.monotonic() >= self._due:
                self._start()
        elif process.poll() is not None:
            self._process = None
            self._note_failure(process)

    def _start(self) -> None:
        self._began = time.monotonic()
        with stop_wish.held():
            self._process = start_child(
                self.service.command,
                log=self._log,
                folder=CHECKOUT,
                environment=os.environ,
                on_death=self.service.on_death,
            )

    def _note_failure(self, process: subprocess.Popen[bytes]) -> None:
        kill_group(process)
        now = time.monotonic()
        if now - self._began > FORGIVEN_AFTER:
            self._pause, self.failures = FIRST_PAUSE, 0
        self.failures += 1
        self._due = now + self._pause
        say(
            f"The {self.service.name} process ended ({process.returncode}); starting "
            f"it again in {self._pause:.0f} s. Its log: {self._log}"
        )
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def give_up_if_hopeless(self) -> None:
        """Raise `LauncherError` where it failed too often in a row."""
        if self.failures >= HOPELESS:
            message = (
                f"The {self.service.name} process does not start; its log says why: "
                f"{self._log}."
            )
            raise LauncherError(message)

    def ask_to_stop(self) -> None:
        """Send it SIGTERM."""
        if self._process is not None:
            self._process.terminate()

    def end_by(self, deadline: float) -> None:
        """Wait for its end until ``deadline`` (monotonic), then kill what is left."""
        process, self._process = self._process, None
        if process is None:
            return
        while process.poll() is None and time.monotonic() < deadline:
            if self.service.insist:
                signal_group(process, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1)
        if process.poll() is None:
            say(f"The {self.service.name} process did not stop in time; killing it.")
        kill_group(process)


class Household:
    """All services of a portal."""

    def __init__(self, services: Sequence[Service], var: VarFolder) -> None:
        """Open the logs; nothing is started yet."""
        self._running = [_Running(service, var) for service in services]
        self._settled = False

    def tend(self) -> None:
        """Start what does not run; raise `LauncherError` where that is hopeless."""
        for running in self._running:
            running.tend()
            if not self._settled:
                running.give_up_if_hopeless()

    def settle(self) -> None:
        """From now on a failing service is started again without end."""
        self._settled = True

    def watch(self) -> None:
        """Keep everything running until a wish to stop interrupts this."""
        while True:
            self.tend()
            time.sleep(_STEP)

    def stop(self) -> None:
        """Ask all to stop, wait, and kill what has not."""
        for running in self._running:
            running.ask_to_stop()
        deadline = time.monotonic() + GRACE
        for running in self._running:
            running.end_by(deadline)
