"""A process that writes the keystore is really killed; nothing live is lost."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vault.keystore_deaths import (
    OPERATIONS,
    check_after_death,
    check_done,
    everything,
    filled,
)
from tests.vault.keystores import DAYS, PROJECT
from vault.faults import FaultPoint

CHILD = """
import os, signal, sys
from datetime import date
from pathlib import Path
from vault.faults import FaultPoint
from vault.keystore import FileKeystore

def die(point):
    if point is FaultPoint(sys.argv[2]):
        if sys.argv[3] == "exit":
            os._exit(86)
        os.kill(os.getpid(), signal.SIGKILL)

store = FileKeystore(Path(sys.argv[1]), fault=die)
store.destroy_through(date.fromisoformat(sys.argv[4]))
"""


@pytest.mark.parametrize(
    ("point", "how"),
    [
        (FaultPoint.STATE_READ, "exit"),
        (FaultPoint.ROOT_WRITTEN, "kill"),
        (FaultPoint.KEYS_NEW_WRITTEN, "exit"),
        (FaultPoint.KEYS_NEW_SYNCED, "kill"),
        (FaultPoint.KEYS_RENAMED, "exit"),
        (FaultPoint.READ_BACK, "kill"),
        (FaultPoint.OLD_ROOT_OVERWRITTEN, "exit"),
        (FaultPoint.OLD_ROOT_UNLINKED, "kill"),
    ],
)
def test_a_process_really_dies(point: FaultPoint, how: str, tmp_path: Path) -> None:
    """The kernel gives the lock back, and a new process finds all as it must be."""
    folder = tmp_path / "keystore"
    filled(folder)
    before = everything(folder)
    assert before is not None
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), point, how, DAYS[1].isoformat()],
        cwd=PROJECT,
        check=False,
    )
    assert child.returncode == (86 if how == "exit" else -signal.SIGKILL)
    check_after_death(folder, OPERATIONS["destroy days"], before)
    check_done(folder, OPERATIONS["destroy days"])
