"""The file keystore: which secrets it keeps, destroys, and never shows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from tests.vault.keystores import DAY, DAYS, OTHER_SELLER, SELLER, everything, files
from vault.faults import FaultPoint
from vault.keyfile import KeyFile, Secrets
from vault.keystore import FileKeystore, SecretDestroyed, SecretLost


def rewrite(folder: Path, change: Callable[[Secrets], Secrets]) -> None:
    """Write changed secrets under the same root, as a partial loss would leave them."""
    (folder / "keys").write_bytes(change(everything(folder)).wrapped())


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
