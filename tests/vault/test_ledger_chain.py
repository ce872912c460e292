"""Numbering and chaining the log, and finding what was done to it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import bed
from tests.shops import Shop
from tests.vault.planted import NOW, in_session
from vault import chaining, ledger
from vault.chaining import chain_log
from vault.clock import clock
from vault.context import SYSTEM, Scope
from vault.kinds import Kind
from vault.ledger import (
    GENESIS,
    LedgerBroken,
    LedgerState,
    append,
    append_many,
    chain_hash,
    sequence,
    state,
    verify,
)
from vault.models import LedgerEntry

KIND = Kind.FILE_IMPORTED_ORDERS


def write(shop: Shop, number: int) -> None:
    """Write entries about so many subjects."""
    with shop.scope():
        append_many(
            kind=KIND,
            now=NOW,
            entries=[(UUID(int=n), {"rows": n}) for n in range(1, number + 1)],
        )


def chained(shop: Shop) -> int:
    """Chain what waits in a shop's log; return how many entries."""
    with shop.scope():
        return sequence()


def verified(shop: Shop) -> LedgerState:
    """Verify a shop's log."""
    with shop.scope():
        return verify()


def test_a_log_that_was_never_chained(shop: Shop) -> None:
    with shop.scope():
        waiting = LedgerEntry.objects.count()
        assert state() == verify() == LedgerState(0, waiting, GENESIS)
    assert waiting > 0


def test_entries_are_numbered_and_chained(shop: Shop) -> None:
    write(shop, 5)
    with shop.scope():
        waiting = LedgerEntry.objects.count()
        assert sequence() == waiting
        entries = list(LedgerEntry.objects.order_by("seq"))
    assert [entry.seq for entry in entries] == list(range(1, waiting + 1))
    assert entries[0].previous_hash == GENESIS
    for before, entry in pairwise(entries):
        assert entry.previous_hash == before.entry_hash
        assert entry.entry_hash == chain_hash(previous=before.entry_hash, entry=entry)
    assert verified(shop) == LedgerState(waiting, 0, entries[-1].entry_hash)


def test_what_waits_is_counted_and_chained_on(shop: Shop) -> None:
    chained(shop)
    first = verified(shop)
    write(shop, 3)
    assert verified(shop) == LedgerState(first.chained, 3, first.head)
    assert chained(shop) == 3
    second = verified(shop)
    assert (second.chained, second.waiting) == (first.chained + 3, 0)
    assert second.head != first.head
    assert chained(shop) == 0


def test_more_entries_than_one_batch(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "BATCH", 4)
    write(shop, 11)
    assert (count := chained(shop)) > 11
    assert (verified(shop).chained, verified(shop).waiting) == (count, 0)


def test_a_long_log_is_chained_in_parts_that_commit(
    transactional_db: None, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    chained(shop)
    before = verified(shop).chained
    monkeypatch.setattr(ledger, "BATCH", 4)
    monkeypatch.setattr(chaining, "A_COMMIT", 8)
    write(shop, 19)
    hashes = []

    def die(**facts: Any) -> str:
        hashes.append(facts)
        if len(hashes) > 13:
            raise ZeroDivisionError
        return chain_hash(**facts)

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "chain_hash", die)
        with pytest.raises(ZeroDivisionError):
            chain_log(seller_id=shop.id, actor=SYSTEM)
    # The first part stays; the second was cut short in its second batch.
    assert verified(shop).chained == before + 8
    assert chain_log(seller_id=shop.id, actor=SYSTEM) == 11
    assert verified(shop).chained == before + 19


def test_a_batch_is_stored_by_one_statement(shop: Shop) -> None:
    chained(shop)
    write(shop, 700)
    with shop.scope(), CaptureQueriesContext(connection) as asked:
        assert sequence() == 700
    stored = [q["sql"] for q in asked if q["sql"].startswith("UPDATE")]
    assert [sql.split()[1] for sql in stored] == ["vault_ledgerentry"]


def test_each_shop_has_a_chain_of_its_own(shop: Shop, other_shop: Shop) -> None:
    write(shop, 3)
    chained(shop)
    assert verified(other_shop).chained == 0
    chained(other_shop)
    with other_shop.scope():
        assert LedgerEntry.objects.filter(kind=KIND).count() == 0
        assert LedgerEntry.objects.get(seq=1).previous_hash == GENESIS


def test_sequencers_at_the_same_time_make_one_chain(
    transactional_db: None, shop: Shop
) -> None:
    chained(shop)
    before = verified(shop).chained
    write(shop, 40)
    barrier = Barrier(4, timeout=30)

    def run() -> int:
        barrier.wait()
        with shop.scope():
            append(kind=KIND, now=NOW)
            return sequence()

    with ThreadPoolExecutor(max_workers=4) as pool:
        done = [in_session(pool, run) for _ in range(4)]
        numbers = [session.result() for session in done]
    assert sum(numbers) == 44
    after = verified(shop)
    assert (after.chained, after.waiting) == (before + 44, 0)


