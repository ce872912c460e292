"""The keystore's folder: made once, closed to others, missing, written or not."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vault.keystores import DAY, SELLER, everything, files
from vault import keyfile
from vault.keystore import (
    FileKeystore,
    KeystoreDamaged,
    KeystoreExists,
    KeystoreMissing,
)


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
