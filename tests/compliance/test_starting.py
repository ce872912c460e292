"""The start: keystore made once, checked ever after, never made over data."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from compliance.services.starting import prepare
from sellers.models import Seller
from tests.compliance.planting import forget_seller
from tests.orders.incoming import receive, the_buyer
from tests.shops import Shop, at
from vault.clock import clock
from vault.custody import (
    destroy_seller_secret,
    prepare_keystore,
    replay_closings,
)
from vault.keys import data_keys
from vault.keystore import FileKeystore, KeystoreDamaged, SecretDestroyed
from vault.models import KeystoreMark
from vault.refusals import KeyDestroyed, KeystoreRefused


@pytest.fixture
def keystore_folder() -> Path:
    """Return the folder of the keystore."""
    return Path(settings.PORTAL_KEYSTORE)


@pytest.mark.django_db
def test_the_first_start_makes_the_keystore(keystore_folder: Path) -> None:
    shutil.rmtree(keystore_folder)
    data_keys.cache_clear()
    assert prepare_keystore(now=clock.now()) is True
    assert prepare_keystore(now=clock.now()) is False
    assert keystore_folder.stat().st_mode & 0o777 == 0o700
    modes = {f.stat().st_mode & 0o777 for f in keystore_folder.iterdir()}
    assert modes == {0o600}


def test_a_missing_keystore_stops_the_start_and_makes_none(
    shop: Shop, keystore_folder: Path, tmp_path: Path
) -> None:
    prepare_keystore(now=clock.now())
    receive(shop)
    shutil.move(keystore_folder, tmp_path / "away")
    with pytest.raises(KeystoreRefused, match="is missing"):
        prepare(now=clock.now())
    assert not keystore_folder.exists()
    shutil.move(tmp_path / "away", keystore_folder)
    prepare(now=clock.now())
    assert the_buyer(shop) != {}


def test_another_databases_keystore_stops_the_start(
    shop: Shop, keystore_folder: Path
) -> None:
    prepare_keystore(now=clock.now())
    before = KeystoreMark.objects.get().identity
    shutil.rmtree(keystore_folder)
    FileKeystore(keystore_folder).create()
    data_keys.cache_clear()
    with pytest.raises(KeystoreRefused, match="belongs to another database"):
        prepare(now=clock.now())
    assert KeystoreMark.objects.get().identity == before


def test_a_damaged_keys_file_stops_the_start(shop: Shop, keystore_folder: Path) -> None:
    prepare_keystore(now=clock.now())
    file = keystore_folder / "keys"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    data_keys.cache_clear()
    with pytest.raises(KeystoreDamaged):
        prepare(now=clock.now())


def test_an_older_keystore_put_back_brings_no_key_to_life(
    shop: Shop, keystore_folder: Path, tmp_path: Path
) -> None:
    prepare(now=clock.now())
    receive(shop)
    copy = tmp_path / "copy"
    shutil.copytree(keystore_folder, copy)
    with at("2026-12-18T00:00Z"):
        prepare(now=clock.now(), clock_is_right=True)
        shutil.rmtree(keystore_folder)
        shutil.copytree(copy, keystore_folder)
        data_keys.cache_clear()
        prepare(now=clock.now())
        day = clock.today()
        with pytest.raises(KeyDestroyed):
            data_keys().data_key(seller_id=shop.id, day=day)


def test_a_start_sweeps_what_is_due(shop: Shop) -> None:
    prepare(now=clock.now())
    receive(shop)
    with at("2026-12-18T00:00Z"):
        assert prepare(now=clock.now(), clock_is_right=True).purged == 1


def test_an_older_keystore_put_back_brings_no_closed_shop_to_life(
    shop: Shop, other_shop: Shop, keystore_folder: Path, tmp_path: Path
) -> None:
    prepare(now=clock.now())
    shutil.copytree(keystore_folder, tmp_path / "copy")
    Seller.objects.filter(id=shop.id).update(closed_at=clock.now())
    destroy_seller_secret(seller_id=shop.id)
    shutil.rmtree(keystore_folder)
    shutil.copytree(tmp_path / "copy", keystore_folder)
    data_keys.cache_clear()
    assert len(data_keys().keystore.seller_secret(shop.id)) == 32
    prepare(now=clock.now())
    with pytest.raises(SecretDestroyed):
        data_keys().keystore.seller_secret(shop.id)
    assert len(data_keys().keystore.seller_secret(other_shop.id)) == 32


def test_a_closed_shop_whose_secret_was_lost_never_gets_one(shop: Shop) -> None:
    prepare(now=clock.now())
    forget_seller(shop)
    assert replay_closings(seller_ids=[shop.id]) == 0
    assert replay_closings(seller_ids=[shop.id]) == 0
    with pytest.raises(SecretDestroyed):
        data_keys().keystore.mint_seller(shop.id)
