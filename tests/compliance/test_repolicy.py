"""Applying a changed policy in the background: killed anywhere, it ends the same."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from compliance.declarations import JudgedBatch
from compliance.models import PolicyChange
from compliance.services import repolicy
from compliance.services.repolicy import apply_batch, apply_change, waiting_changes
from orders.services import repolicy as judging
from orders.services.repolicy import OrderJudge
from tests.compliance.changing import (
    apply,
    change,
    mixed,
    overdue_buyers,
    stored,
    versions,
)
from tests.shops import MakeShop, Shop, at
from vault.clock import clock
from vault.faults import KeystoreMissing
from vault.keys import data_keys


@pytest.fixture
def small_batches() -> Iterator[None]:
    """Judge two orders at a time."""
    with patch.object(judging, "BATCH", 2):
        yield


def test_the_later_version_wins_and_the_earlier_work_stops(
    shop: Shop, small_batches: None
) -> None:
    mixed(shop)
    first = change(shop, days=25)
    apply_batch(seller_id=shop.id, change_id=first, now=clock.now())
    second = change(shop, days=20)
    assert apply_batch(seller_id=shop.id, change_id=first, now=clock.now()) is False
    apply(shop, second)
    assert [v.finished_at for v in versions(shop)] == [None, clock.now()]
    assert waiting_changes(seller_id=shop.id, now=clock.now() + timedelta(days=1)) == []


def test_what_nobody_moves_is_sent_again(shop: Shop, small_batches: None) -> None:
    mixed(shop)
    made = change(shop, days=20)
    later = clock.now() + repolicy.LEASE + timedelta(seconds=1)
    assert waiting_changes(seller_id=shop.id, now=clock.now()) == []
    assert waiting_changes(seller_id=shop.id, now=later) == [made]
    apply_batch(seller_id=shop.id, change_id=made, now=later)
    assert waiting_changes(seller_id=shop.id, now=later) == []


def test_an_unreadable_keystore_moves_no_cursor(shop: Shop, tmp_path: Path) -> None:
    mixed(shop)
    made = change(shop, days=20)
    folder = data_keys().keystore.folder
    folder.rename(tmp_path / "away")
    data_keys.cache_clear()
    with pytest.raises(KeystoreMissing):
        apply_change(seller_id=shop.id, change_id=made)
    (tmp_path / "away").rename(folder)
    data_keys.cache_clear()
    assert [(v.judged, v.cursor) for v in versions(shop)] == [(0, None)]
    done = apply(shop, made)
    assert (done.judged, done.moved, done.removed) == (11, 7, 4)


class Killed(BaseException):
    """The worker died."""


def die_at(call: int) -> Any:
    """Return a judge's batch that dies at its n-th call, the batch's writes done."""
    calls = iter(range(1, 1_000))
    real = OrderJudge.judge_batch

    def judged(self: OrderJudge, **words: Any) -> JudgedBatch:
        done = real(self, **words)
        if next(calls) == call:
            raise Killed
        return done

    return judged


def killed_everywhere(shop: Shop) -> PolicyChange:
    """Apply a change by workers of which each dies at its second batch, then one."""
    made = change(shop, days=20)
    for _ in range(8):
        with patch.object(OrderJudge, "judge_batch", die_at(2)):
            try:
                apply_change(seller_id=shop.id, change_id=made)
            except Killed:
                continue
    return apply(shop, made)


def test_killed_at_every_batch_the_end_is_the_same(
    transactional_db: None, make_shop: MakeShop, small_batches: None
) -> None:
    calm, killed = make_shop("Calm"), make_shop("Killed")
    mixed(calm)
    mixed(killed)
    expected = apply(calm, change(calm, days=20))
    found = killed_everywhere(killed)
    counts = [(c.judged, c.moved, c.removed) for c in (expected, found)]
    assert counts == [(11, 7, 4), (11, 7, 4)]
    days = [sorted(map(repr, stored(each).values())) for each in (calm, killed)]
    assert days[0] == days[1]
    assert overdue_buyers(killed) == 0


def test_control_a_cursor_that_outlives_its_batch_leaves_buyers_behind(
    transactional_db: None, make_shop: MakeShop, small_batches: None
) -> None:
    """Without the one transaction around batch and cursor the same check fails."""
    killed = make_shop("Killed")
    mixed(killed)
    made = change(killed, days=20)
    with killed.scope():
        rows = judging.live_buyers(
            seller_id=killed.id, channel="amazon", today=clock.today()
        )
        ids = list(rows.order_by("order_id").values_list("order_id", flat=True))
    for died in (2, 4, 6):
        # The batch died with its worker, and its cursor was written all the same.
        with killed.scope():
            PolicyChange.objects.filter(id=made).update(cursor=ids[died - 1])
        with patch.object(OrderJudge, "judge_batch", die_at(1)), pytest.raises(Killed):
            apply_change(seller_id=killed.id, change_id=made)
    apply(killed, made)
    assert overdue_buyers(killed) == 6


def test_applied_again_nothing_changes(shop: Shop) -> None:
    mixed(shop)
    made = change(shop, days=20)
    apply(shop, made)
    before = stored(shop)
    with shop.scope():
        PolicyChange.objects.update(finished_at=None, cursor=None)
    done = apply(shop, made)
    assert (done.judged, done.moved, done.removed) == (18, 7, 4)
    assert stored(shop) == before


def test_tomorrow_nothing_is_overdue(shop: Shop) -> None:
    mixed(shop)
    apply(shop, change(shop, days=20))
    with at("2026-11-23 00:00"):
        assert overdue_buyers(shop) == 0
