"""Where the database's socket lies: private, short, and plain enough for a URL."""

import os
import re
import stat
import tempfile
from pathlib import Path

from sellerportal.local.folders import PRIVATE, VarFolder, write_once

#: A socket's whole path may take 107 bytes (unix(7)); its file name takes 15 of them.
LONGEST = 90

# The queue's client puts the path unquoted into a list of words, and PostgreSQL reads
# it as a list of paths, so it may hold nothing that suffers by that.
_PLAIN = re.compile(r"/[A-Za-z0-9._/-]+", re.ASCII)


def socket_folder(var: VarFolder) -> Path:
    """Return the folder of the socket, 0700 and ours; make it where it is missing.

    It lies in the var folder, or, where that path is too long or not plain, in the
    temp folder under a name that is kept in the var folder.
    """
    inside = var.run / "socket"
    if fits(inside):
        inside.mkdir(mode=0o700, exist_ok=True)
        return inside
    note = var.run / "socket-folder"
    if note.exists():
        known = Path(note.read_text(encoding="utf-8"))
        if _is_private(known):
            return known
        note.unlink(missing_ok=True)
    folder = _make()
    kept = Path(write_once(note, str(folder)))
    if kept != folder:
        folder.rmdir()
    return kept


def known_socket_folders(var: VarFolder) -> frozenset[Path]:
    """Return where the socket of ``var`` may lie by what is known; makes nothing."""
    note = var.run / "socket-folder"
    noted = [Path(note.read_text(encoding="utf-8"))] if note.exists() else []
    return frozenset([var.run / "socket", *noted])


def fits(path: Path) -> bool:
    """Answer whether a socket folder may lie at ``path``."""
    return len(bytes(path)) <= LONGEST and _PLAIN.fullmatch(str(path)) is not None


def _make() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="portal-"))
    if fits(folder):
        return folder
    folder.rmdir()
    # TMPDIR itself is long or not plain; this one is private all the same.
    return Path(tempfile.mkdtemp(prefix="portal-", dir=Path("/") / "tmp"))


def _is_private(folder: Path) -> bool:
    try:
        facts = folder.lstat()
    except FileNotFoundError:
        return False
    return facts.st_uid == os.geteuid() and facts.st_mode == stat.S_IFDIR | PRIVATE
