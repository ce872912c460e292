"""An altered, cut or mixed-up keystore is damage, and nothing is removed."""

from pathlib import Path

import pytest

from tests.vault.keystores import DAY, OTHER_SELLER, SELLER
from vault import keystore
from vault.keystore import FileKeystore, KeystoreDamaged


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
