"""A demo whose first load was cut short: noticed at the next start, begun anew."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sellerportal.local.errors import say
from sellerportal.local.folders import VarFolder
from sellerportal.local.postgres import EmbeddedServer
from sellerportal.local.sockets import known_socket_folders


def _marker(var: VarFolder) -> Path:
    return var.run / "demo-loading"


@contextmanager
def demo_loading(var: VarFolder, *, host: str) -> Iterator[None]:
    """Mark the embedded database of ``var`` as half loaded until the block succeeds.

    ``host`` is where the portal's database is reached: a server that is not the
    embedded one of this folder gets no mark, since it is not ours to empty.
    """
    embedded = Path(host) in known_socket_folders(var)
    if embedded:
        _marker(var).touch(mode=0o600)
    yield
    _marker(var).unlink(missing_ok=True)


def keep_half_loaded(var: VarFolder) -> None:
    """Forget that the demo is half loaded: something else may be in it from now on."""
    _marker(var).unlink(missing_ok=True)


def start_over(var: VarFolder, server: EmbeddedServer) -> None:
    """Remove a half-loaded demo, database and keys, before ``server`` is started.

    Only in demo mode, with the keys in the var folder, and only where nothing but the
    interrupted load has used the database; else it is kept for good.
    """
    if not _marker(var).exists():
        return
    demo = (os.environ.get("PORTAL_MODE") or "demo") == "demo"
    keystore = var.path / "keystore"
    elsewhere = os.environ.get("PORTAL_KEYSTORE") or str(keystore)
    loaded = (var.path / "demo-logins.json").exists()
    if demo and not loaded and Path(elsewhere) == keystore:
        say("The demo was interrupted while it loaded; starting it over.")
        server.remove_data()
        shutil.rmtree(keystore, ignore_errors=True)
    keep_half_loaded(var)
