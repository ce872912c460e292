"""Tasks of orders. Messages carry ids alone; rows say what is to be done."""

import logging
from uuid import UUID

from celery import shared_task

from compliance.services.isolation import for_each_shop
from orders.services.evidence_runs import clear_runs, run_evidence, waiting_runs
from orders.services.forgetting import forget_orders
from orders.services.keeping_test_buyer import keep_test_buyer
from sellers.queries import all_sellers
from vault.clock import clock

logger = logging.getLogger(__name__)


@shared_task(name="orders.keep_test_buyers")
def keep_test_buyers() -> None:
    """Give each shop a test buyer, or a new one where its time is nearly over."""
    now = clock.now()
    for_each_shop(
        seller_ids=_shops(),
        act=lambda seller_id: keep_test_buyer(seller_id=seller_id, now=now),
        failed=set(),
    )


@shared_task(name="orders.record_evidence")
def record_evidence(*, seller_id: str, run_id: str) -> None:
    """Record "not shipped yet" for a selection; nothing where another task has it."""
    run_evidence(seller_id=UUID(seller_id), run_id=UUID(run_id))


@shared_task(name="orders.take_up_evidence")
def take_up_evidence() -> None:
    """Send again what nobody has taken, and what a dead worker left."""

    def send(seller_id: UUID) -> int:
        for run_id in waiting_runs(seller_id=seller_id, now=clock.now()):
            send_evidence(seller_id=seller_id, run_id=run_id)
        return 0

    for_each_shop(seller_ids=_shops(), act=send, failed=set())


def send_evidence(*, seller_id: UUID, run_id: UUID) -> None:
    """Send the task that a job needs; sent twice, it runs once."""
    record_evidence.delay(seller_id=str(seller_id), run_id=str(run_id))


@shared_task(name="orders.forget_orders")
def forget_old_orders() -> None:
    """Forget what the second clock has run out for, and jobs that ended long ago."""

    def forget(seller_id: UUID) -> int:
        for each in forget_orders(seller_id=seller_id, now=clock.now()):
            logger.info("forgetting: shop %s, %s orders", seller_id, each.orders)
        return clear_runs(seller_id=seller_id, now=clock.now())

    for_each_shop(seller_ids=_shops(), act=forget, failed=set())


def _shops() -> list[UUID]:
    return [seller.id for seller in all_sellers()]
