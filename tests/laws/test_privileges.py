"""The portal's role may do exactly what is written here, and owns nothing."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests import bed
from tests.laws.catalogue import all_tables

Connection = psycopg.Connection[Any]

ALL = "DELETE INSERT SELECT UPDATE"
READ = "SELECT"

#: What sp_app may do with each table.
EXPECTED = {
    "account_emailaddress": ALL,
    "account_emailconfirmation": ALL,
    "auth_group": "INSERT SELECT",
    "auth_group_permissions": READ,
    "auth_permission": READ,
    "axes_accessattempt": ALL,
    "axes_accessattemptexpiration": ALL,
    "axes_accessfailurelog": ALL,
    "axes_accesslog": ALL,
    "compliance_archiveitem": ALL,
    "compliance_exposuremeasure": ALL,
    "compliance_heartbeat": "INSERT SELECT UPDATE",
    "compliance_heldorder": ALL,
    "compliance_hold": ALL,
    "compliance_holdcertificate": ALL,
    "compliance_machinegap": "INSERT SELECT UPDATE",
    "compliance_notice": ALL,
    "compliance_policychange": ALL,
    "compliance_purgerecord": ALL,
    "compliance_standingrule": ALL,
    "compliance_stuckrow": ALL,
    "compliance_sweeprun": ALL,
    "django_content_type": READ,
    "django_migrations": READ,
    "django_session": ALL,
    "marketplaces_importrun": ALL,
    "marketplaces_uploadpiece": ALL,
    "mfa_authenticator": ALL,
    "orders_dailysales": ALL,
    "orders_evidencerun": ALL,
    "orders_order": ALL,
    "orders_orderline": ALL,
    "orders_recipient": ALL,
    "orders_shipment": ALL,
    "portal_cache": ALL,
    "sellers_deletioncertificate": ALL,
    "sellers_formerpassword": "DELETE INSERT SELECT",
    "sellers_invitation": ALL,
    "sellers_membership": ALL,
    "sellers_person": "INSERT SELECT UPDATE",
    "sellers_person_groups": "DELETE INSERT SELECT",
    "sellers_person_user_permissions": READ,
    "sellers_seller": "INSERT SELECT UPDATE",
    "sellers_sellergrouppermission": ALL,
    "sellers_sellerpersonpermission": ALL,
    # Made by the owner alone: the portal itself can make nobody staff.
    "sellers_staffmember": READ,
    "sellers_startstep": "INSERT SELECT",
    "usersessions_usersession": ALL,
    # Append-only: three columns may be filled once by the sequencer, see below.
    "vault_ledgerentry": "INSERT SELECT",
    "vault_keystoremark": "INSERT SELECT",
    # The portal may stop opening; only staff resume it.
    "vault_openingstop": "INSERT SELECT",
    "vault_lostkey": "INSERT SELECT",
    "vault_purgeday": "INSERT SELECT UPDATE",
    "vault_rootturn": "INSERT SELECT UPDATE",
}
COLUMNS = {("vault_ledgerentry", n) for n in ("seq", "previous_hash", "entry_hash")}
WORDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


@pytest.fixture
def admin() -> Iterator[Connection]:
    """Connect as the superuser; whatever the test changes is rolled back."""
    with (
        bed.admin_connection() as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


def privileges(connection: Connection, role: str) -> dict[str, str]:
    """Return what a role may do with each table, through PUBLIC and groups too."""
    found = {}
    for table in all_tables(connection):
        checks = ", ".join(f"has_table_privilege(%s, %s, '{w}')" for w in WORDS)
        row = connection.execute(f"SELECT {checks}", [role, table] * len(WORDS))
        held = zip(WORDS, row.fetchone() or (), strict=True)
        words = sorted(word for word, has in held if has)
        if words:
            found[table] = " ".join(words)
    return found


def test_sp_app_may_do_what_is_expected_and_no_more(admin: Connection) -> None:
    assert privileges(admin, "sp_app") == EXPECTED


def test_single_columns_are_granted_to_the_portal_in_the_ledger_only(
    admin: Connection,
) -> None:
    rows = admin.execute(
        "SELECT c.relname, a.attname, x.privilege_type FROM pg_attribute a "
        "JOIN pg_class c ON c.oid = a.attrelid, aclexplode(a.attacl) x "
        "WHERE c.relnamespace = 'public'::regnamespace "
        "AND x.grantee = 'sp_app'::regrole"
    ).fetchall()
    assert {(table, column) for table, column, _ in rows} == COLUMNS
    assert {word for _, _, word in rows} == {"UPDATE"}


def test_a_planted_right_is_found(admin: Connection) -> None:
    admin.execute("GRANT TRUNCATE ON orders_order TO PUBLIC")
    assert privileges(admin, "sp_app")["orders_order"] == f"{ALL} TRUNCATE".replace(
        "SELECT UPDATE TRUNCATE", "SELECT TRUNCATE UPDATE"
    )


def test_a_backup_only_reads(admin: Connection) -> None:
    assert set(privileges(admin, "sp_backup").values()) == {READ}
    assert set(privileges(admin, "sp_backup")) == set(all_tables(admin))


@pytest.mark.parametrize("role", ["sp_app", "sp_staff"])
def test_no_role_of_the_portal_can_make_or_own_anything(
    admin: Connection, role: str
) -> None:
    owned = admin.execute(
        "SELECT (SELECT count(*) FROM pg_class WHERE relowner = r.oid), "
        "(SELECT count(*) FROM pg_proc WHERE proowner = r.oid), "
        "(SELECT count(*) FROM pg_namespace WHERE nspowner = r.oid), "
        "(SELECT count(*) FROM pg_auth_members WHERE member = r.oid), "
        "rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication, "
        "has_schema_privilege(r.oid, 'public', 'CREATE'), "
        "has_schema_privilege(r.oid, 'app', 'CREATE'), "
        "has_database_privilege(r.oid, current_database(), 'CREATE'), "
        "has_database_privilege(r.oid, current_database(), 'TEMPORARY'), "
        "has_language_privilege(r.oid, 'plpgsql', 'USAGE') "
        "FROM pg_roles r WHERE rolname = %s",
        [role],
    ).fetchone()
    assert owned == (0, 0, 0, 0, False, False, False, False, False, False)


@pytest.mark.parametrize("role", ["sp_app", "sp_staff", "sp_backup", "sp_owner"])
def test_no_role_of_the_portal_makes_large_objects(
    admin: Connection, role: str
) -> None:
    """Row security does not know them, and no privilege is needed to make one."""
    rows = admin.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace "
        "AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import') "
        "AND has_function_privilege(%s, oid, 'EXECUTE')",
        [role],
    ).fetchall()
    assert rows == []
    assert admin.execute(
        "SELECT count(*) FROM pg_proc WHERE proname IN ('lo_creat', 'lo_import')"
    ).fetchone() == (3,)


def test_sequences_may_be_counted_up_and_not_read(admin: Connection) -> None:
    rows = admin.execute(
        "SELECT relname, has_sequence_privilege('sp_app', oid, 'SELECT'), "
        "has_sequence_privilege('sp_app', oid, 'UPDATE') FROM pg_class "
        "WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert {(select, update) for _, select, update in rows} == {(False, False)}
