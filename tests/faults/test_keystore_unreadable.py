"""The keystore cannot be read for a while: nothing opens, nothing is lost for good."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from compliance.models import SweepRun
from compliance.queries.exposure import exposure_of
from compliance.services.starting import prepare
from compliance.services.sweep import sweep_keys_if_due
from orders.models import Order, Recipient
from orders.services.intake import receive_orders
from tests import bed
from tests.faults.checker import Wrong, kinds, violations
from tests.faults.conftest import FIRST, LAST
from tests.faults.world import World, midnight, order_due
from tests.simulation.doors import taken_to_opening
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
from vault.faults import KEYSTORE_FAILURES
from vault.keys import data_keys
from vault.refusals import KeystoreRefused, OpeningRefused, OpeningSuspended

Harm = Callable[[Path], Callable[[], object]]


def closed(folder: Path) -> Callable[[], object]:
    """Take everybody's right to the folder."""
    folder.chmod(0)
    return lambda: folder.chmod(0o700)


def renamed(folder: Path) -> Callable[[], object]:
    """Move the folder away."""
    away = folder.with_name("away")
    folder.rename(away)
    return lambda: away.rename(folder)


def cut(folder: Path) -> Callable[[], object]:
    """Cut the keys file short."""
    keys = folder / "keys"
    whole = keys.read_bytes()
    keys.write_bytes(whole[:-40])
    return lambda: keys.write_bytes(whole)


def without_root(folder: Path) -> Callable[[], object]:
    """Take the root away."""
    (root,) = folder.glob("root.*")
    away = folder.with_name(root.name)
    root.rename(away)
    return lambda: away.rename(root)


HARMS = (closed, renamed, cut, without_root)


@contextmanager
def unreadable(harm: Harm) -> Iterator[None]:
    """Do harm to the keystore's folder for a block."""
    data_keys.cache_clear()
    mend = harm(data_keys().keystore.folder)
    try:
        yield
    finally:
        mend()


@pytest.mark.parametrize("harm", HARMS)
def test_during_a_sweep(world: World, harm: Harm) -> None:
    clock.move(midnight(FIRST))
    with unreadable(harm):
        result = world.sweep()
        assert result.waiting.startswith("The keystore cannot be")
        assert result.days_destroyed == []
        sweep_keys_if_due(now=clock.now())
        assert SweepRun.objects.latest("started_at").waiting == result.waiting
    world.sweep()
    assert violations(world, now=clock.now()) == []


@pytest.mark.parametrize("harm", HARMS)
def test_during_an_opening(world: World, harm: Harm) -> None:
    seller_id = world.sellers[0]
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        row = Recipient.objects.filter(purge_on=LAST)[0]
        assert "Testa" in taken_to_opening(row)
        with unreadable(harm):
            assert taken_to_opening(row) == OpeningSuspended.__name__
            assert exposure_of(seller_id=seller_id, now=clock.now()).suspended
        assert "Testa" in taken_to_opening(row)
    assert violations(world, now=clock.now()) == []


@pytest.mark.parametrize("harm", HARMS)
def test_during_an_import(world: World, harm: Harm) -> None:
    """The batch is refused whole, and the same file goes in afterwards."""
    seller_id = world.sellers[0]
    told = [order_due(number=900 + n, day=LAST) for n in range(3)]

    def take_in() -> None:
        receive_orders(
            incoming=told, seller_id=seller_id, actor=SYSTEM, now=clock.now()
        )

    with unreadable(harm):
        with pytest.raises((*KEYSTORE_FAILURES, OpeningRefused)):
            take_in()
        with seller_scope(seller_id=seller_id, actor=SYSTEM):
            numbers = [order.marketplace_order_id for order in told]
            known = Order.objects.filter(marketplace_order_id__in=numbers)
            assert known.count() == 0
    take_in()
    world.remember(seller_id, told)
    assert violations(world, now=clock.now()) == []


def test_a_start_makes_no_new_keys_over_old_data(world: World) -> None:
    prepare(now=clock.now())
    with unreadable(renamed), pytest.raises(KeystoreRefused):
        prepare(now=clock.now())
    prepare(now=clock.now())
    assert violations(world, now=clock.now()) == []


def test_control_a_start_that_forgot_whose_keystore_it_is(world: World) -> None:
    """Without the mark in the database, new keys are made and the buyers are lost."""
    prepare(now=clock.now())
    away = data_keys().keystore.folder.with_name("away")
    data_keys().keystore.folder.rename(away)
    with bed.owner_connection() as owner:
        owner.execute("DELETE FROM vault_keystoremark")
    data_keys.cache_clear()
    prepare(now=clock.now())
    assert Wrong.LOST in kinds(violations(world, now=clock.now()))
    for path in away.iterdir():
        path.unlink()
    away.rmdir()
