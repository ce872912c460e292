"""The logbook of each seller: append, number and chain, verify.

Requests insert rows without a number and without a lock. The sequencer numbers them
and chains each to the one before: hash = SHA-256(previous hash, canonical JSON).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from vault.context import current_scope
from vault.kinds import Kind
from vault.models import LedgerEntry

GENESIS = "0" * 64
BATCH = 2_000
_SAFE = re.compile(r"[A-Za-z0-9 .:_/+-]{0,400}")
_FACT_NAME = re.compile(r"[a-z][a-z0-9 _-]{0,39}")


class FactRefused(ValueError):
    """A fact that is neither a number nor a plain word: it might be personal."""


class LedgerBroken(Exception):
    """The chain does not hold. The text names the first entry that fails."""


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How a seller's log stands: entries in the chain, entries waiting, last hash."""

    chained: int
    waiting: int
    head: str


def append(
    *,
    kind: Kind,
    now: datetime,
    subject_id: UUID | None = None,
    facts: Mapping[str, int | str] | None = None,
) -> LedgerEntry:
    """Insert one entry for the seller in scope, in the transaction that is open.

    Raises `FactRefused` for a fact that is not a number or a short plain word.
    """
    scope = current_scope()
    return LedgerEntry.objects.create(
        seller_id=scope.seller_id,
        kind=kind.value,
        at=now,
        actor_kind=scope.actor.kind.value,
        actor_id=scope.actor.person_id,
        subject_id=subject_id,
        facts=checked_facts(facts or {}),
    )


def append_many(
    *,
    kind: Kind,
    now: datetime,
    entries: list[tuple[UUID, Mapping[str, int | str]]],
) -> None:
    """Insert entries of one kind for many subjects, given as (subject, facts)."""
    scope = current_scope()
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                seller_id=scope.seller_id,
                kind=kind.value,
                at=now,
                actor_kind=scope.actor.kind.value,
                actor_id=scope.actor.person_id,
                subject_id=subject_id,
                facts=checked_facts(facts),
            )
            for subject_id, facts in entries
        ],
        batch_size=1_000,
    )


def checked_facts(facts: Mapping[str, int | str]) -> dict[str, int | str]:
    """Return the facts; raise `FactRefused` where one could hold personal data."""
    for name, value in facts.items():
        if not _FACT_NAME.fullmatch(name):
            message = "The name of a fact is a short word in small letters."
            raise FactRefused(message)
        if isinstance(value, int) or (
            isinstance(value, str) and _SAFE.fullmatch(value)
        ):
            continue
        message = f"The fact {name!r} is no number and no plain word."
        raise FactRefused(message)
    return dict(facts)


def canonical(entry: LedgerEntry) -> bytes:
    """Return an entry as canonical JSON: sorted keys, no blanks, UTC instants."""
    return json.dumps(
        {
            "actor": str(entry.actor_id or ""),
            "actor_kind": entry.actor_kind,
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "facts": entry.facts,
            "id": str(entry.id),
            "kind": entry.kind,
            "seller": str(entry.seller_id),
            "seq": entry.seq,
            "subject": str(entry.subject_id or ""),
        },
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def chain_hash(*, previous: str, entry: LedgerEntry) -> str:
    """Return the hash that chains an entry to the one before it."""
    return hashlib.sha256(bytes.fromhex(previous) + canonical(entry)).hexdigest()


def sequence(*, at_most: int | None = None) -> int:
    """Chain what waits in the log of the seller in scope; return how many entries.

    One sequencer a seller at a time, held by a transaction-level advisory lock. With
    ``at_most`` it ends after the batch that reaches so many: see `vault.chaining`.
    """
    seller_id = current_scope().seller_id
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"ledger {seller_id}"],
        )
    done = 0
    waiting = LedgerEntry.objects.filter(seller_id=seller_id, seq=None).order_by("id")
    while (at_most is None or done < at_most) and (batch := list(waiting[:BATCH])):
        head = _head(seller_id)
        seq, previous = head or (0, GENESIS)
        for entry in batch:
            seq += 1
            entry.seq, entry.previous_hash = seq, previous
            previous = entry.entry_hash = chain_hash(previous=previous, entry=entry)
        _store(batch)
        done += len(batch)
    return done


def _store(batch: list[LedgerEntry]) -> None:
    """Write numbers and hashes; Django's ``bulk_update`` takes many times as long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_ledgerentry AS entry SET seq = chained.seq, "
            "previous_hash = chained.previous_hash, entry_hash = chained.entry_hash "
            "FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[]) "
            "AS chained (id, seq, previous_hash, entry_hash) "
            "WHERE entry.seller_id = %s AND entry.id = chained.id",
            [
                [entry.id for entry in batch],
                [entry.seq for entry in batch],
                [entry.previous_hash for entry in batch],
                [entry.entry_hash for entry in batch],
                current_scope().seller_id,
            ],
        )


def state() -> LedgerState:
    """Return how the log of the seller in scope stands."""
    seller_id = current_scope().seller_id
    head = _head(seller_id)
    waiting = LedgerEntry.objects.filter(seller_id=seller_id, seq=None).count()
    return LedgerState(
        chained=head[0] if head else 0,
        waiting=waiting,
        head=head[1] if head else GENESIS,
    )


def verify() -> LedgerState:
    """Recompute the chain of the seller in scope; raise `LedgerBroken` if it fails."""
    seller_id = current_scope().seller_id
    previous = GENESIS
    rows = LedgerEntry.objects.filter(seller_id=seller_id, seq__isnull=False)
    entries = rows.order_by("seq").iterator(chunk_size=BATCH)
    for expected, entry in enumerate(entries, start=1):
        if entry.seq != expected:
            message = f"Entry {expected} is missing; {entry.seq} follows."
            raise LedgerBroken(message)
        right = chain_hash(previous=previous, entry=entry)
        if entry.previous_hash != previous or entry.entry_hash != right:
            message = f"Entry {entry.seq} was altered."
            raise LedgerBroken(message)
        previous = entry.entry_hash
    return state()


def _head(seller_id: UUID) -> tuple[int, str] | None:
    last = (
        LedgerEntry.objects.filter(seller_id=seller_id, seq__isnull=False)
        .order_by("-seq")
        .values_list("seq", "entry_hash")
        .first()
    )
    return None if last is None or last[0] is None else (last[0], last[1])
