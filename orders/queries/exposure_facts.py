"""What the exposure page needs to know of orders, declared to compliance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count

from orders.models import Recipient
from orders.models.order import BuyerState
from orders.queries.due import WAITING


@dataclass(frozen=True, slots=True)
class OrderExposure:
    """Answers for the clock of orders; reads days and states, never a value."""

    def kept_until_shipped(
        self, *, seller_id: UUID, today: date
    ) -> Mapping[tuple[date, date], int]:
        """Count buyers not past their day whose order is not shipped, by both days."""
        rows = (
            Recipient.objects.filter(
                seller_id=seller_id,
                invented=False,
                purge_on__gt=today,
                order__seller_id=seller_id,
                # The index of waiting orders with a buyer holds all that is asked.
                order__buyer_state=BuyerState.SEALED,
                order__test_buyer=False,
                order__purge_on__gt=today,
                order__status__in=sorted(WAITING),
            )
            .values("purge_on", "limit_on")
            .annotate(orders=Count("*"))
            .order_by("purge_on", "limit_on")
        )
        return {(row["purge_on"], row["limit_on"]): row["orders"] for row in rows}
