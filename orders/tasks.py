"""Tasks of orders that beat starts. Messages carry nothing; rows say what is due."""

from celery import shared_task

from orders.services.keeping_test_buyer import keep_test_buyer
from sellers.queries import all_sellers
from vault.clock import clock


@shared_task(name="orders.keep_test_buyers")
def keep_test_buyers() -> None:
    """Give each shop a test buyer, or a new one where its time is nearly over."""
    now = clock.now()
    for seller in all_sellers():
        keep_test_buyer(seller_id=seller.id, now=now)
