"""The file keystore: what it keeps, what it refuses, who may write at the same time."""

import fcntl
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from vault import keyfile, keystore
from vault.faults import Fault, FaultPoint
from vault.keyfile import KeyFile, Secrets
from vault.keystore import (
    FileKeystore,
    KeystoreDamaged,
    KeystoreExists,
    KeystoreMissing,
    SecretDestroyed,
    SecretLost,
)

PROJECT = Path(__file__).parents[2]
DAY = date(2026, 3, 10)
DAYS = tuple(DAY + timedelta(days=n) for n in range(3))
SELLER = UUID(int=1)
OTHER_SELLER = UUID(int=2)


@pytest.fixture
def store(tmp_path: Path) -> FileKeystore:
    """Make a keystore with three days and two sellers."""
    made = FileKeystore(tmp_path / "keystore")
    made.create()
    made.mint_days(DAYS)
    made.mint_seller(SELLER)
    made.mint_seller(OTHER_SELLER)
    return made


def everything(folder: Path) -> Secrets:
    """Unwrap the whole folder without the class under test."""
    raw = (folder / "keys").read_bytes()
    root = (folder / f"root.{keyfile.epoch_of(raw)}").read_bytes()
    return keyfile.open_key_file(raw, root).secrets(root)


def rewrite(folder: Path, change: Callable[[Secrets], Secrets]) -> None:
    """Write changed secrets under the same root, as a partial loss would leave them."""
    (folder / "keys").write_bytes(change(everything(folder)).wrapped())


def at(point: FaultPoint, act: Callable[[], None]) -> Fault:
    """Make a hook that acts the first time the point is reached."""
    done: list[FaultPoint] = []

    def hook(reached: FaultPoint) -> None:
        if reached is point and not done:
            done.append(reached)
            act()

    return hook


