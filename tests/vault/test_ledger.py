"""The logbook: what may be written into it, and that nothing in it changes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from sellers.models import Person
from tests import bed
from tests.shops import Shop
from tests.vault.planted import NOW
from vault.context import Scope, ScopeMissing, person_actor, seller_scope
from vault.kinds import Kind, Purpose
from vault.ledger import (
    FactRefused,
    append,
    append_many,
    canonical,
    chain_hash,
    checked_facts,
    sequence,
)
from vault.models import LedgerEntry

KIND = Kind.FILE_IMPORTED_ORDERS
KNOWN = LedgerEntry(
    id=UUID("0193f0a0-0000-7000-8000-000000000001"),
    seller_id=UUID("0193f0a0-0000-7000-8000-000000000002"),
    kind="pii:opened:deliver",
    at=datetime(2026, 11, 22, 18, 14, tzinfo=timezone(timedelta(hours=1))),
    actor_kind="person",
    actor_id=UUID("0193f0a0-0000-7000-8000-000000000003"),
    subject_id=None,
    facts={"reference": "case 42", "fields": 3},
    seq=7,
)
KNOWN_JSON = (
    b'{"actor":"0193f0a0-0000-7000-8000-000000000003","actor_kind":"person",'
    b'"at":"2026-11-22T17:14:00.000000+00:00",'
    b'"facts":{"fields":3,"reference":"case 42"},'
    b'"id":"0193f0a0-0000-7000-8000-000000000001","kind":"pii:opened:deliver",'
    b'"seller":"0193f0a0-0000-7000-8000-000000000002","seq":7,"subject":""}'
)
KNOWN_HASH = "e3c7a7c5ea91e3488ef6e2b286bd8c5fe6277b09967c49791c759c833d798d92"


def test_an_entry_says_who_when_and_about_whom(shop: Shop) -> None:
    person: Person = shop.people["support"]
    with seller_scope(seller_id=shop.id, actor=person_actor(person.id)):
        made = append(kind=KIND, now=NOW, subject_id=shop.id, facts={"rows": 3})
        entry = LedgerEntry.objects.get(pk=made.pk)
    assert (entry.kind, entry.at, entry.facts) == (KIND.value, NOW, {"rows": 3})
    assert (entry.actor_kind, entry.actor_id) == ("person", person.id)
    assert (entry.seller_id, entry.subject_id) == (shop.id, shop.id)
    assert (entry.seq, entry.previous_hash, entry.entry_hash) == (None, "", "")


def test_many_entries_are_written_at_once(shop: Shop, inside: Scope) -> None:
    subjects = [UUID(int=n) for n in range(1, 6)]
    append_many(kind=KIND, now=NOW, entries=[(s, {"rows": s.int}) for s in subjects])
    found = LedgerEntry.objects.filter(kind=KIND).order_by("id")
    assert list(found.values_list("subject_id", "actor_kind", "facts")) == [
        (subject, "system", {"rows": subject.int}) for subject in subjects
    ]


def test_nothing_is_written_without_a_scope(db: None) -> None:
    with pytest.raises(ScopeMissing):
        append(kind=KIND, now=NOW)
    with pytest.raises(ScopeMissing):
        append_many(kind=KIND, now=NOW, entries=[])
    with pytest.raises(ScopeMissing):
        sequence()


def test_an_entry_is_rolled_back_with_what_it_records(shop: Shop) -> None:
    def write_and_fail() -> None:
        with shop.scope():
            append(kind=KIND, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with shop.scope():
        assert LedgerEntry.objects.filter(kind=KIND).count() == 0


@pytest.mark.parametrize(
    "fact",
    [
        "José Exampleton",
        "李四",
        "testa@post.example",
        "12 Sample Street, Exampleville",
        "Testa\nExampleton",
        "trailing newline\n",
        "it's",
        '"quoted"',
        "<b>",
        "x" * 401,
        "nul\0",
        ["list"],
        {"name": "Testa"},
        ("a", 1),
        1.5,
        None,
        b"bytes",
        NOW,
        UUID(int=1),
    ],
    ids=lambda fact: f"{type(fact).__name__}-{str(fact)[:12]!a}",
)
def test_a_fact_that_is_not_plain_is_refused(
    shop: Shop, inside: Scope, fact: object
) -> None:
    with pytest.raises(FactRefused) as refused:
        append(kind=KIND, now=NOW, facts={"reference": fact})  # type: ignore[dict-item]
    assert str(refused.value) == "The fact 'reference' is no number and no plain word."
    with pytest.raises(FactRefused):
        append_many(kind=KIND, now=NOW, entries=[(shop.id, {"a": fact})])  # type: ignore[dict-item]
    assert LedgerEntry.objects.filter(kind=KIND).count() == 0


@pytest.mark.parametrize(
    "name", ["", "Testa Exampleton", "testa@post.example", "a" * 41, "1", "a\n", "ä"]
)
def test_the_name_of_a_fact_is_a_plain_word_too(name: str) -> None:
    with pytest.raises(FactRefused) as refused:
        checked_facts({name: 1})
    assert name == "" or name not in str(refused.value)


@pytest.mark.parametrize(
    "fact", [0, -1, 2**40, True, "", "2026-12-18", "name phone", "case 42/b", "a+b_c:d"]
)
def test_plain_facts_are_taken(shop: Shop, inside: Scope, fact: int | str) -> None:
    entry = append(kind=KIND, now=NOW, facts={"last key dies on": fact})
    assert LedgerEntry.objects.get(pk=entry.pk).facts == {"last key dies on": fact}


def test_canonical_json_is_known() -> None:
    assert canonical(KNOWN) == KNOWN_JSON
    assert chain_hash(previous="0" * 64, entry=KNOWN) == KNOWN_HASH
    assert chain_hash(previous="1" * 64, entry=KNOWN) != KNOWN_HASH


def test_canonical_json_survives_the_database(shop: Shop, inside: Scope) -> None:
    made = append(kind=KIND, now=NOW, facts={"zone": "b", "alpha": 2, "c": "ü"[:0]})
    assert canonical(LedgerEntry.objects.get(pk=made.pk)) == canonical(made)
    assert made.at.tzinfo is UTC


def test_kinds_are_three_part_words() -> None:
    for kind in Kind:
        assert [part != "" for part in kind.value.split(":")] == [True] * 3
        assert len(kind.value) <= 60
    for purpose in Purpose:
        assert Kind.opened_for(purpose).value == f"pii:opened:{purpose.value}"


CHANGES = [
    "UPDATE vault_ledgerentry SET kind = 'order:imported:new'",
    "UPDATE vault_ledgerentry SET facts = '{}'",
    "UPDATE vault_ledgerentry SET seller_id = gen_random_uuid()",
    "UPDATE vault_ledgerentry SET seq = 9 WHERE seq IS NOT NULL",
    "UPDATE vault_ledgerentry SET seq = NULL",
    "UPDATE vault_ledgerentry SET entry_hash = repeat('0', 64)",
    "DELETE FROM vault_ledgerentry",
    "TRUNCATE vault_ledgerentry",
    "TRUNCATE vault_ledgerentry CASCADE",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_portal_cannot_change_an_entry(
    shop: Shop, inside: Scope, change: str
) -> None:
    sequence()
    before = list(LedgerEntry.objects.order_by("seq").values())
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert list(LedgerEntry.objects.order_by("seq").values()) == before


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("connect", [bed.owner_connection, bed.admin_connection])
def test_the_owner_and_the_superuser_meet_the_trigger(
    transactional_db: None,
    shop: Shop,
    change: str,
    connect: Callable[[], psycopg.Connection[object]],
) -> None:
    """The owner sees no row at all while row security is forced; so it is lifted."""
    with shop.scope():
        sequence()
        before = list(LedgerEntry.objects.order_by("seq").values())
    assert before != []
    with connect() as session:
        session.execute("BEGIN")
        session.execute("ALTER TABLE vault_ledgerentry NO FORCE ROW LEVEL SECURITY")
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            session.execute(change)
        session.execute("ROLLBACK")
    with shop.scope():
        assert list(LedgerEntry.objects.order_by("seq").values()) == before


def test_the_owner_sees_and_changes_nothing_under_row_security(
    transactional_db: None, shop: Shop
) -> None:
    with bed.owner_connection() as owner:
        for statement in ("DELETE FROM vault_ledgerentry", CHANGES[0]):
            assert owner.execute(statement).rowcount == 0
        found = owner.execute("SELECT count(*) FROM vault_ledgerentry").fetchone()
    assert found == (0,)
    with shop.scope():
        assert LedgerEntry.objects.count() > 0


def test_an_entry_of_another_seller_cannot_be_written(
    shop: Shop, other_shop: Shop, inside: Scope
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.create(
            seller_id=other_shop.id, kind=KIND.value, at=NOW, actor_kind="system"
        )
