"""The checker finds what it is there for: each kind of wrong, planted once."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection

from compliance.models import PurgeRecord
from orders.models import Order, Recipient
from tests import bed
from tests.compliance.planting import forget_day
from tests.faults.checker import Wrong, kinds, violations
from tests.faults.conftest import FIRST, LAST, SECOND
from tests.faults.world import Buyer, World, midnight
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
from vault.keys import data_keys
from vault.models import PurgeDay


def wrong_with(world: World) -> set[Wrong]:
    """Return the kinds of wrong at the clock's instant."""
    return kinds(violations(world, now=clock.now()))


def test_a_world_as_it_must_be(world: World) -> None:
    for day in (None, FIRST, SECOND, LAST):
        if day is not None:
            clock.move(midnight(day))
            world.sweep()
        assert violations(world, now=clock.now()) == []


def as_owner(statement: str) -> None:
    """Do what the portal's own role may not."""
    with bed.owner_connection() as owner:
        owner.execute("ALTER TABLE vault_ledgerentry DISABLE TRIGGER USER")
        owner.execute("SET row_security = off")
        for table in (
            "orders_recipient",
            "vault_ledgerentry",
            "compliance_purgerecord",
        ):
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        owner.execute(statement)
        for table in (
            "orders_recipient",
            "vault_ledgerentry",
            "compliance_purgerecord",
        ):
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE vault_ledgerentry ENABLE TRIGGER USER")


def lose_a_row(world: World) -> None:
    as_owner(f"DELETE FROM orders_recipient WHERE purge_on = '{LAST}'")


def lose_a_key(world: World) -> None:
    forget_day(LAST)


def kill_a_key_early(world: World) -> None:
    data_keys().keystore.destroy_through(clock.today() + timedelta(days=1))


def forget_a_record(world: World) -> None:
    as_owner("DELETE FROM compliance_purgerecord")


def write_a_record_twice(world: World) -> None:
    as_owner(
        "INSERT INTO compliance_purgerecord (id, seller_id, number, day, part, orders, "
        "fields, root, key_fingerprint, key_destroyed_at, recorded_at, removed_at) "
        "SELECT gen_random_uuid(), seller_id, number + 90, day, 2, orders, fields, "
        "root, key_fingerprint, key_destroyed_at, recorded_at, removed_at "
        "FROM compliance_purgerecord"
    )


def name_other_orders(world: World) -> None:
    as_owner(f"UPDATE compliance_purgerecord SET root = '{'0' * 64}'")


def alter_the_ledger(world: World) -> None:
    as_owner("UPDATE vault_ledgerentry SET facts = '{}' WHERE seq IS NOT NULL")


def leave_a_key(world: World) -> None:
    """Sweep as if the day were done, its secret still there."""
    PurgeDay.objects.filter(day=SECOND).update(
        state="destroyed", destroyed_at=clock.now(), probe_dead_at=clock.now()
    )


def sweep_nothing(world: World) -> None:
    """Let a day begin and do nothing."""


@pytest.mark.parametrize(
    ("harm", "day", "found"),
    [
        (lose_a_row, FIRST, Wrong.EARLY),
        (lose_a_key, FIRST, Wrong.LOST),
        (kill_a_key_early, FIRST, Wrong.EARLY),
        (forget_a_record, FIRST, Wrong.UNRECORDED),
        (write_a_record_twice, FIRST, Wrong.TWICE),
        (name_other_orders, FIRST, Wrong.ROOT),
        (alter_the_ledger, FIRST, Wrong.LEDGER),
        (leave_a_key, SECOND, Wrong.KEY_LIVES),
        (sweep_nothing, SECOND, Wrong.OVERDUE),
        (sweep_nothing, SECOND, Wrong.EXPOSURE),
    ],
)
def test_each_harm_is_found(
    world: World, harm: Callable[[World], None], day: date, found: Wrong
) -> None:
    clock.move(midnight(FIRST))
    world.sweep()
    assert wrong_with(world) == set()
    clock.move(midnight(day))
    harm(world)
    assert found in wrong_with(world)


def test_a_value_that_opens_as_another_is_lost(world: World) -> None:
    buyers = next(iter(world.buyers.values()))
    number = next(n for n, buyer in buyers.items() if buyer.day == LAST)
    buyers[number] = Buyer({**buyers[number].text, "name": "Somebody Else"}, LAST)
    assert wrong_with(world) == {Wrong.LOST}


def test_looking_leaves_no_trace(world: World) -> None:
    violations(world, now=clock.now())
    for seller_id in world.sellers:
        with seller_scope(seller_id=seller_id, actor=SYSTEM), connection.cursor() as c:
            c.execute(
                "SELECT count(*) FROM vault_ledgerentry WHERE kind LIKE 'pii:opened:%'"
            )
            assert c.fetchone() == (0,)
            assert Recipient.objects.count() == Order.objects.count()
            assert PurgeRecord.objects.count() == 0
