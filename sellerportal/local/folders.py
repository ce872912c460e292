"""The var folder: what is in it, who may look, and secrets made once."""

import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sellerportal.local.account import MARK, holds_other_things, is_foreign
from sellerportal.local.errors import LauncherError

#: A log that is longer than this at start is set aside; one older copy is kept.
LOG_LIMIT = 10 * 1024 * 1024

#: The permission bits of every folder in it: the owner, and nobody else.
PRIVATE = 0o700

#: What programs of the portal that are run without the launcher leave in it.
UNMARKED = ("static", "keystore")


@dataclass(frozen=True, slots=True)
class VarFolder:
    """Where one portal keeps everything of its own; two portals have two of these."""

    path: Path

    @property
    def data(self) -> Path:
        """The data folder of PostgreSQL."""
        return self.path / "postgres"

    @property
    def run(self) -> Path:
        """Locks, the socket, the schedule: of use only while something runs."""
        return self.path / "run"

    @property
    def log(self) -> Path:
        """One log for each process."""
        return self.path / "log"

    @property
    def secrets(self) -> Path:
        """Passwords of the roles and the portal's secret key; never in a backup."""
        return self.path / "secrets"

    def prepare(self) -> None:
        """Make the folders, each 0700; raises `LauncherError` for a foreign folder.

        That is one of another user, or one that holds things not the portal's.
        """
        _own_folder(self.path)
        if is_foreign(self.path, own=UNMARKED):
            raise LauncherError(holds_other_things(self.path))
        _private_folder(self.path)
        (self.path / MARK).touch(mode=0o600)
        for folder in (self.run, self.log, self.secrets, self.path / "home"):
            _private_folder(folder)

    def log_file(self, name: str) -> Path:
        """Return the path of a log, after setting aside one that grew too long."""
        path = self.log / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        path.touch(mode=0o600)
        return path


def _private_folder(path: Path) -> None:
    if _own_folder(path) != PRIVATE:
        path.chmod(PRIVATE)


def _own_folder(path: Path) -> int:
    """Make a folder where it is missing; return its permission bits."""
    try:
        path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        facts = path.stat()
    except OSError as error:
        message = (
            f"The folder {path} cannot be used ({error.strerror}); "
            "name another with PORTAL_VAR=folder."
        )
        raise LauncherError(message) from error
    if facts.st_uid != os.geteuid():
        message = (
            f"The folder {path} belongs to another user; start the portal as that "
            "user, or name another folder with PORTAL_VAR=folder."
        )
        raise LauncherError(message)
    return stat.S_IMODE(facts.st_mode)


def write_private(path: Path, text: str) -> None:
    """Write a file of 0600 in one step: a reader sees the old text or the new."""
    _written_beside(path, text).replace(path)


def write_once(path: Path, text: str) -> str:
    """Write a file of 0600 unless it is there, and return what it then holds.

    Of two processes that do this at once one wins, and both return its text.
    """
    if not path.exists():
        beside = _written_beside(path, text)
        try:
            os.link(beside, path)
        except FileExistsError:
            # Another process was first; its text is the one that counts.
            pass
        finally:
            beside.unlink()
    return path.read_text(encoding="utf-8")


def _written_beside(path: Path, text: str) -> Path:
    # mkstemp makes files of 0600.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def secret_key(var: VarFolder) -> str:
    """Return the portal's secret key, made on the first start."""
    return write_once(var.secrets / "secret_key", secrets.token_urlsafe(48)).strip()
