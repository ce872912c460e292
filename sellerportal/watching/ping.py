"""The ping to a dead man's switch: an address elsewhere that alarms when none comes.

A bare GET, as services such as healthchecks.io take it: no data, no redirect followed.
"""

import http.client
import logging
import re
from dataclasses import dataclass

logger = logging.getLogger(__name__)

#: Seconds for each step: connecting, sending, the answer.
TIMEOUT = 5
#: Modes in which a switch on this machine is taken, without TLS.
LOCAL_MODES = frozenset({"demo", "test"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\])"
    r"(?::(?P<port>\d{1,5}))?(?P<path>/[!-~]*)?"
)


class PingAddressWrong(ValueError):
    """PORTAL_PING_URL names no address that is pinged; the text says what is."""


@dataclass(frozen=True, slots=True)
class PingTarget:
    """Where to ping."""

    secure: bool
    host: str
    port: int | None
    path: str


def ping_target(*, url: str, mode: str) -> PingTarget | None:
    """Read the address; None for an empty one. Raises `PingAddressWrong`.

    ``mode`` is the portal's: in demo and test mode a plain address of this machine
    is taken as well.
    """
    if not url:
        return None
    found = _ADDRESS.fullmatch(url)
    if found is not None:
        secure, host = found["scheme"] == "https", found["host"]
        if secure or (mode in LOCAL_MODES and host in _LOOPBACK):
            port = int(found["port"]) if found["port"] else None
            return PingTarget(secure, host.strip("[]"), port, found["path"] or "/")
    # The path of such an address is a secret, so it stays out of the text.
    message = (
        "PORTAL_PING_URL is no address that can be pinged; write one that begins with "
        "https://, without a user name."
    )
    raise PingAddressWrong(message)


def ping(*, target: PingTarget) -> bool:
    """Ping once; tell whether it was taken. A failure is logged and stops nothing."""
    kind = http.client.HTTPSConnection if target.secure else http.client.HTTPConnection
    connection = kind(target.host, target.port, timeout=TIMEOUT)
    try:
        connection.request("GET", target.path)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        logger.warning("ping: %s", type(error).__name__)
        return False
    finally:
        connection.close()
    taken = http.client.OK <= status < http.client.MULTIPLE_CHOICES
    if not taken:
        logger.warning("ping: answered %s", status)
    return taken
