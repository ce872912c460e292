"""One portal for each var folder and each port: what is settled before it starts."""

import errno
import ipaddress
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sellerportal.local.child import end_with_parent
from sellerportal.local.errors import LauncherError
from sellerportal.local.folders import VarFolder, write_private
from sellerportal.local.lifetime import owned_server
from sellerportal.local.locks import FileLock
from sellerportal.local.postgres import EmbeddedServer
from sellerportal.local.processes import started_at
from sellerportal.local.stops import stop_wish

#: TCP has no port beyond this one.
LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address as a person types it into a browser on this machine."""
        host = self.near_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def near_host(self) -> str:
        """The host under which this machine itself reaches it."""
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return self.host
        if not address.is_unspecified:
            return self.host
        return "::1" if isinstance(address, ipaddress.IPv6Address) else "127.0.0.1"


def web_address() -> WebAddress:
    """Read PORT and PORTAL_HOST; in demo mode the host is this machine alone."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LAST_PORT):
        message = f"PORT is {text!r}; write a number from 1 to {LAST_PORT}."
        raise LauncherError(message)
    host = os.environ.get("PORTAL_HOST") or "127.0.0.1"
    if (os.environ.get("PORTAL_MODE") or "demo") == "demo":
        host = "127.0.0.1"
    return WebAddress(host, int(text))


@contextmanager
def running_portal(
    var: VarFolder, *, embedded: bool
) -> Iterator[EmbeddedServer | None]:
    """Be the one portal of ``var``, with its server where it is an embedded one.

    Raises `LauncherError` where a portal runs already, or the port is taken, and
    `StopRequested` in the block at a wish to stop.
    """
    address = web_address()
    var.prepare()
    lock = FileLock(var.run / "portal.lock")
    if not lock.take_now():
        place = running_url(var) or "its address"
        message = f"The portal of {var.path} is already running at {place}."
        raise LauncherError(message)
    note = _url_note(var)
    try:
        _check_port(address)
        started = started_at(os.getpid())
        write_private(note, f"{address.url}\n{os.getpid()} {started}\n")
        if not os.environ.get("PORTAL_ADDRESS"):
            os.environ["PORTAL_ADDRESS"] = address.url
        _listen_for_stops()
        if embedded:
            with owned_server(var) as server:
                yield server
        else:
            yield None
    finally:
        note.unlink(missing_ok=True)
        lock.close()


def running_url(var: VarFolder) -> str | None:
    """Return where the portal of ``var`` runs; None, and no note of it, where not."""
    note = _url_note(var)
    try:
        url, pid, started = note.read_text(encoding="utf-8").split()
    except (FileNotFoundError, ValueError):
        return None
    if str(started_at(int(pid))) == started:
        return url
    # Its launcher was killed.
    note.unlink(missing_ok=True)
    return None


def _url_note(var: VarFolder) -> Path:
    return var.run / "portal.url"


def _check_port(address: WebAddress) -> None:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address.host, address.port))
        except OSError as error:
            reason = (
                "is taken by another program"
                if error.errno == errno.EADDRINUSE
                else f"cannot be used ({error.strerror})"
            )
            message = (
                f"Port {address.port} on {address.host} {reason}; "
                "choose another with PORT=number."
            )
            raise LauncherError(message) from error


def _listen_for_stops() -> None:
    stop_wish.listen()
    if "MAKELEVEL" in os.environ:
        # A make that is killed takes the portal with it.
        end_with_parent(signal.SIGTERM)
