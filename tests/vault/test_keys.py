"""Data keys: one for each seller and day, forgotten when the keystore says so."""

import os
import subprocess
import sys
import warnings
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from tests.vault.planted import DAY, LATER, lose_day
from vault import keys
from vault.keys import DataKeys, data_keys, probe_key
from vault.keystore import FileKeystore, SecretDestroyed
from vault.refusals import KeyDestroyed, KeyLost, OpeningSuspended

PROJECT = Path(__file__).parents[2]
SELLER, OTHER = UUID(int=1), UUID(int=2)
DESTROY = """
import sys
from datetime import date
from pathlib import Path
from vault.keystore import FileKeystore
FileKeystore(Path(sys.argv[1])).destroy_through(date.fromisoformat(sys.argv[2]))
"""


@pytest.fixture(autouse=True)
def secrets() -> None:
    """Make the secrets of two sellers and two days."""
    keystore = data_keys().keystore
    keystore.mint_days([DAY, LATER])
    keystore.mint_seller(SELLER)
    keystore.mint_seller(OTHER)


def destroy_elsewhere(day: date) -> None:
    """Destroy a day's secret from another process."""
    subprocess.run(
        [sys.executable, "-c", DESTROY, data_keys().keystore.folder, day.isoformat()],
        cwd=PROJECT,
        check=True,
    )


def test_a_key_is_the_same_in_every_process() -> None:
    first = data_keys().data_key(seller_id=SELLER, day=DAY)
    fresh = DataKeys(FileKeystore(data_keys().keystore.folder))
    second = fresh.data_key(seller_id=SELLER, day=DAY)
    assert (first.mac, first.name) == (second.mac, second.name)
    box = first.aead.encrypt(bytes(12), b"x", None)
    assert second.aead.decrypt(bytes(12), box, None) == b"x"


def test_a_warm_key_is_not_derived_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = data_keys().data_key(seller_id=SELLER, day=DAY)
    monkeypatch.delattr(FileKeystore, "seller_secret")
    assert data_keys().data_key(seller_id=SELLER, day=DAY) is first
    with pytest.raises(AttributeError):
        data_keys().data_key(seller_id=OTHER, day=DAY)


def test_a_warm_key_is_derived_again_after_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    monkeypatch.setattr(keys, "monotonic", lambda: now[0])
    first = data_keys().data_key(seller_id=SELLER, day=DAY)
    now[0] += keys.CACHE_SECONDS - 1
    assert data_keys().data_key(seller_id=SELLER, day=DAY) is first
    now[0] += 1
    assert data_keys().data_key(seller_id=SELLER, day=DAY) is not first


def test_no_more_keys_are_kept_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "CACHE_SIZE", 2)
    made = data_keys()
    for seller, day in ((SELLER, DAY), (OTHER, DAY), (SELLER, LATER)):
        made.data_key(seller_id=seller, day=day)
    assert list(made._known) == [(OTHER, DAY), (SELLER, LATER)]


def test_a_warm_key_is_gone_once_another_process_destroyed_it() -> None:
    data_keys().data_key(seller_id=SELLER, day=DAY)
    data_keys().data_key(seller_id=SELLER, day=LATER)
    destroy_elsewhere(DAY)
    with pytest.raises(KeyDestroyed):
        data_keys().data_key(seller_id=SELLER, day=DAY)
    data_keys().data_key(seller_id=SELLER, day=LATER)
    assert (SELLER, DAY) not in data_keys()._known


def in_fork_after_destroying(day: date, *, blind: bool) -> int:
    """Fork with a warm key, destroy it, then ask for it in the fork.

    Returns the fork's answer: 0 refused as destroyed, 1 opened, 2 anything else.
    ``blind`` takes the look at the keystore's file away.
    """
    data_keys().data_key(seller_id=SELLER, day=day)
    signature = data_keys().keystore.signature()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # From 3.12 on, forking with threads warns; this fork touches no thread.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        answer = 2
        try:
            os.read(reading, 1)
            if blind:
                setattr(FileKeystore, "signature", lambda _self: signature)  # noqa: B010
            data_keys().data_key(seller_id=SELLER, day=day)
            answer = 1
        except KeyDestroyed:
            answer = 0
        finally:
            os._exit(answer)
    destroy_elsewhere(day)
    os.write(writing, b"x")
    _, status = os.waitpid(child, 0)
    os.close(reading)
    os.close(writing)
    return os.waitstatus_to_exitcode(status)


def test_a_fork_with_a_warm_key_refuses_after_the_destruction() -> None:
    assert in_fork_after_destroying(DAY, blind=False) == 0


def test_a_fork_that_does_not_look_again_would_open() -> None:
    """The control: without the look at the file, the warm key opens."""
    assert in_fork_after_destroying(DAY, blind=True) == 1


def test_a_missing_secret_is_lost_and_a_recorded_one_destroyed() -> None:
    lose_day(DAY)
    with pytest.raises(KeyLost):
        data_keys().data_key(seller_id=SELLER, day=DAY)
    data_keys().keystore.destroy_through(DAY)
    with pytest.raises(KeyDestroyed):
        data_keys().data_key(seller_id=SELLER, day=DAY)


def test_a_seller_who_left_has_no_keys() -> None:
    data_keys().data_key(seller_id=SELLER, day=DAY)
    data_keys().keystore.destroy_seller(SELLER)
    with pytest.raises(KeyDestroyed):
        data_keys().data_key(seller_id=SELLER, day=DAY)
    data_keys().data_key(seller_id=OTHER, day=DAY)


@pytest.mark.parametrize("how", ["missing", "unreadable", "damaged", "without root"])
def test_an_unreadable_keystore_suspends_opening(how: str) -> None:
    folder = data_keys().keystore.folder
    data_keys().data_key(seller_id=SELLER, day=DAY)
    kept = (folder / "keys").read_bytes()
    if how == "missing":
        folder.rename(folder.with_name("moved"))
    elif how == "unreadable":
        folder.chmod(0)
    elif how == "damaged":
        (folder / "keys").write_bytes(kept[:-1] + b"?")
    else:
        next(folder.glob("root.*")).rename(folder / "elsewhere")
        data_keys.cache_clear()
    try:
        with pytest.raises(OpeningSuspended):
            data_keys().data_key(seller_id=SELLER, day=DAY)
    finally:
        if how == "missing":
            folder.with_name("moved").rename(folder)
        elif how == "unreadable":
            folder.chmod(0o700)


def test_the_probe_of_a_day_needs_its_secret_alone() -> None:
    keystore = data_keys().keystore
    box = probe_key(keystore=keystore, day=DAY).encrypt(bytes(12), b"x", None)
    keystore.destroy_seller(SELLER)
    keystore.destroy_seller(OTHER)
    again = probe_key(keystore=keystore, day=DAY)
    assert again.decrypt(bytes(12), box, None) == b"x"
    keystore.destroy_through(DAY)
    with pytest.raises(SecretDestroyed):
        probe_key(keystore=keystore, day=DAY)
