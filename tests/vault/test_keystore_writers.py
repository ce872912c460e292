"""Who may read and write a keystore at the same time: threads, processes, forks."""

import fcntl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from tests.vault.keystores import DAY, DAYS, OTHER_SELLER, PROJECT, SELLER, everything
from vault import keyfile, keystore
from vault.faults import Fault, FaultPoint
from vault.keystore import FileKeystore, KeystoreDamaged, SecretDestroyed, SecretLost


def at(point: FaultPoint, act: Callable[[], None]) -> Fault:
    """Make a hook that acts the first time the point is reached."""
    done: list[FaultPoint] = []

    def hook(reached: FaultPoint) -> None:
        if reached is point and not done:
            done.append(reached)
            act()

    return hook


def test_a_destruction_elsewhere_is_seen_at_the_next_call(store: FileKeystore) -> None:
    warm = FileKeystore(store.folder)
    assert warm.day_secret(DAY) == store.day_secret(DAY)
    run_here(f"store.destroy_through(date.fromisoformat({DAY.isoformat()!r}))", store)
    with pytest.raises(SecretDestroyed):
        warm.day_secret(DAY)


def test_readers_answer_at_every_step_of_a_root_change(store: FileKeystore) -> None:
    before = everything(store.folder)
    warm = FileKeystore(store.folder)
    warm.identity()
    points: list[FaultPoint] = []

    def read(point: FaultPoint) -> None:
        points.append(point)
        for reader in (warm, FileKeystore(store.folder)):
            assert [reader.day_secret(day) for day in DAYS] == list(
                before.days.values()
            )
            assert reader.seller_secret(SELLER) == before.sellers[SELLER]

    FileKeystore(store.folder, fault=read).ratchet()
    assert FaultPoint.OLD_ROOT_OVERWRITTEN in points


class Stopped(Exception):
    """A writer that dies at a point of the test's choosing."""


def _stop() -> None:
    raise Stopped


def _change_root_before_reading_it(
    store: FileKeystore, monkeypatch: pytest.MonkeyPatch, death: FaultPoint | None
) -> None:
    """Let a ratchet run, or die half-way, between a reader's two reads."""
    read = keyfile.read
    changed: list[Path] = []

    def slow_read(path: Path) -> bytes:
        if path.name == "root.1" and not changed:
            changed.append(path)
            if death is None:
                FileKeystore(store.folder).ratchet()
            else:
                with pytest.raises(Stopped):
                    FileKeystore(store.folder, fault=at(death, _stop)).ratchet()
        return read(path)

    monkeypatch.setattr(keyfile, "read", slow_read)


@pytest.mark.parametrize("death", [None, FaultPoint.OLD_ROOT_OVERWRITTEN])
@pytest.mark.parametrize("warm", [True, False])
def test_a_root_change_between_two_reads_is_read_again(
    store: FileKeystore,
    monkeypatch: pytest.MonkeyPatch,
    death: FaultPoint | None,
    *,
    warm: bool,
) -> None:
    secret = store.day_secret(DAY)
    reader = store if warm else FileKeystore(store.folder)
    _change_root_before_reading_it(store, monkeypatch, death)
    assert reader.day_secret(DAY) == secret
    assert reader.epoch == 2


