"""Changing a shop's days in tests: as a person would, and applied by the worker."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from compliance.declarations import judge
from compliance.models import PolicyChange
from compliance.queries.policies import policies_of
from compliance.services.policies import Figures, Plan, change_policy, plan_change
from compliance.services.repolicy import apply_change
from orders.enums import FulfillmentStatus
from orders.models import Order, Recipient
from tests.compliance.planting import plant
from tests.shops import Shop
from vault.clock import clock
from vault.context import person_actor, seller_scope

WAITS = FulfillmentStatus.UNSHIPPED


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of an order's day, and of its buyer; None where it is gone."""

    order_day: date
    buyer_day: date | None
    limit: date


def plan(
    shop: Shop,
    *,
    days: int,
    margin: int = 2,
    months: int | None = None,
    channel: str = "amazon",
) -> Plan:
    """Plan a change in the shop at the clock's instant."""
    with shop.scope():
        return plan_change(
            seller_id=shop.id,
            channel=channel,
            figures=Figures(days, margin, months),
            now=clock.now(),
        )


def change(
    shop: Shop,
    *,
    days: int,
    margin: int = 2,
    months: int | None = None,
    channel: str = "amazon",
) -> UUID:
    """Plan and confirm a change as the owner, in one step; return the version's id."""
    seen = plan(shop, days=days, margin=margin, months=months, channel=channel)
    owner = shop.people["owner"].id
    with seller_scope(seller_id=shop.id, actor=person_actor(owner)):
        made = change_policy(
            channel=channel,
            figures=Figures(days, margin, months),
            seen=seen.code,
            typed=seen.must_type,
            person_id=owner,
            now=clock.now(),
        )
    return made.id


def apply(shop: Shop, change_id: UUID) -> PolicyChange:
    """Let the worker apply a version; return it as it is afterwards."""
    apply_change(seller_id=shop.id, change_id=change_id)
    with shop.scope():
        return PolicyChange.objects.get(id=change_id)


def stored(shop: Shop) -> dict[str, Stored]:
    """Return what is stored of every order's day by order number."""
    with shop.scope():
        buyers = dict(Recipient.objects.values_list("order_id", "purge_on"))
        return {
            order.marketplace_order_id: Stored(
                order.purge_on, buyers.get(order.id), order.limit_on
            )
            for order in Order.objects.all()
        }


def versions(shop: Shop) -> list[PolicyChange]:
    """Return the versions of a shop, oldest first."""
    with shop.scope():
        return list(PolicyChange.objects.order_by("channel", "version"))


def mixed(shop: Shop) -> None:
    """Plant orders of every fate under 20 days less 2 margin; today is 22 November."""
    plant(shop, days_old=20, orders=3)  # 18 days are over: removed at once
    plant(shop, days_old=19, orders=1, status=WAITS)  # so is this, not shipped yet
    plant(shop, days_old=17, orders=2)  # leaves at midnight
    plant(shop, days_old=5, orders=4)  # leaves sooner
    plant(shop, days_old=4, orders=1, status=WAITS)


def confirm(
    shop: Shop,
    *,
    days: int,
    seen: str,
    typed: int | None = None,
    months: int | None = None,
) -> PolicyChange:
    """Confirm a change with what was seen, in the open scope."""
    return change_policy(
        channel="amazon",
        figures=Figures(days, 2, months),
        seen=seen,
        typed=typed,
        person_id=shop.people["owner"].id,
        now=clock.now(),
    )


def overdue_buyers(shop: Shop) -> int:
    """Count buyers that stand on a later day than the policy in force gives them."""
    with shop.scope():
        policy = policies_of(seller_id=shop.id)["amazon"]
        seen = judge().foresee(seller_id=shop.id, policy=policy, now=clock.now())
        assert Recipient.objects.exists()
    return seen.at_once + seen.sooner
