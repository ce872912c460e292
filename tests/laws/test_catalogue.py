"""Every table with a seller is locked, read from PostgreSQL's own catalogue."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db.models import ForeignKey

from tests import bed
from tests.laws.catalogue import (
    ARM,
    SEEN_BY_STAFF,
    TWO_ARMS,
    WITHOUT_SELLER,
    all_tables,
    faults_of_the_catalogue,
    foreign_keys,
    seller_tables,
)

Connection = psycopg.Connection[Any]

RIGHT_TABLE = f"""
    CREATE TABLE planted (
        id uuid PRIMARY KEY, seller_id uuid NOT NULL, order_id uuid,
        code text, CONSTRAINT planted_seller_id UNIQUE (seller_id, id)
    );
    ALTER TABLE planted ENABLE ROW LEVEL SECURITY;
    ALTER TABLE planted FORCE ROW LEVEL SECURITY;
    CREATE POLICY planted_rows ON planted TO sp_app USING {ARM} WITH CHECK {ARM};
"""
OPEN_POLICY = "CREATE POLICY open ON planted TO sp_app USING (true) WITH CHECK (true)"
DROP = "DROP POLICY planted_rows ON planted"

#: Statement, what the law then says.
PLANTED = [
    ("ALTER TABLE planted NO FORCE ROW LEVEL SECURITY", "row security is not forced"),
    ("ALTER TABLE planted DISABLE ROW LEVEL SECURITY", "row security is off"),
    (DROP, "no policy"),
    (
        f"{DROP}; CREATE POLICY p ON planted USING {ARM} WITH CHECK {ARM}",
        "a policy for public",
    ),
    (
        (
            f"{DROP}; CREATE POLICY p ON planted FOR UPDATE TO sp_app "
            f"USING {ARM} WITH CHECK {ARM}"
        ),
        "a policy for UPDATE alone",
    ),
    (
        f"{DROP}; CREATE POLICY p ON planted TO sp_app USING {ARM} WITH CHECK (true)",
        "WITH CHECK is not the seller alone",
    ),
    (
        f"{DROP}; CREATE POLICY p ON planted TO sp_app USING {ARM}",
        "WITH CHECK is not the seller alone",
    ),
    (
        (
            f"{DROP}; CREATE POLICY p ON planted TO sp_app "
            f"USING ({ARM} OR true) WITH CHECK {ARM}"
        ),
        "USING is not the seller alone",
    ),
    (
        f"CREATE POLICY p ON planted TO sp_staff USING {ARM} WITH CHECK {ARM}",
        "a policy for sp_staff",
    ),
    (
        "ALTER TABLE planted ADD CONSTRAINT planted_code UNIQUE (code)",
        "planted_code is unique across sellers",
    ),
    (
        "ALTER TABLE planted DROP CONSTRAINT planted_seller_id",
        "no unique key starts with the seller",
    ),
    (
        (
            "ALTER TABLE planted ADD CONSTRAINT planted_order FOREIGN KEY (order_id) "
            "REFERENCES orders_order (id)"
        ),
        "planted_order may point at another seller's row",
    ),
]


@pytest.fixture
def owner() -> Iterator[Connection]:
    """Connect as the owner; whatever the test changes is rolled back."""
    with (
        bed.owner_connection() as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


def test_every_table_is_locked_or_listed(owner: Connection) -> None:
    assert faults_of_the_catalogue(owner) == []


def test_the_lists_name_only_what_exists(owner: Connection) -> None:
    assert set(WITHOUT_SELLER) == set(all_tables(owner)) - set(seller_tables(owner))
    assert set(TWO_ARMS) <= set(seller_tables(owner))
    found = owner.execute(
        "SELECT DISTINCT tablename FROM pg_policies WHERE 'sp_staff' = ANY(roles)"
    )
    assert {name for (name,) in found.fetchall()} == set(SEEN_BY_STAFF)


def test_a_right_table_passes(owner: Connection) -> None:
    owner.execute(RIGHT_TABLE)
    assert "planted" in seller_tables(owner)
    assert faults_of_the_catalogue(owner) == []


@pytest.mark.parametrize(("statement", "fault"), PLANTED)
def test_a_planted_fault_is_found(
    owner: Connection, statement: str, fault: str
) -> None:
    owner.execute(RIGHT_TABLE)
    owner.execute(statement)
    assert faults_of_the_catalogue(owner) == [f"planted: {fault}"]


def test_a_second_policy_that_shows_everything_is_found(owner: Connection) -> None:
    owner.execute(RIGHT_TABLE)
    owner.execute(OPEN_POLICY)
    assert faults_of_the_catalogue(owner) == [
        "planted: WITH CHECK is not the seller alone",
        "planted: USING is not the seller alone",
    ]


@pytest.mark.parametrize("table", ["orders_recipient", "vault_ledgerentry"])
def test_removing_force_from_one_of_ours_is_found(
    owner: Connection, table: str
) -> None:
    owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    assert faults_of_the_catalogue(owner) == [f"{table}: row security is not forced"]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("CREATE VIEW planted AS SELECT id FROM orders_order", "a view"),
        (
            "CREATE MATERIALIZED VIEW planted AS SELECT id FROM orders_order",
            "a materialised view",
        ),
        ("CREATE TABLE planted (id uuid)", "no seller, and not listed"),
        (
            (
                "CREATE FUNCTION app.planted() RETURNS bigint LANGUAGE sql "
                "SECURITY DEFINER AS 'SELECT count(*) FROM orders_order'"
            ),
            "a function with its owner's rights",
        ),
    ],
)
def test_a_way_around_the_policies_is_found(
    owner: Connection, statement: str, fault: str
) -> None:
    owner.execute(statement)
    assert faults_of_the_catalogue(owner) == [f"planted: {fault}"]


def test_a_partition_is_found(owner: Connection) -> None:
    owner.execute(
        "CREATE TABLE planted (seller_id uuid, id uuid, UNIQUE (seller_id, id)) "
        "PARTITION BY HASH (seller_id)"
    )
    assert "planted: a partition" in faults_of_the_catalogue(owner)


def test_every_relation_inside_a_seller_is_a_composite_key(owner: Connection) -> None:
    """A ForeignKey without its SellerForeignKey would be no key at all."""
    tenants, missing = set(seller_tables(owner)), []
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.local_fields:
            if not isinstance(field, ForeignKey) or table not in tenants:
                continue
            if field.related_model._meta.db_table not in tenants:
                continue
            wanted = [("seller_id", "seller_id"), (field.column, "id")]
            keys = [pairs for _, _, pairs in foreign_keys(owner, table)]
            if wanted not in keys:
                missing.append(f"{model._meta.label}.{field.name}")
    assert missing == []
