"""Orders as holds and tax rules know them, declared to compliance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from compliance.declarations.subjects import Subject, Unarchived
from compliance.models import ArchiveItem
from orders.models import Order
from orders.models.order import BuyerState


def subject_of(*, order: Order) -> Subject:
    """Return what an item says of its order beside the buyer."""
    return Subject(
        id=order.id,
        number=order.marketplace_order_id,
        country=order.ship_country,
        bought_at=order.purchased_at,
        purge_on=order.purge_on,
        facts={
            "channel": order.channel,
            "country": order.ship_country,
            "number": order.marketplace_order_id,
            "purchased_at": order.purchased_at.isoformat(timespec="seconds"),
            "state": order.ship_state,
        },
    )


@dataclass(frozen=True, slots=True)
class OrderSubjects:
    """Answers about the orders of the seller in scope; reads no value of a buyer."""

    def by_id(self, *, seller_id: UUID, ids: Iterable[UUID]) -> Mapping[UUID, Subject]:
        """Return orders by id; missing ones and the test buyer's are left out."""
        rows = Order.objects.filter(
            seller_id=seller_id, id__in=list(ids), test_buyer=False
        )
        return {order.id: subject_of(order=order) for order in rows.only(*_COLUMNS)}

    def by_number(
        self, *, seller_id: UUID, numbers: Iterable[str]
    ) -> Mapping[str, tuple[UUID, ...]]:
        """Return the ids of orders by number, of every channel."""
        rows = Order.objects.filter(
            seller_id=seller_id,
            marketplace_order_id__in=list(numbers),
            test_buyer=False,
        ).order_by("channel")
        found: dict[str, tuple[UUID, ...]] = {}
        for number, order_id in rows.values_list("marketplace_order_id", "id"):
            found[number] = (*found.get(number, ()), order_id)
        return found

    def unarchived(
        self, *, seller_id: UUID, rule: Unarchived, today: date, most: int
    ) -> list[Subject]:
        """Return orders of a rule that have a buyer and no item of it, oldest first."""
        filled = (Q(**{f"recipients__{name}__isnull": False}) for name in rule.fields)
        rows = Order.objects.filter(
            reduce(or_, filled),
            seller_id=seller_id,
            buyer_state=BuyerState.SEALED,
            purge_on__gt=today,
            ship_country__iexact=rule.country,
            received_at__gte=rule.since,
            test_buyer=False,
            recipients__invented=False,
        )
        if rule.business:
            rows = rows.filter(recipients__tax_id__isnull=False)
        items = ArchiveItem.objects.filter(seller_id=seller_id, rule_id=rule.rule_id)
        rows = rows.exclude(id__in=items.values("subject_id"))
        if rule.among is not None:
            rows = rows.filter(id__in=rule.among)
        if rule.without:
            rows = rows.exclude(id__in=rule.without)
        return [
            subject_of(order=order)
            for order in rows.only(*_COLUMNS).order_by("purge_on", "id")[:most]
        ]


_COLUMNS = (
    "marketplace_order_id",
    "channel",
    "ship_country",
    "ship_state",
    "purchased_at",
    "purge_on",
)
