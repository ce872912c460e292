"""Tasks that beat starts. Messages carry ids at most; rows say what is due."""

import logging

from celery import shared_task

from compliance.services.sweep import sweep
from sellers.queries import all_sellers
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
from vault.ledger import sequence

logger = logging.getLogger(__name__)


@shared_task(name="compliance.sweep")
def run_sweep() -> None:
    """Sweep all shops now."""
    result = sweep(seller_ids=[s.id for s in all_sellers()], now=clock.now())
    logger.info(
        "sweep: %s days destroyed, %s orders purged, %s overdue",
        len(result.days_destroyed),
        result.purged,
        result.overdue,
    )


@shared_task(name="compliance.sequence_ledgers")
def sequence_ledgers() -> None:
    """Chain what waits in the ledger of every shop."""
    for seller in all_sellers():
        with seller_scope(seller_id=seller.id, actor=SYSTEM):
            sequence()