def files(folder: Path) -> list[str]:
    """List the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_new_keystore_has_an_identity_and_nothing_else(tmp_path: Path) -> None:
    store = FileKeystore(tmp_path / "keystore")
    assert store.exists() is False
    identity = store.create()
    assert store.exists() is True
    assert len(bytes.fromhex(identity)) == keyfile.IDENTITY_BYTES
    assert store.identity() == identity
    assert (store.live_days, store.destroyed_through, store.epoch) == ((), None, 1)


def test_files_are_for_their_owner_alone(store: FileKeystore) -> None:
    store.ratchet()
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in store.folder.iterdir()}
    assert modes == {"keys": 0o600, "lock": 0o600, "root.2": 0o600}
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_a_folder_that_stood_open_is_closed_by_create(tmp_path: Path) -> None:
    folder = tmp_path / "keystore"
    folder.mkdir(mode=0o755)
    FileKeystore(folder).create()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_second_create_is_refused_and_changes_nothing(store: FileKeystore) -> None:
    before = (store.folder / "keys").read_bytes()
    with pytest.raises(KeystoreExists, match=str(store.folder)):
        FileKeystore(store.folder).create()
    assert (store.folder / "keys").read_bytes() == before


def test_create_does_not_go_over_roots_that_were_in_use(store: FileKeystore) -> None:
    store.ratchet()
    root = (store.folder / "root.2").read_bytes()
    (store.folder / "keys").unlink()
    with pytest.raises(KeystoreDamaged, match="roots without keys"):
        store.create()
    assert (store.folder / "root.2").read_bytes() == root


@pytest.mark.parametrize(
    "ask",
    [
        FileKeystore.identity,
        FileKeystore.recover,
        FileKeystore.ratchet,
        FileKeystore.signature,
        lambda store: store.live_days,
        lambda store: store.epoch,
        lambda store: store.destroyed_through,
        lambda store: store.day_secret(DAY),
        lambda store: store.seller_secret(SELLER),
        lambda store: store.mint_days([DAY]),
        lambda store: store.mint_seller(SELLER),
        lambda store: store.destroy_through(DAY),
        lambda store: store.destroy_seller(SELLER),
    ],
)
@pytest.mark.parametrize("gone", ["folder", "keys"])
def test_a_missing_keystore_is_said_in_one_sentence(
    tmp_path: Path, gone: str, ask: Callable[[FileKeystore], object]
) -> None:
    store = FileKeystore(tmp_path / "keystore")
    if gone == "keys":
        store.folder.mkdir()
    with pytest.raises(KeystoreMissing) as caught:
        ask(store)
    assert str(caught.value) == (
        f"There is no keystore in {store.folder}: put the folder back, or create a new "
        "keystore and fetch the buyer data again."
    )
    assert not (store.folder / "lock").exists()


def test_secrets_are_32_random_bytes_each_and_stay(store: FileKeystore) -> None:
    secrets = [store.day_secret(day) for day in DAYS]
    secrets += [store.seller_secret(SELLER), store.seller_secret(OTHER_SELLER)]
    assert {len(secret) for secret in secrets} == {32}
    assert len(set(secrets)) == 5
    again = FileKeystore(store.folder)
    assert [again.day_secret(day) for day in DAYS] == secrets[:3]
    assert again.live_days == DAYS


def test_minting_again_writes_nothing(store: FileKeystore) -> None:
    before = store.signature()
    store.mint_days(DAYS)
    store.mint_days([])
    store.mint_seller(SELLER)
    assert store.signature() == before


def test_many_days_are_minted_in_one_write(store: FileKeystore) -> None:
    points: list[FaultPoint] = []
    writer = FileKeystore(store.folder, fault=points.append)
    writer.mint_days(DAY + timedelta(days=n) for n in range(60))
    assert points.count(FaultPoint.KEYS_RENAMED) == 1
    assert len(store.live_days) == 60


def test_fingerprint_is_of_the_secret(store: FileKeystore) -> None:
    expected = sha256(store.day_secret(DAY)).hexdigest()[:8]
    assert store.fingerprint(DAY) == expected
    assert store.fingerprint(DAYS[1]) != expected


def test_a_destroyed_day_stays_destroyed(store: FileKeystore) -> None:
    later = store.day_secret(DAYS[2])
    assert store.destroy_through(DAYS[1]) == DAYS[:2]
    assert store.destroy_through(DAYS[1]) == ()
    assert (store.live_days, store.destroyed_through) == (DAYS[2:], DAYS[1])
    assert store.day_secret(DAYS[2]) == later
    for day in (*DAYS[:2], DAY - timedelta(days=400)):
        with pytest.raises(SecretDestroyed, match=day.isoformat()):
            store.day_secret(day)
        with pytest.raises(SecretDestroyed, match=day.isoformat()):
            store.mint_days([DAYS[2] + timedelta(days=9), day])
    assert store.live_days == DAYS[2:]


def test_the_high_water_mark_never_moves_back(store: FileKeystore) -> None:
    store.destroy_through(DAYS[1])
    epoch = store.epoch
    assert store.destroy_through(DAY) == ()
    assert (store.destroyed_through, store.epoch) == (DAYS[1], epoch)


def test_the_mark_moves_where_no_secret_was(store: FileKeystore) -> None:
    assert store.destroy_through(DAY - timedelta(days=1)) == ()
    assert store.destroyed_through == DAY - timedelta(days=1)
    assert store.live_days == DAYS


def test_a_destroyed_seller_stays_destroyed(store: FileKeystore) -> None:
    other = store.seller_secret(OTHER_SELLER)
    store.destroy_seller(SELLER)
    epoch = store.epoch
    store.destroy_seller(SELLER)
    store.destroy_seller(UUID(int=3))
    assert (epoch, store.epoch) == (2, 3)
    for seller_id in (SELLER, UUID(int=3)):
        with pytest.raises(SecretDestroyed, match=str(seller_id)):
            store.seller_secret(seller_id)
        with pytest.raises(SecretDestroyed, match=str(seller_id)):
            store.mint_seller(seller_id)
    assert store.seller_secret(OTHER_SELLER) == other


def test_lost_is_not_destroyed(store: FileKeystore) -> None:
    kept = store.day_secret(DAY)
    rewrite(
        store.folder,
        lambda all_: replace(
            all_,
            days={DAY: all_.days[DAY]},
            sellers={OTHER_SELLER: all_.sellers[OTHER_SELLER]},
        ),
    )
    with pytest.raises(SecretLost, match=DAYS[1].isoformat()):
        store.day_secret(DAYS[1])
    with pytest.raises(SecretLost, match=str(SELLER)):
        store.seller_secret(SELLER)
    assert store.day_secret(DAY) == kept
    store.mint_days([DAYS[1]])
    store.mint_seller(SELLER)
    assert len(store.day_secret(DAYS[1])) == len(store.seller_secret(SELLER)) == 32


def test_a_ratchet_changes_the_root_and_no_secret(store: FileKeystore) -> None:
    before, identity = everything(store.folder), store.identity()
    assert store.ratchet() == 2
    after = everything(store.folder)
    assert after == replace(before, epoch=2, root=after.root)
    assert after.root != before.root
    assert store.identity() == identity
    assert files(store.folder) == ["keys", "lock", "root.2"]


def test_the_signature_is_new_after_every_write(store: FileKeystore) -> None:
    """Quick ratchets give the same size, reuse inodes and fall in one clock tick."""
    seen = [store.signature()]
    for _ in range(20):
        store.ratchet()
        seen.append(store.signature())
    times = [mtime for mtime, _inode, _size in seen]
    assert times == sorted(set(times))


def test_the_signature_moves_on_when_the_clock_was_set_back(
    store: FileKeystore,
) -> None:
    ahead = 4_000_000_000_000_000_000
    os.utime(store.folder / "keys", ns=(ahead, ahead))
    store.ratchet()
    store.ratchet()
    assert store.signature()[0] == ahead + 2


def test_a_datetime_is_no_day(store: FileKeystore) -> None:
    moment = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    for ask in (store.day_secret, store.destroy_through, store.fingerprint):
        with pytest.raises(TypeError):
            ask(moment)
    with pytest.raises(TypeError):
        store.mint_days([moment])


def test_nothing_prints_a_secret(store: FileKeystore) -> None:
    secrets = everything(store.folder)
    store.day_secret(DAY)
    shown = f"{secrets!r} {store!r} {vars(store)!r}"
    for secret in (*secrets.days.values(), *secrets.sellers.values(), secrets.root):
        assert repr(secret) not in shown
        assert secret.hex() not in shown


def test_memory_between_calls_holds_no_root_and_no_secret(store: FileKeystore) -> None:
    store.day_secret(DAY)
    secrets = everything(store.folder)
    assert store._seen is not None
    held = store._seen[1]
    assert isinstance(held, KeyFile)
    kept = [held.header, held.identity, *held.entries.values()]
    for secret in (*secrets.days.values(), *secrets.sellers.values(), secrets.root):
        assert all(secret not in piece for piece in kept)


def test_every_flipped_byte_of_keys_is_found(
    store: FileKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Header, mark, kind, id, nonce, wrapped secret, MAC: all regions, all bytes."""
    monkeypatch.setattr(keystore, "READS", 1)
    store.destroy_through(DAY)
    store.destroy_seller(OTHER_SELLER)
    path = store.folder / "keys"
    good = path.read_bytes()
    identity = store.identity()
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        with pytest.raises(KeystoreDamaged):
            FileKeystore(store.folder).seller_secret(SELLER)
    path.write_bytes(good)
    assert store.identity() == identity


