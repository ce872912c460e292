"""The counts beside the menu, in one statement for every page of a shop."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from compliance.queries.past_limit import days_with_keys
from orders.models import Order, Recipient
from orders.presentation.words import counted
from orders.queries.due import UNSHIPPED

#: Beyond it the menu only says that there are more.
MOST = 10_000


@dataclass(frozen=True, slots=True)
class MenuCounts:
    """What stands beside Orders and beside Buyer data; "" where there is nothing."""

    unshipped: str = ""
    past_limit: str = ""


def menu_counts(*, seller_id: UUID, now: datetime) -> MenuCounts:
    """Count for the seller in scope: orders to ship, and buyers past the limit.

    One statement; only where rows are past the limit are their keys asked after.
    """
    quote = connection.ops.quote_name
    orders, buyers = (quote(m._meta.db_table) for m in (Order, Recipient))
    marks = ", ".join(["%s"] * len(UNSHIPPED))
    statement = (
        f"SELECT NULL::date, count(*) FROM (SELECT FROM {orders} "  # noqa: S608 - ours
        f"WHERE seller_id = %s AND status IN ({marks}) AND id NOT IN "
        f"(SELECT id FROM {orders} WHERE seller_id = %s AND test_buyer) "
        "LIMIT %s) AS waiting "
        f"UNION ALL SELECT purge_on, count(*) FROM {buyers} "
        "WHERE seller_id = %s AND purge_on <= %s AND limit_on <= %s "
        "AND NOT invented GROUP BY 1"
    )
    today = now.date()
    waiting: list[UUID | str | int] = [seller_id, *UNSHIPPED, seller_id, MOST + 1]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*waiting, seller_id, today, today])
        rows = dict(cursor.fetchall())
    unshipped = rows.pop(None, 0)
    alive = days_with_keys(seller_id=seller_id, days=rows, today=today)
    past = sum(orders for day, orders in rows.items() if day in alive)
    return MenuCounts(
        unshipped=counted(unshipped, most=MOST) if unshipped else "",
        past_limit=f"{past:,}" if past else "",
    )
