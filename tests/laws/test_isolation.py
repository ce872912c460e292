"""No shop reaches another's row, with SQL, with real commits, as the portal's role."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Model

from orders.models import Recipient, Shipment
from sellers.models import Person
from sellers.services.onboarding import create_shop
from tests import bed
from tests.laws.catalogue import seller_tables
from tests.laws.tenants import Tenant, fill, tenant_models
from vault.context import SYSTEM, person_scope, seller_scope
from vault.days import open_days
from vault.rows import new_id

TABLES = [model._meta.db_table for model in tenant_models()]
LEDGER = "vault_ledgerentry"
#: Rows that the portal writes once and changes never.
FINAL = {LEDGER, "vault_openingstop", "sellers_startstep"}
Two = tuple[Tenant, Tenant]


@pytest.fixture
def person(transactional_db: None, now: datetime) -> Person:
    """Return somebody without a membership of their own making."""
    return Person.objects.create(email="p@shop.example", name="Pia", made_at=now)


@pytest.fixture
def two(transactional_db: None, person: Person, now: datetime) -> Two:
    """Return two shops with one row in each table, committed."""
    open_days(today=now.date())
    shops = []
    for name in ("Harbor & Pine", "Fern & Stone"):
        seller, _ = create_shop(name=name, owner_email="o@shop.example", now=now)
        shops.append(fill(seller=seller, person=person, now=now))
    return shops[0], shops[1]


@contextmanager
def inside(tenant: Tenant) -> Iterator[None]:
    """Enter a shop in a transaction of its own."""
    with seller_scope(seller_id=tenant.id, actor=SYSTEM):
        yield


def test_the_tables_are_those_of_the_catalogue() -> None:
    with bed.owner_connection() as owner:
        assert sorted(TABLES) == seller_tables(owner)


def test_rows_are_seen_in_their_own_shop_alone(two: Two) -> None:
    ours, theirs = two
    with inside(ours):
        assert {t: _sellers(t) for t in TABLES} == {t: {ours.id} for t in TABLES}
    with inside(theirs):
        assert {t: _sellers(t) for t in TABLES} == {t: {theirs.id} for t in TABLES}
    assert {t: _sellers(t) for t in TABLES} == {t: set() for t in TABLES}


def test_a_row_cannot_be_put_into_another_shop(two: Two) -> None:
    ours, theirs = two
    before = _stored(theirs)
    for table in TABLES:
        names, values = _columns(ours.rows[table])
        values[names.index("seller_id")] = theirs.id
        values[names.index("id")] = new_id()
        marks = ", ".join(["%s"] * len(names))
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        with pytest.raises(ProgrammingError, match="row-level security"), inside(ours):
            _execute(statement, values)
    assert _stored(theirs) == before


def test_a_row_cannot_be_moved_into_another_shop(two: Two) -> None:
    ours, theirs = two
    before = _stored(ours)
    for table in TABLES:
        move = f"UPDATE {table} SET seller_id = %s WHERE id = %s"
        refused = "permission denied" if table in FINAL else "row-level security"
        with pytest.raises(ProgrammingError, match=refused), inside(ours):
            _execute(move, [theirs.id, ours.rows[table].pk])
    assert _stored(ours) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET id = id WHERE seller_id = %s",
        "DELETE FROM {} WHERE seller_id = %s",
    ],
)
def test_foreign_rows_can_be_neither_changed_nor_deleted(
    two: Two, statement: str
) -> None:
    ours, theirs = two
    before = _stored(theirs)
    for table in set(TABLES) - FINAL:
        with inside(ours):
            assert (table, _execute(statement.format(table), [theirs.id])) == (table, 0)
    for table in FINAL:
        with pytest.raises(ProgrammingError, match="permission denied"), inside(ours):
            _execute(statement.format(table), [theirs.id])
    assert _stored(theirs) == before


@pytest.mark.parametrize("model", [Recipient, Shipment])
def test_a_foreign_order_is_refused_at_commit(
    two: Two, model: type[Model], now: datetime
) -> None:
    ours, theirs = two
    order = theirs.rows["orders_order"]
    own = ours.rows[model._meta.db_table]
    values = {
        field.attname: getattr(own, field.attname)
        for field in model._meta.local_fields
        if field.attname not in {"id", "order_id"}
    }
    with pytest.raises(IntegrityError, match="orders_"), inside(ours):
        model._default_manager.create(**values, order_id=order.pk)
    with inside(ours):
        assert model._default_manager.count() == 1


def test_the_same_with_an_order_of_its_own_is_taken(two: Two) -> None:
    ours, _ = two
    shipment = ours.rows["orders_shipment"]
    with inside(ours):
        Shipment.objects.create(
            seller_id=ours.id,
            order_id=ours.rows["orders_order"].pk,
            reference="second",
            status=getattr(shipment, "status", ""),
        )
    with inside(ours):
        assert Shipment.objects.count() == 2


def test_outside_a_transaction_the_setting_has_no_effect(two: Two) -> None:
    ours, _ = two
    _execute("SELECT set_config('app.seller_id', %s, true)", [str(ours.id)])
    assert _sellers("orders_order") == set()


def test_a_scope_leaves_nothing_behind(two: Two) -> None:
    ours, theirs = two
    with transaction.atomic():
        with inside(ours):
            assert _sellers("orders_order") == {ours.id}
        assert _sellers("orders_order") == set()
        with inside(theirs):
            assert _sellers("orders_order") == {theirs.id}


def test_a_person_sees_their_memberships_and_no_other_row(
    two: Two, person: Person
) -> None:
    ours, theirs = two
    with person_scope(person_id=person.id):
        assert _sellers("sellers_membership") == {ours.id, theirs.id}
        assert _sellers("sellers_invitation") == set()
        assert _sellers("orders_order") == set()
    with person_scope(person_id=new_id()):
        assert _sellers("sellers_membership") == set()


def test_a_person_cannot_write_a_membership_before_entering(
    two: Two, person: Person
) -> None:
    ours, _ = two
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        person_scope(person_id=person.id),
    ):
        _execute(
            "INSERT INTO sellers_membership "
            "(id, seller_id, person_id, role, opens_buyer_data, joined_at) "
            "SELECT %s, seller_id, person_id, 'owner', true, joined_at "
            "FROM sellers_membership WHERE seller_id = %s",
            [new_id(), ours.id],
        )


def _execute(statement: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _sellers(table: str) -> set[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT seller_id FROM {table}")
        return {seller for (seller,) in cursor.fetchall()}


def _stored(tenant: Tenant) -> dict[str, Any]:
    """Return a digest of a shop's rows, as the superuser, whom no policy binds."""
    found = {}
    with bed.admin_connection() as admin:
        for table in TABLES:
            row = admin.execute(
                "SELECT count(*), string_agg(md5(r::text), ' ' ORDER BY r.id) "
                f"FROM {table} r WHERE seller_id = %s",
                [tenant.id],
            ).fetchone()
            found[table] = row
    return found


def _columns(row: Model) -> tuple[list[str], list[Any]]:
    """Return a stored row's columns and values."""
    table = row._meta.db_table
    with bed.admin_connection() as admin:
        cursor = admin.execute(f"SELECT * FROM {table} WHERE id = %s", [row.pk])
        names = [column.name for column in cursor.description or ()]
        values = [_storable(value) for value in cursor.fetchone() or ()]
    return names, values


def _storable(value: Any) -> Any:
    return "{}" if isinstance(value, dict) else value
