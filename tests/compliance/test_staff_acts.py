"""What staff did in a shop: many looks hide no deed."""

from datetime import timedelta

from compliance.queries.staff_acts import MOST_ACTS, staff_acts
from tests.shops import Shop
from vault.clock import clock
from vault.context import seller_scope, staff_actor
from vault.kinds import Kind
from vault.ledger import append
from vault.rows import new_id
from vault.stops import stop_opening


def test_looks_fill_what_deeds_leave_free(shop: Shop) -> None:
    now = clock.now()
    with seller_scope(seller_id=shop.id, actor=staff_actor(new_id())):
        stop_opening(reason="Two places.", ticket="T-1", now=now)
        for hours in range(1, 2 * MOST_ACTS):
            at = now + timedelta(hours=hours)
            append(kind=Kind.STAFF_LOOKED_RECORDS, now=at)
        acts = list(staff_acts(seller_id=shop.id))
    assert [act.kind for act in acts] == [
        *[Kind.STAFF_LOOKED_RECORDS] * (MOST_ACTS - 1),
        Kind.STAFF_SUSPENDED_OPENING,
    ]
    assert acts[-1].reason == "Two places."
    assert acts[0].at == now + timedelta(hours=2 * MOST_ACTS - 1)
