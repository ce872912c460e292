"""What the staff's role may do, table by table and column by column; never a buyer."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections, transaction
from django.db.models import Model
from django.db.utils import ProgrammingError

from tests import bed
from tests.laws.catalogue import all_tables
from tests.laws.test_privileges import privileges
from vault.fields import SealedMixin
from vault.privacy import buyer_models

Connection = psycopg.Connection[Any]
STAFF = "sp_staff"

#: Whole tables: what the role may do with each.
TABLES = {
    "auth_group": "SELECT",
    "auth_permission": "SELECT",
    "compliance_exposuremeasure": "SELECT",
    "compliance_heartbeat": "SELECT",
    "compliance_purgerecord": "SELECT",
    "compliance_sweeprun": "SELECT",
    "django_admin_log": "INSERT SELECT",
    "django_content_type": "SELECT",
    "mfa_authenticator": "DELETE",
    "sellers_membership": "SELECT",
    "sellers_seller": "SELECT",
    "sellers_sellergrouppermission": "SELECT",
    "sellers_sellerpersonpermission": "SELECT",
    "sellers_staffmember": "SELECT",
    "vault_ledgerentry": "INSERT SELECT",
    "vault_lostkey": "SELECT",
    "vault_rootturn": "SELECT",
    "vault_openingstop": "INSERT SELECT",
}
#: Single columns: what the role may do with them.
COLUMNS = {
    ("marketplaces_importrun", "SELECT"): (
        "created encoding ended_at id kind lines orders rejected rows seller_id "
        "started_at unchanged updated"
    ),
    ("mfa_authenticator", "SELECT"): "id last_used_at type user_id",
    ("sellers_invitation", "SELECT"): (
        "accepted_at email expires_at id invited_by_id made_at opens_buyer_data role "
        "seller_id withdrawn_at"
    ),
    ("sellers_person", "SELECT"): (
        "email id is_active last_login made_at name password_changed_at"
    ),
    ("sellers_person", "UPDATE"): "is_active",
    ("vault_openingstop", "UPDATE"): "resumed_at resumed_by",
    ("vault_purgeday", "SELECT"): "closing_at day destroyed_at probe_dead_at state",
}


@pytest.fixture
def admin() -> Iterator[Connection]:
    """Connect as the superuser; whatever the test changes is rolled back."""
    with (
        bed.admin_connection() as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


def columns(connection: Connection) -> dict[tuple[str, str], str]:
    """Return the single columns that the role was given, by table and right."""
    rows = connection.execute(
        "SELECT c.relname, x.privilege_type, string_agg(a.attname, ' ' "
        "ORDER BY a.attname) FROM pg_attribute a "
        "JOIN pg_class c ON c.oid = a.attrelid, aclexplode(a.attacl) x "
        "WHERE c.relnamespace = 'public'::regnamespace "
        "AND x.grantee = %s::regrole GROUP BY 1, 2",
        [STAFF],
    )
    return {(table, word): names for table, word, names in rows.fetchall()}


def test_staff_may_do_what_is_expected_and_no_more(admin: Connection) -> None:
    assert privileges(admin, STAFF) == TABLES
    assert columns(admin) == COLUMNS


@pytest.mark.parametrize(
    "statement",
    [
        "GRANT SELECT ON orders_recipient TO sp_staff",
        "GRANT SELECT ON orders_order TO PUBLIC",
        "GRANT SELECT (password) ON sellers_person TO sp_staff",
        "GRANT SELECT (token_hash) ON sellers_invitation TO sp_staff",
    ],
)
def test_a_planted_grant_is_found(admin: Connection, statement: str) -> None:
    admin.execute(statement)
    assert (privileges(admin, STAFF), columns(admin)) != (TABLES, COLUMNS)


def test_staff_may_count_one_sequence_up(admin: Connection) -> None:
    rows = admin.execute(
        "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' "
        "AND has_sequence_privilege(%s, sequencename::regclass, "
        "'USAGE, SELECT, UPDATE')",
        [STAFF],
    ).fetchall()
    assert rows == [("django_admin_log_id_seq",)]


def sealed_columns() -> list[tuple[str, str]]:
    """Return every sealed column of the house, from the fields themselves."""
    return [
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SealedMixin)
    ]


def secret_columns() -> list[tuple[str, str]]:
    """Return columns with which somebody could sign in or forge something."""
    return [
        ("sellers_person", "password"),
        ("sellers_formerpassword", "password"),
        ("sellers_invitation", "token_hash"),
        ("mfa_authenticator", "data"),
        ("django_session", "session_data"),
        ("portal_cache", "value"),
        ("vault_purgeday", "probe"),
        ("vault_keystoremark", "identity"),
    ]


def buyer_tables() -> list[str]:
    """Return the tables with buyers and everything else of orders and uploads."""
    names = {model._meta.db_table for model, _ in buyer_models()}
    with bed.owner_connection() as owner:
        tables = all_tables(owner)
    names |= {t for t in tables if t.startswith(("orders_", "inventory_"))}
    names |= {t for t in tables if "upload" in t or "rejected" in t}
    return sorted(names)


def refused(statement: str) -> bool:
    """Tell whether the staff's role is refused a statement for want of a right."""
    try:
        with transaction.atomic(using="staff"), connections["staff"].cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return "permission denied" in str(error)
    return False


@pytest.mark.django_db(databases=["default", "staff"])
def test_sql_as_staff_reaches_no_buyer() -> None:
    tables = buyer_tables()
    assert {"orders_order", "orders_orderline", "orders_recipient"} <= set(tables)
    for table in tables:
        assert (table, refused(f"SELECT count(*) FROM {table}")) == (table, True)
        assert (table, refused(f"DELETE FROM {table}")) == (table, True)
    assert refused("SELECT count(*) FROM sellers_seller") is False


@pytest.mark.django_db(databases=["default", "staff"])
def test_sql_as_staff_reads_no_sealed_and_no_secret_column() -> None:
    places = [*sealed_columns(), *secret_columns()]
    assert len(sealed_columns()) > 20
    open_ones = [p for p in places if not refused(f"SELECT {p[1]} FROM {p[0]}")]
    assert open_ones == []


@pytest.mark.django_db(databases=["default", "staff"])
@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE sp_app",
        "SET ROLE sp_owner",
        "CREATE TABLE planted (id int)",
        "UPDATE sellers_staffmember SET role = 'security'",
        "INSERT INTO sellers_staffmember SELECT * FROM sellers_staffmember",
        "UPDATE sellers_person SET email = 'x'",
        "UPDATE vault_ledgerentry SET kind = 'x'",
        "DELETE FROM vault_ledgerentry",
        "DELETE FROM vault_openingstop",
        "UPDATE compliance_exposuremeasure SET figures = '{}'",
        "INSERT INTO mfa_authenticator (user_id) VALUES (NULL)",
    ],
)
def test_sql_as_staff_cannot_rise_or_rewrite(statement: str) -> None:
    assert refused(statement) is True


def test_the_field_that_seals_is_what_models_use() -> None:
    models: set[type[Model]] = {model for model, _ in buyer_models()}
    assert {m._meta.db_table for m in models} == {t for t, _ in sealed_columns()}
