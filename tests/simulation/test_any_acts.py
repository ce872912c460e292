"""Whatever anybody does in whatever order, no buyer outlives its day.

What was said is kept apart (`tests.simulation.acts`), and the latest lawful day counted
from it by other code than the portal's. Random, from a seed: SOAK_ACTS=5000 SOAK_SEED=7
walks further and elsewhere.
"""

import os
from random import Random

import pytest

from compliance.models import PurgeRecord
from orders.models import Order, Recipient
from orders.services import judging, repolicy, retention
from orders.services.disclosure import DisclosureRefused, disclose_recipient
from tests.shops import Shop
from tests.simulation.acts import Anybody
from vault.clock import clock
from vault.kinds import Kind, Purpose
from vault.ledger import sequence, verify
from vault.models import LedgerEntry

ACTS = int(os.environ.get("SOAK_ACTS", "70"))
SEED = int(os.environ.get("SOAK_SEED", "20261127"))


def walk(shop: Shop, *, seed: int, acts: int = ACTS) -> list[str]:
    """Do random acts; return what went wrong after the first that broke something."""
    anybody = Anybody(shop, Random(seed))  # noqa: S311 - chances, no secrets
    for _ in range(acts):
        anybody.act()
        if wrong := wrongs(anybody):
            return [f"seed {seed}", *anybody.done, *wrong]
    anybody.sweep()
    return [*wrongs(anybody), *records_missing(anybody)]


def wrongs(anybody: Anybody) -> list[str]:
    """Return what is stored for longer than was said, or opens on or after its day."""
    wrong: list[str] = []
    today = clock.today()
    with anybody.shop.scope():
        rows = {row.order_id: row for row in Recipient.objects.all()}
        orders = list(Order.objects.order_by("id"))
    for order in orders:
        name = order.marketplace_order_id
        said, row = anybody.said[name], rows.get(order.id)
        last = said.last_day(kept=anybody.kept)
        if row is not None and row.purge_on > max(last, today):
            wrong.append(f"{name}: stored for {row.purge_on}, lawful to {last}")
        if row is not None and said.over:
            wrong.append(f"{name}: came back")
        if row is None:
            continue
        opens = shown(anybody, order)
        if opens and last <= today:
            wrong.append(f"{name}: opens on {today}, lawful to {last}")
        if today < min(row.purge_on, order.purge_on) and not opens:
            wrong.append(f"{name}: a live buyer does not open")
    return wrong


def shown(anybody: Anybody, order: Order) -> bool:
    """Tell whether the buyer of an order is shown to somebody who asks."""
    with anybody.shop.scope():
        try:
            disclose_recipient(
                order=order,
                group="ship-to",
                purpose=Purpose.DELIVER,
                reference="",
                now=clock.now(),
            )
        except DisclosureRefused:
            return False
    return True


def records_missing(anybody: Anybody) -> list[str]:
    """Compare the buyers that are gone with their records: each is in exactly one."""
    wrong = []
    with anybody.shop.scope():
        gone = Order.objects.exclude(last_key_on=None).exclude(
            id__in=Recipient.objects.values("order_id")
        )
        early = LedgerEntry.objects.filter(kind=Kind.PII_REMOVED_EARLY)
        named = sorted(str(named) for named in early.values_list("subject_id"))
        dates = [
            facts.get("last key dies on", "")
            for facts in early.values_list("facts", flat=True)
        ]
        wrong += ["a removal without its second date"] * dates.count("")
        removed = list(gone.exclude(removed_at=None).order_by("id"))
        purged = gone.filter(removed_at=None).count()
        counted = sum(PurgeRecord.objects.values_list("orders", flat=True))
        if named != sorted(str((order.id,)) for order in removed):
            wrong.append(f"{len(named)} records of {len(removed)} early removals")
        if counted != purged:
            wrong.append(f"{counted} purged on record, {purged} gone")
        sequence()
        verify()
    return wrong


@pytest.mark.parametrize("walker", range(2))
def test_no_sequence_of_acts_keeps_a_buyer_past_its_day(
    transactional_db: None, shop: Shop, walker: int
) -> None:
    assert walk(shop, seed=SEED + walker) == []


def test_control_where_a_stored_day_never_comes_forward_one_is_kept(
    transactional_db: None, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        retention,
        "stored_day",
        lambda order, verdict, **_: max(order.purge_on, verdict.purge_on),
    )
    assert "lawful to" in " ".join(walk(shop, seed=SEED, acts=400))


def test_control_without_tombstones_one_comes_back(
    transactional_db: None, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (judging, repolicy):
        monkeypatch.setattr(module, "is_tombstone", lambda **_: False)
    assert "came back" in " ".join(walk(shop, seed=SEED, acts=400))
