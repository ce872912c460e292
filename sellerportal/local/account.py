"""Leave root: whoever starts the portal, nothing of it runs as root.

Only the standard library is used here, and nothing else of ours is imported:
``manage.py`` calls `leave_root` before it imports anything that could do harm.
Also a command: ``python -m sellerportal.local.account COMMAND [ARGUMENT...]``.
"""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

#: Made in every var folder by the launcher: what root may give away.
MARK = ".seller-portal"

#: The one capability that may be kept: to read and to traverse, never to write.
READING = "dac_read_search"

_PLACES = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class CannotLeaveRoot(Exception):
    """Root was not left; the text is one sentence: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """An ordinary user of this system."""

    name: str
    uid: int
    gid: int


def look_up(who: str | int) -> Account | None:
    """Find an account by name or number; None where the system does not know it."""
    try:
        entry = pwd.getpwnam(who) if isinstance(who, str) else pwd.getpwuid(who)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def owner_of(path: Path) -> int | None:
    """Return the user number that owns ``path``; None where there is no such path."""
    try:
        return path.stat().st_uid
    except FileNotFoundError:
        return None


def choose_account(
    *,
    wanted: str,
    var: Path,
    checkout: Path,
    owner: Callable[[Path], int | None] = owner_of,
    find: Callable[[str | int], Account | None] = look_up,
) -> Account:
    """Choose who runs the portal in root's stead.

    ``wanted`` is ``PORTAL_USER``; else whoever owns the var folder, then whoever owns
    the checkout, then ``nobody``; root itself never. Raises `CannotLeaveRoot`.
    """
    if wanted:
        account = find(wanted)
        if account is None or account.uid == 0:
            message = (
                f"PORTAL_USER is {wanted!r}, which is not an ordinary user of this "
                "system; name one that is, or leave it out."
            )
            raise CannotLeaveRoot(message)
        return account
    for folder in (var, checkout):
        uid = owner(folder)
        account = find(uid) if uid else None
        if account is not None:
            return account
    account = find("nobody")
    if account is None:
        message = "There is no user 'nobody' here; name one with PORTAL_USER=name."
        raise CannotLeaveRoot(message)
    return account


def reaches(path: Path, account: Account) -> bool:
    """Answer whether ``account`` may read ``path`` by the permission bits alone.

    Every folder on the way must be open to it, and symbolic links are followed.
    """
    real = Path(os.path.realpath(path))
    ways = {*path.parents, *real.parents}
    return all(_allowed(way, account, 0o1) for way in ways) and _allowed(
        real, account, 0o5 if real.is_dir() else 0o4
    )


def _allowed(path: Path, account: Account, wanted: int) -> bool:
    try:
        facts = path.stat()
    except FileNotFoundError:
        return True
    if facts.st_uid == account.uid:
        bits = facts.st_mode >> 6
    elif facts.st_gid == account.gid:
        bits = facts.st_mode >> 3
    else:
        bits = facts.st_mode
    return bits & wanted == wanted


def needed_places(*, var: Path) -> tuple[Path, ...]:
    """List what the portal must be able to read: one of each kind is enough."""
    here = Path(__file__)
    return (
        CHECKOUT,
        CHECKOUT / "manage.py",
        here,
        CHECKOUT / "templates",
        CHECKOUT / "static",
        Path(sys.prefix),
        Path(sys.executable),
        Path(os.__file__),
        *(Path(folder) for folder in sys.path if folder),
        var.parent,
    )


def setpriv_command(setpriv: str, account: Account, *, reading: bool) -> list[str]:
    """Build the start of a command line that runs the rest as ``account``.

    ``reading`` keeps the capability to read and traverse what root could; nothing
    else is kept, and nothing can be regained.
    """
    kept = f"-all,+{READING}" if reading else "-all"
    # Without this access(2) leaves a real user other than root no capability, and
    # initdb finds its programs by access(2) (capabilities(7), SECBIT_NO_SETUID_FIXUP).
    bits = ["--securebits=+no_setuid_fixup"] if reading else []
    return [
        setpriv,
        f"--reuid={account.uid}",
        f"--regid={account.gid}",
        "--clear-groups",
        f"--inh-caps={kept}",
        f"--ambient-caps={kept}",
        *bits,
        "--no-new-privs",
    ]


def mark_as_var(folder: Path) -> None:
    """Make the var folder, 0700, where it is missing, and mark it as one.

    A folder that was there already is marked only if it is empty.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        (folder / MARK).touch(mode=0o600)


def is_foreign(folder: Path, *, own: Iterable[str] = ()) -> bool:
    """Answer whether ``folder`` holds things and was not made by the portal.

    Names in ``own`` do not count as things.
    """
    # The mark is made first, so whoever sees other entries sees it too.
    things = {entry.name for entry in folder.iterdir()} - set(own)
    return bool(things) and not (folder / MARK).exists()