def test_without_reading_again_a_root_change_is_taken_for_damage(
    store: FileKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control of the test above."""
    _change_root_before_reading_it(store, monkeypatch, None)
    monkeypatch.setattr(keystore, "READS", 1)
    with pytest.raises(KeystoreDamaged):
        FileKeystore(store.folder).day_secret(DAY)


@contextmanager
def _no_lock(_path: Path, *, fault: Fault) -> Iterator[None]:
    fault(FaultPoint.LOCK_HELD)
    yield


@pytest.mark.parametrize("kind", ["mint", "ratchet"])
def test_two_interleaved_writers_lose_nothing(store: FileKeystore, kind: str) -> None:
    """The second starts while the first holds the state it read, and has to wait."""
    second = FileKeystore(store.folder)
    thread = threading.Thread(
        target=lambda: (
            second.mint_seller(UUID(int=8)) if kind == "mint" else (second.ratchet())
        )
    )

    def start_second() -> None:
        with (store.folder / "lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        thread.start()

    first = FileKeystore(store.folder, fault=at(FaultPoint.STATE_READ, start_second))
    first.mint_seller(UUID(int=7))
    thread.join()
    minted = set(everything(store.folder).sellers) - {SELLER, OTHER_SELLER}
    assert minted == ({UUID(int=7), UUID(int=8)} if kind == "mint" else {UUID(int=7)})
    assert store.epoch == (1 if kind == "mint" else 2)


def test_without_the_lock_a_second_mint_is_lost(
    store: FileKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the same interleaving, the lock patched away."""
    monkeypatch.setattr(keyfile, "exclusive", _no_lock)
    second = FileKeystore(store.folder)
    FileKeystore(
        store.folder,
        fault=at(FaultPoint.STATE_READ, lambda: second.mint_seller(UUID(int=8))),
    ).mint_seller(UUID(int=7))
    with pytest.raises(SecretLost):
        store.seller_secret(UUID(int=8))


def test_without_the_lock_a_second_ratchet_loses_everything(
    store: FileKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: `keys` ends up under the root that the other destroyed."""
    monkeypatch.setattr(keyfile, "exclusive", _no_lock)
    second = FileKeystore(store.folder)

    def ratchet() -> None:
        second.ratchet()

    first = FileKeystore(store.folder, fault=at(FaultPoint.STATE_READ, ratchet))
    with pytest.raises(KeystoreDamaged):
        first.mint_seller(UUID(int=7))
    with pytest.raises(KeystoreDamaged, match=r"root\.1 is missing"):
        store.identity()


def test_threads_on_one_object_lose_nothing(store: FileKeystore) -> None:
    wanted = [UUID(int=100 + n) for n in range(12)]
    threads = [threading.Thread(target=store.mint_seller, args=(s,)) for s in wanted]
    threads.append(threading.Thread(target=store.ratchet))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(everything(store.folder).sellers) == {SELLER, OTHER_SELLER, *wanted}
    assert store.epoch == 2


PREAMBLE = """
import os, sys, threading
from datetime import date
from pathlib import Path
from uuid import UUID
from vault.keystore import FileKeystore, SecretDestroyed
store = FileKeystore(Path(sys.argv[1]))
"""


def start(code: str, store: FileKeystore) -> subprocess.Popen[str]:
    """Start a fresh process with `store` on the same folder."""
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + code, str(store.folder)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run_here(code: str, store: FileKeystore) -> str:
    """Run code in a fresh process to its end and return what it printed."""
    process = start(code, store)
    printed, _errors = process.communicate()
    assert process.returncode == 0
    return printed


def test_two_processes_minting_at_once_lose_nothing(store: FileKeystore) -> None:
    code = """
print("ready", flush=True)
sys.stdin.readline()
for n in range(10):
    store.mint_seller(UUID(int={base} + n))
"""
    writers = [start(code.format(base=base), store) for base in (1000, 2000)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    store.ratchet()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    wanted = {UUID(int=base + n) for base in (1000, 2000) for n in range(10)}
    assert set(everything(store.folder).sellers) == {SELLER, OTHER_SELLER, *wanted}


def test_a_fork_with_a_warm_cache_follows_the_folder(store: FileKeystore) -> None:
    """The child also writes although a thread of its parent held the thread lock."""
    code = f"""
day = date.fromisoformat({DAY.isoformat()!r})
warm = store.day_secret(day)
go, done = os.pipe()
store._threads[1].acquire()
child = os.fork()
if child == 0:
    os.read(go, 1)
    try:
        store.day_secret(day)
    except SecretDestroyed:
        store.mint_seller(UUID(int=9))
        os._exit(7)
    os._exit(1)
store._threads[1].release()
store.destroy_through(day)
os.write(done, b"x")
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert run_here(code, store) == "7\n"
    assert len(store.seller_secret(UUID(int=9))) == 32
