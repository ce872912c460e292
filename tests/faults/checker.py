"""The checker: whatever was done to a world, these things must be true of it after.

It knows what was planted and asks the portal for everything else. What it finds wrong
it names; a test with the protection finds nothing, its control finds something.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction

from compliance.models import PurgeRecord
from compliance.queries.exposure import exposure_of
from orders.models import Order, Recipient
from tests.faults.world import Buyer, World
from vault.context import SYSTEM, seller_scope
from vault.days import probe_opens
from vault.faults import KEYSTORE_FAILURES
from vault.keys import data_keys
from vault.keystore import SecretDestroyed, SecretLost
from vault.kinds import Kind, Purpose
from vault.ledger import LedgerBroken, sequence, verify
from vault.merkle import merkle_root
from vault.models import DayState, LedgerEntry, LostKey, PurgeDay
from vault.opening import Opening, open_fields
from vault.refusals import OpeningRefused


class Wrong(StrEnum):
    """What a fault may have done."""

    LOST = "lost"
    EARLY = "early"
    OVERDUE = "overdue"
    TWICE = "twice"
    UNRECORDED = "unrecorded"
    KEY_LIVES = "key lives"
    LEDGER = "ledger"
    ROOT = "root"
    EXPOSURE = "exposure"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is not as it must be, and where."""

    wrong: Wrong
    where: str

    def __str__(self) -> str:
        """Read as a line."""
        return f"{self.wrong}: {self.where}"


def violations(world: World, *, now: datetime) -> list[Violation]:
    """Return all that is wrong after the sweep that repairs; ``now`` is in UTC."""
    try:
        found = list(_keys(now.date()))
    except KEYSTORE_FAILURES as error:
        return [Violation(Wrong.LOST, f"the whole keystore: {type(error).__name__}")]
    for seller_id, buyers in world.buyers.items():
        with seller_scope(seller_id=seller_id, actor=SYSTEM):
            found += _buyers(buyers, now=now)
            found += _records(buyers, today=now.date())
            found += _ledger()
            found += _exposure(seller_id, buyers, now=now)
    return found


def kinds(found: list[Violation]) -> set[Wrong]:
    """Return what kinds of things are wrong."""
    return {violation.wrong for violation in found}


def _keys(today: date) -> Iterator[Violation]:
    """Dead through today and proved dead; alive from tomorrow on."""
    keystore = data_keys().keystore
    for lost in LostKey.objects.all():
        yield Violation(Wrong.LOST, f"key of {lost.day or lost.lost_seller_id}")
    for row in PurgeDay.objects.order_by("day"):
        opens = probe_opens(day=row.day)
        if row.day > today:
            if not opens or row.state != DayState.OPEN:
                yield Violation(Wrong.EARLY, f"key of {row.day}, {row.state}")
            continue
        if row.state != DayState.DESTROYED or row.probe_dead_at is None:
            yield Violation(Wrong.OVERDUE, f"key of {row.day} is {row.state}")
        if opens:
            yield Violation(Wrong.KEY_LIVES, f"probe of {row.day} opens")
        try:
            keystore.day_secret(row.day)
        except SecretDestroyed:
            continue
        except SecretLost:
            yield Violation(Wrong.UNRECORDED, f"key of {row.day} is lost")
            continue
        yield Violation(Wrong.KEY_LIVES, f"secret of {row.day}")


def _buyers(buyers: dict[str, Buyer], *, now: datetime) -> Iterator[Violation]:
    orders = dict(Order.objects.values_list("marketplace_order_id", "id"))
    rows = {row.order_id: row for row in Recipient.objects.filter(invented=False)}
    for number, buyer in buyers.items():
        order_id = orders.get(number)
        row = rows.pop(order_id, None) if order_id else None
        if order_id is None:
            yield Violation(Wrong.LOST, f"order {number}")
        elif buyer.day <= now.date():
            if row is not None:
                yield Violation(Wrong.OVERDUE, f"row of {number}, due {buyer.day}")
        elif row is None:
            yield Violation(Wrong.EARLY, f"row of {number}, due {buyer.day}")
        else:
            yield from _opens(number, row, buyer, now=now)
    for row in rows.values():
        yield Violation(Wrong.OVERDUE, f"row {row.id} of nobody that was planted")


def _opens(
    number: str, row: Recipient, buyer: Buyer, *, now: datetime
) -> Iterator[Violation]:
    fields = list(buyer.text)
    opening = Opening(Purpose.DELIVER, subject_id=row.order_id, now=now)
    try:
        with transaction.atomic():
            text = open_fields(row=row, fields=fields, opening=opening)
            transaction.set_rollback(True)  # a look of the checker's, not a person's
    except OpeningRefused as refused:
        yield Violation(Wrong.LOST, f"{number}: {type(refused).__name__}")
        return
    if text != dict(buyer.text):
        yield Violation(Wrong.LOST, f"{number} opens as something else")


def _records(buyers: dict[str, Buyer], *, today: date) -> Iterator[Violation]:
    """One record a day with rows, over exactly the orders of the day."""
    ids = dict(Order.objects.values_list("marketplace_order_id", "id"))
    due: dict[date, list[UUID]] = {}
    for number, buyer in buyers.items():
        if buyer.day <= today and number in ids:
            due.setdefault(buyer.day, []).append(ids[number])
    records: dict[date, list[PurgeRecord]] = {}
    for record in PurgeRecord.objects.order_by("day", "part"):
        records.setdefault(record.day, []).append(record)
        if record.removed_at is None:
            yield Violation(Wrong.OVERDUE, f"rows of {record.day} {record.part}")
    for day in sorted(due.keys() | records.keys()):
        parts, wanted = records.get(day, []), sorted(due.get(day, []))
        named = sum(record.orders for record in parts)
        if named < len(wanted):
            yield Violation(Wrong.UNRECORDED, f"{named} of {len(wanted)} on {day}")
        if named > len(wanted) or len(parts) > 1:
            yield Violation(Wrong.TWICE, f"{named} of {len(wanted)} on {day}")
        root = merkle_root(order_id.bytes for order_id in wanted).hex()
        if len(parts) == 1 and parts[0].root != root:
            yield Violation(Wrong.ROOT, f"record of {day}")


def _ledger() -> Iterator[Violation]:
    """Check that the chain holds, and tells of each record once."""
    sequence()
    try:
        verify()
    except LedgerBroken as broken:
        yield Violation(Wrong.LEDGER, str(broken))
    told: Counter[Any] = Counter(
        LedgerEntry.objects.filter(kind=Kind.PII_PURGED_DAY.value).values_list(
            "subject_id", "facts__root"
        )
    )
    records: Counter[Any] = Counter(PurgeRecord.objects.values_list("id", "root"))
    for record_id, _root in (told - records) + (records - told):
        yield Violation(Wrong.LEDGER, f"record {record_id} is not told once")


def _exposure(
    seller_id: UUID, buyers: dict[str, Buyer], *, now: datetime
) -> Iterator[Violation]:
    """Check that the page counts what is there."""
    shown = exposure_of(seller_id=seller_id, now=now)
    alive = sum(1 for buyer in buyers.values() if buyer.day > now.date())
    figures = {
        "readable": (shown.readable, alive),
        "past the limit": (shown.past_limit, 0),
        "refused, key exists": (shown.refused_key_exists, 0),
        "lost": (shown.lost, 0),
        "suspended": (int(shown.suspended), 0),
    }
    for name, (figure, wanted) in figures.items():
        if figure != wanted:
            yield Violation(Wrong.EXPOSURE, f"{name} {figure}, not {wanted}")
