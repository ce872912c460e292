"""Judging once more the orders that resisted when their shop changed its days."""

from datetime import datetime
from uuid import UUID

from compliance.queries.policies import policies_of
from compliance.services.stuck import JUDGING_ANEW, failing, left_out, solve
from orders.models import Order
from orders.services.repolicy import judge_past, live_buyers
from orders.services.turns import one_at_a_time
from vault.context import SYSTEM, seller_scope
from vault.days import gone_through


def judge_again(*, seller_id: UUID, now: datetime) -> int:
    """Try what resisted, by the days in force at ``now`` (UTC); three tries in all.

    An order whose buyer is gone needs none. Returns how many buyers were removed, since
    their day is over now: never on a clock that is doubted.
    """
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        noted = failing(step=JUDGING_ANEW)
        if not noted:
            return 0
        one_at_a_time(seller_id=seller_id)
        today, there = gone_through(today=now.date()), set[UUID]()
        out = left_out(step=JUDGING_ANEW)
        orders = Order.objects.filter(seller_id=seller_id, id__in=noted)
        removed, channels = 0, set(orders.values_list("channel", flat=True))
        for channel, policy in policies_of(seller_id=seller_id).items():
            if channel not in channels:
                continue
            rows = live_buyers(seller_id=seller_id, channel=channel, today=today)
            found = rows.filter(order_id__in=noted).order_by("order_id")
            ids = list(found.values_list("order_id", flat=True))
            there.update(ids)
            tried = [order_id for order_id in ids if order_id not in out]
            removed += judge_past(
                seller_id=seller_id, ids=tried, policy=policy, now=now
            ).removed
        solve(step=JUDGING_ANEW, subject_ids=noted - there, now=now)
        return removed