def test_every_cut_and_every_addition_is_found(
    store: FileKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keystore, "READS", 1)
    path = store.folder / "keys"
    good = path.read_bytes()
    for bad in [*(good[:size] for size in range(len(good))), good + b"\0"]:
        path.write_bytes(bad)
        with pytest.raises(KeystoreDamaged):
            FileKeystore(store.folder).identity()


def test_a_dropped_entry_is_found(store: FileKeystore) -> None:
    """A whole last entry cut out, the count in the header set right, the MAC kept."""
    path = store.folder / "keys"
    good = path.read_bytes()
    count_at = 36
    assert int.from_bytes(good[count_at:40], "big") == 5
    path.write_bytes(
        good[:count_at] + (4).to_bytes(4, "big") + good[40:-109] + good[-32:]
    )
    with pytest.raises(KeystoreDamaged, match="altered"):
        store.identity()


@pytest.mark.parametrize("damage", ["other", "short", "empty", "missing", "folder"])
def test_a_wrong_root_is_damage_and_removes_nothing(
    store: FileKeystore, damage: str
) -> None:
    root = store.folder / "root.1"
    good = root.read_bytes()
    root.unlink()
    if damage == "folder":
        root.mkdir()
    elif damage != "missing":
        root.write_bytes({"other": bytes(32), "short": good[:31], "empty": b""}[damage])
    stray = store.folder / "root.7"
    stray.write_bytes(good)
    for ask in (store.identity, store.recover, store.ratchet):
        with pytest.raises(KeystoreDamaged, match=str(store.folder)):
            ask()
    assert stray.read_bytes() == good


def test_a_keys_file_that_is_a_folder_is_damage(tmp_path: Path) -> None:
    (tmp_path / "keystore" / "keys").mkdir(parents=True)
    with pytest.raises(KeystoreDamaged, match="cannot be read"):
        FileKeystore(tmp_path / "keystore").identity()


def test_another_keystores_root_is_damage(store: FileKeystore, tmp_path: Path) -> None:
    other = FileKeystore(tmp_path / "other")
    other.create()
    (store.folder / "root.1").write_bytes((other.folder / "root.1").read_bytes())
    with pytest.raises(KeystoreDamaged, match=r"root\.1 is not its own"):
        store.identity()


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


def test_a_full_disk_leaves_what_was_there(
    store: FileKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(store.folder)

    def full(_descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            store.destroy_through(DAY)
    assert everything(store.folder) == before
    assert store.destroy_through(DAY) == (DAY,)
    assert files(store.folder) == ["keys", "lock", "root.2"]
