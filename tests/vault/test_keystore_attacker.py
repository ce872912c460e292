"""Somebody with byte copies of the keystore folder, in a process of his own."""

import json
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from vault.keystore import FileKeystore

PROJECT = Path(__file__).parents[2]
DAY = date(2026, 3, 10)
LATER = DAY + timedelta(days=1)
SELLER = UUID(int=1)

# He ignores the MAC, the high-water mark, the epoch and the file names: every file is
# tried as a root and every file as keys, entry by entry, at every offset.
ATTACKER = """
import json, sys
from pathlib import Path
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from vault import keyfile

contents = [p.read_bytes() for p in sorted(Path(sys.argv[1]).rglob("*")) if p.is_file()]
found = set()
for raw in contents:
    if len(raw) < 40:
        continue
    header, identity = raw[:40], raw[8:24]
    for root in contents:
        cipher = AESGCM(keyfile._keys(root, identity)[0])
        for at in range(40, len(raw) - 77):
            name, nonce = raw[at:at + 17], raw[at + 17:at + 29]
            try:
                found.add(cipher.decrypt(nonce, raw[at + 29:at + 77], header + name))
            except InvalidTag:
                pass
print(json.dumps(sorted(secret.hex() for secret in found)))
"""


def attack(folder: Path) -> set[str]:
    """Return, in hex, every secret that a fresh process gets out of a folder."""
    run = subprocess.run(
        [sys.executable, "-c", ATTACKER, str(folder)],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    return set(json.loads(run.stdout))


@pytest.fixture
def store(tmp_path: Path) -> FileKeystore:
    """Make a keystore with two days and a seller."""
    made = FileKeystore(tmp_path / "keystore")
    made.create()
    made.mint_days([DAY, LATER])
    made.mint_seller(SELLER)
    return made


def test_copies_before_and_after_a_day_is_destroyed(
    store: FileKeystore, tmp_path: Path
) -> None:
    dying, living = store.day_secret(DAY).hex(), store.day_secret(LATER).hex()
    seller = store.seller_secret(SELLER).hex()
    old_root = (store.folder / "root.1").read_bytes()
    before, after = tmp_path / "before", tmp_path / "after"
    shutil.copytree(store.folder, before)
    store.destroy_through(DAY)
    shutil.copytree(store.folder, after)

    # Positive control: this attacker can open what has not been destroyed.
    assert attack(before) == {dying, living, seller}
    assert attack(after) == {living, seller}
    contents = [path.read_bytes() for path in after.iterdir()]
    assert all(old_root not in content for content in contents)
    assert all(bytes.fromhex(dying) not in content for content in contents)

    # The old file of wrapped secrets, as a disk may keep it, and all later roots.
    shutil.copy(before / "keys", after / "keys.old")
    assert attack(after) == {living, seller}
    # Negative control: it is the old root that was missing, and nothing else.
    shutil.copy(before / "root.1", after / "root.1")
    assert attack(after) == {dying, living, seller}


def test_the_old_root_is_overwritten_where_it_lay(
    store: FileKeystore, tmp_path: Path
) -> None:
    """A second name for the same file shows what its blocks hold after the unlink."""
    root = (store.folder / "root.1").read_bytes()
    (tmp_path / "blocks").hardlink_to(store.folder / "root.1")
    assert (tmp_path / "blocks").read_bytes() == root
    store.destroy_through(DAY)
    left = (tmp_path / "blocks").read_bytes()
    assert len(left) == len(root)
    assert left != root


def test_the_old_keys_file_put_back_is_damage_not_the_day(
    store: FileKeystore, tmp_path: Path
) -> None:
    """In a fresh process, through the class: neither file name nor epoch helps."""
    shutil.copy(store.folder / "keys", tmp_path / "keys")
    store.destroy_through(DAY)
    shutil.copy(tmp_path / "keys", store.folder / "keys")
    code = """
import sys
from datetime import date
from pathlib import Path
from vault.keystore import FileKeystore, KeystoreDamaged
try:
    FileKeystore(Path(sys.argv[1])).day_secret(date.fromisoformat(sys.argv[2]))
except KeystoreDamaged:
    print("damaged")
"""
    command = [sys.executable, "-c", code, str(store.folder), DAY.isoformat()]
    for name in ("root.2", "root.1"):
        (store.folder / "root.2").rename(store.folder / name)
        run = subprocess.run(
            command, cwd=PROJECT, check=True, capture_output=True, text=True
        )
        assert run.stdout == "damaged\n"


def test_a_destroyed_seller_is_out_of_reach(
    store: FileKeystore, tmp_path: Path
) -> None:
    seller = store.seller_secret(SELLER).hex()
    days = {store.day_secret(day).hex() for day in (DAY, LATER)}
    shutil.copy(store.folder / "keys", tmp_path / "keys")
    assert attack(store.folder) == {seller, *days}
    store.destroy_seller(SELLER)
    shutil.copy(tmp_path / "keys", store.folder / "keys.old")
    assert attack(store.folder) == days


def test_a_ratchet_makes_earlier_keys_files_worthless(
    store: FileKeystore, tmp_path: Path
) -> None:
    """The same secrets live on, but a stolen `keys` of yesterday opens none of them."""
    stolen = tmp_path / "stolen"
    stolen.mkdir()
    shutil.copy(store.folder / "keys", stolen / "keys")
    assert attack(stolen) == set()
    store.ratchet()
    shutil.copy(store.folder / "root.2", stolen / "root.2")
    assert attack(stolen) == set()
    shutil.copy(store.folder / "keys", stolen / "keys.today")
    assert len(attack(stolen)) == 3
