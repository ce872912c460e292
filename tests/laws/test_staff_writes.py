"""What the staff's role may write: in live staff's name, and their acts alone."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from sellers.services.staffing import end_staff
from tests import bed
from tests.laws.catalogue import faults_of_the_catalogue
from tests.shops import Shop
from tests.staffing import MakeStaff, Staff
from vault.clock import clock

pytestmark = pytest.mark.django_db(databases=["default", "owner", "staff"])
Connection = psycopg.Connection[Any]
ENTRY = (
    "INSERT INTO vault_ledgerentry (id, seller_id, kind, at, actor_kind, actor_id, "
    "facts, previous_hash, entry_hash) "
    "VALUES (%s, %s, %s, now(), %s, %s, '{}', '', '')"
)
STOP = (
    "INSERT INTO vault_openingstop (id, seller_id, stopped_at, stopped_by, reason, "
    "ticket) VALUES (%s, %s, now(), %s, 'Alarm.', '')"
)
RESUME = "UPDATE vault_openingstop SET resumed_at = now(), resumed_by = %s"


@pytest.fixture
def staff(make_staff: MakeStaff) -> Staff:
    """Return somebody of staff."""
    return make_staff()


@pytest.fixture
def sql(staff: Staff) -> Iterator[Connection]:
    """Connect as sp_staff, past everything that the portal checks."""
    url = bed.current()["staff_url"].replace("DATABASE", bed.current()["database"])
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def taken(connection: Connection, statement: str, *values: object) -> bool:
    """Tell whether a row is taken; False where its policy refuses it."""
    try:
        connection.execute(statement.encode(), values)
    except psycopg.errors.InsufficientPrivilege as error:
        return "row-level security" not in str(error)
    return True


def entry(
    connection: Connection,
    shop: Shop,
    actor: UUID | None,
    *,
    kind: str = "staff:looked:exposure",
    actor_kind: str = "staff",
) -> bool:
    """Tell whether an entry of a shop's log is taken."""
    values = (uuid4(), shop.id, kind, actor_kind, actor)
    return taken(connection, ENTRY, *values)


def test_staff_write_what_staff_did_and_nothing_else(
    sql: Connection, staff: Staff, shop: Shop
) -> None:
    own, owner = staff.person.id, shop.people["owner"].id
    assert entry(sql, shop, own) is True
    for kind in (
        "pii:opened:deliver",
        "pii:purged:day",
        "member:removed:shop",
        "staff",
    ):
        assert entry(sql, shop, own, kind=kind) is False
    for actor_kind in ("person", "system", ""):
        assert entry(sql, shop, own, actor_kind=actor_kind) is False
    for actor in (owner, uuid4(), None):
        assert entry(sql, shop, actor) is False
    assert entry(sql, shop, owner, kind="pii:opened:deliver", actor_kind="person") is (
        False
    )


def test_who_left_the_staff_writes_nothing(
    sql: Connection, staff: Staff, shop: Shop
) -> None:
    end_staff(email=staff.person.email, now=clock.now())
    assert entry(sql, shop, staff.person.id) is False
    assert taken(sql, STOP, uuid4(), shop.id, staff.person.id) is False


def test_opening_is_stopped_and_resumed_in_the_name_of_live_staff(
    sql: Connection, staff: Staff, shop: Shop, make_staff: MakeStaff
) -> None:
    owner, another = shop.people["owner"].id, make_staff().person.id
    assert taken(sql, STOP, uuid4(), shop.id, owner) is False
    assert taken(sql, STOP, uuid4(), shop.id, staff.person.id) is True
    assert taken(sql, RESUME, owner) is False
    end_staff(email=staff.person.email, now=clock.now())
    assert taken(sql, RESUME, staff.person.id) is False
    assert taken(sql, RESUME, another) is True


@pytest.mark.parametrize(
    ("table", "check"),
    [
        ("vault_ledgerentry", "true"),
        ("vault_ledgerentry", "actor_kind = 'staff' AND kind LIKE 'staff:%'"),
        ("vault_openingstop", "true"),
        ("sellers_membership", "false"),
    ],
)
def test_a_planted_policy_is_found(table: str, check: str) -> None:
    with bed.owner_connection() as owner, owner.transaction(force_rollback=True):
        planted = f"ALTER POLICY {table}_staff ON {table} WITH CHECK ({check})"
        owner.execute(planted.encode())
        found = [f for f in faults_of_the_catalogue(owner) if f.startswith(table)]
    assert found == [f"{table}: the staff's policy is not as written here"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_import('/etc/hostname')",
    ],
)
def test_staff_make_no_large_object(sql: Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute(statement.encode())