def test_a_sequencer_that_dies_leaves_the_chain_whole(
    transactional_db: None, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shop, 9)
    calls = []

    def die(**facts: object) -> str:
        calls.append(facts)
        if len(calls) > 5:
            raise ZeroDivisionError
        return "0" * 64

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "chain_hash", die)
        with pytest.raises(ZeroDivisionError):
            chained(shop)
    assert verified(shop).chained == 0
    assert chained(shop) == verified(shop).chained


@pytest.fixture
def past_the_trigger(
    transactional_db: None, shop: Shop
) -> Iterator[psycopg.Connection[object]]:
    """Give a superuser's session in which no trigger runs, over a chain of ten."""
    write(shop, 10)
    chained(shop)
    verified(shop)
    with bed.admin_connection() as admin:
        admin.execute("SET session_replication_role = replica")
        yield admin


Tamperer = psycopg.Connection[object]


@pytest.mark.parametrize(
    "change",
    [
        "facts = '{\"rows\": 99}'",
        "facts = '{}'",
        "kind = 'pii:opened:deliver'",
        "at = at + interval '1 microsecond'",
        "actor_kind = 'person'",
        "actor_id = gen_random_uuid()",
        "subject_id = NULL",
        "id = gen_random_uuid()",
        "entry_hash = repeat('0', 64)",
        "previous_hash = repeat('0', 64)",
    ],
)
def test_an_altered_entry_is_found(
    past_the_trigger: Tamperer, shop: Shop, change: str
) -> None:
    past_the_trigger.execute(f"UPDATE vault_ledgerentry SET {change} WHERE seq = 4")
    with pytest.raises(LedgerBroken, match=r"^Entry 4 was altered\.$"):
        verified(shop)


@pytest.mark.parametrize("seq", [1, 4])
def test_a_deleted_entry_is_found(
    past_the_trigger: Tamperer, shop: Shop, seq: int
) -> None:
    past_the_trigger.execute(f"DELETE FROM vault_ledgerentry WHERE seq = {seq}")
    with pytest.raises(LedgerBroken, match=f"^Entry {seq} is missing"):
        verified(shop)


def test_a_deleted_entry_is_found_though_the_rest_moved_up(
    past_the_trigger: Tamperer, shop: Shop
) -> None:
    past_the_trigger.execute("DELETE FROM vault_ledgerentry WHERE seq = 4")
    past_the_trigger.execute(
        "UPDATE vault_ledgerentry SET seq = -seq WHERE seq > 4; "
        "UPDATE vault_ledgerentry SET seq = -seq - 1 WHERE seq < 0"
    )
    with pytest.raises(LedgerBroken, match="Entry 4 was altered"):
        verified(shop)


def test_two_entries_in_each_others_place_are_found(
    past_the_trigger: Tamperer, shop: Shop
) -> None:
    past_the_trigger.execute(
        "UPDATE vault_ledgerentry SET seq = -3 WHERE seq = 3; "
        "UPDATE vault_ledgerentry SET seq = 3 WHERE seq = 4; "
        "UPDATE vault_ledgerentry SET seq = 4 WHERE seq = -3"
    )
    with pytest.raises(LedgerBroken, match="Entry 3 was altered"):
        verified(shop)


def test_an_entry_whose_hash_was_made_to_fit_breaks_the_next(
    past_the_trigger: Tamperer, shop: Shop
) -> None:
    with shop.scope():
        entry = LedgerEntry.objects.get(seq=4)
    entry.facts = {"rows": 99}
    forged = chain_hash(previous=entry.previous_hash, entry=entry)
    past_the_trigger.execute(
        "UPDATE vault_ledgerentry SET facts = '{\"rows\": 99}', "
        f"entry_hash = '{forged}' WHERE seq = 4"
    )
    with pytest.raises(LedgerBroken, match="Entry 5 was altered"):
        verified(shop)


def test_a_chain_cut_at_its_end_holds_and_shows_another_head(
    past_the_trigger: Tamperer, shop: Shop
) -> None:
    """The chain alone cannot tell; the head that a seller kept does."""
    kept = verified(shop)
    past_the_trigger.execute(
        f"DELETE FROM vault_ledgerentry WHERE seq = {kept.chained}"
    )
    left = verified(shop)
    assert (left.chained, left.head == kept.head) == (kept.chained - 1, False)


def test_nobody_but_the_sequencer_numbers_an_entry(shop: Shop, inside: Scope) -> None:
    with (
        pytest.raises(DatabaseError, match="sequencer numbers"),
        transaction.atomic(),
    ):
        LedgerEntry.objects.create(
            seller_id=shop.id,
            kind="pii:opened:deliver",
            at=clock.now(),
            actor_kind="system",
            seq=10**18,
        )