def holds_other_things(folder: Path) -> str:
    """Return the sentence by which a foreign var folder is refused."""
    return (
        f"PORTAL_VAR is {folder}, which holds other things; "
        "name a folder that is new or empty."
    )


def give(folder: Path, account: Account) -> None:
    """Give the var folder, and what root left in it, to ``account``.

    Nothing outside is touched: links are not followed, and a file with a second name
    stays root's, since the other name may be anywhere. Raises `CannotLeaveRoot` for a
    folder that holds other things.
    """
    mark_as_var(folder)
    if is_foreign(folder):
        raise CannotLeaveRoot(holds_other_things(folder))
    folder.chmod(0o700)
    for _place, folders, files, descriptor in os.fwalk(folder, follow_symlinks=False):
        _give_one(".", descriptor, account)
        for name in (*folders, *files):
            _give_one(name, descriptor, account)


def _give_one(name: str, place: int, account: Account) -> None:
    facts = os.stat(name, dir_fd=place, follow_symlinks=False)
    single = stat.S_ISDIR(facts.st_mode) or facts.st_nlink == 1
    if facts.st_uid == 0 and single:
        os.chown(name, account.uid, account.gid, dir_fd=place, follow_symlinks=False)


def var_folder() -> Path:
    """Return the var folder: ``PORTAL_VAR``, or ``var`` in the checkout."""
    return Path(os.environ.get("PORTAL_VAR") or CHECKOUT / "var").resolve()


def leave_root(command: Sequence[str], *, reading: bool) -> None:
    """Start ``command`` anew as an ordinary user, in this very process.

    Returns only where this is not root. ``reading`` is for commands that root gives
    a file to: they may read what root can, if root may give that away (in a container
    it often may not). Others keep that only where the checkout or the interpreter lies
    in a folder closed to the user. Raises `CannotLeaveRoot`.
    """
    if os.geteuid() != 0:
        return
    var = var_folder()
    account = choose_account(
        wanted=os.environ.get("PORTAL_USER", ""), var=var, checkout=CHECKOUT
    )
    give(var, account)
    closed = not _all_reached(needed_places(var=var), account)
    ways = (True,) if closed else (True, False) if reading else (False,)
    prefix = _working_setpriv(account, ways=ways)
    os.environ["PORTAL_VAR"] = str(var)
    os.environ["HOME"] = str(var / "home")
    os.environ["XDG_RUNTIME_DIR"] = str(var / "run")
    os.environ["USER"] = os.environ["LOGNAME"] = account.name
    if CHECKOUT.stat().st_uid != account.uid:
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.execv(prefix[0], [*prefix, "--", *command])


def _all_reached(places: Iterable[Path], account: Account) -> bool:
    return all(reaches(place, account) for place in places)


def _working_setpriv(account: Account, *, ways: Sequence[bool]) -> list[str]:
    """Return the first command that works; ``ways`` are values of ``reading``."""
    setpriv = shutil.which("setpriv", path=f"{os.environ.get('PATH', '')}:{_PLACES}")
    advice = f"start the portal as an ordinary user instead (su {account.name})"
    if setpriv is None:
        message = (
            "The portal does not run as root, and setpriv, which would change the "
            f"user, is missing: install util-linux, or {advice}."
        )
        raise CannotLeaveRoot(message)
    reason = ["no reason given"]
    for reading in ways:
        prefix = setpriv_command(setpriv, account, reading=reading)
        trial = subprocess.run(
            [*prefix, "--", "true"], capture_output=True, text=True, check=False
        )
        if trial.returncode == 0:
            return prefix
        reason = trial.stderr.strip().splitlines()[-1:] or reason
    needed = "CAP_SETUID, CAP_SETGID and CAP_SETPCAP"
    if all(ways):
        needed += ", and CAP_DAC_READ_SEARCH for a checkout in a closed folder,"
    message = (
        f"The portal does not run as root, and the change to user {account.name} "
        f"was refused ({reason[0]}): {advice}, or allow {needed} here."
    )
    raise CannotLeaveRoot(message)


def leave_root_or_exit(command: Sequence[str], *, reading: bool) -> None:
    """Do as `leave_root`; where it cannot be done say why and exit with 1."""
    try:
        leave_root(command, reading=reading)
    except CannotLeaveRoot as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


def main() -> None:
    """Run the command named on the command line, never as root."""
    command = sys.argv[1:]
    if not command:
        sys.stderr.write("Say which command: ... account COMMAND [ARGUMENT...]\n")
        sys.exit(2)
    leave_root_or_exit(command, reading=False)
    mark_as_var(var_folder())
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
