"""Tasks that beat starts. Messages carry ids at most; rows say what is due."""

import logging
from uuid import UUID

from celery import shared_task

from compliance.services.clearing import clear_runs, clear_shop
from compliance.services.isolation import for_each_shop
from compliance.services.repolicy import apply_change, waiting_changes
from compliance.services.sweep import sweep
from sellers.queries import all_sellers
from vault.chaining import chain_log
from vault.clock import clock
from vault.context import SYSTEM

logger = logging.getLogger(__name__)


@shared_task(name="compliance.sweep")
def run_sweep() -> None:
    """Sweep all shops now."""
    result = sweep(seller_ids=_shops(), now=clock.now())
    logger.info(
        "sweep: %s days destroyed, %s orders purged, %s overdue",
        len(result.days_destroyed),
        result.purged,
        result.overdue,
    )


@shared_task(name="compliance.sequence_ledgers")
def sequence_ledgers() -> None:
    """Chain what waits in the ledger of every shop."""

    def chain(seller_id: UUID) -> int:
        return chain_log(seller_id=seller_id, actor=SYSTEM)

    for_each_shop(seller_ids=_shops(), act=chain, failed=set())


@shared_task(name="compliance.apply_policy")
def apply_policy(*, seller_id: str, change_id: str) -> None:
    """Judge the known orders by a changed policy; nothing happens where that is done.

    Sent twice, each order is judged once.
    """
    apply_change(seller_id=UUID(seller_id), change_id=UUID(change_id))


@shared_task(name="compliance.resume_policies")
def resume_policies() -> None:
    """Send again what nobody moves: its worker died, or the message was lost."""

    def resume(seller_id: UUID) -> int:
        for change_id in waiting_changes(seller_id=seller_id, now=clock.now()):
            send_policy(seller_id=seller_id, change_id=change_id)
        return 0

    for_each_shop(seller_ids=_shops(), act=resume, failed=set())


@shared_task(name="compliance.clear_old_runs")
def clear_old_runs() -> None:
    """Clear what nobody asks for any more: runs of sweeps, closed notices."""
    now = clock.now()
    gone = clear_runs(now=now)
    gone += for_each_shop(
        seller_ids=_shops(),
        act=lambda seller_id: clear_shop(seller_id=seller_id, now=now),
        failed=set(),
    )
    logger.info("clearing: %s rows", gone)


def send_policy(*, seller_id: UUID, change_id: UUID) -> None:
    """Send the task that applies a change."""
    apply_policy.delay(seller_id=str(seller_id), change_id=str(change_id))


def _shops() -> list[UUID]:
    return [seller.id for seller in all_sellers()]
