"""Tasks of imports. Messages carry ids alone; rows say what is to be done."""

from uuid import UUID

from celery import shared_task

from compliance.services.isolation import for_each_shop
from marketplaces.enums import RunState
from marketplaces.services.checking import check_upload
from marketplaces.services.running import run_import
from marketplaces.services.tidying import tidy_imports
from sellers.queries import all_sellers
from vault.clock import clock


@shared_task(name="marketplaces.check_upload")
def check_uploaded_file(*, seller_id: str, run_id: str) -> None:
    """Check an uploaded file; nothing happens where that was done."""
    check_upload(seller_id=UUID(seller_id), run_id=UUID(run_id))


@shared_task(name="marketplaces.import_orders")
def import_uploaded_file(*, seller_id: str, run_id: str) -> None:
    """Import a checked file; nothing happens where another task has it."""
    run_import(seller_id=UUID(seller_id), run_id=UUID(run_id))


@shared_task(name="marketplaces.delete_old_files")
def delete_old_files() -> None:
    """Delete files whose time is over; send again what nobody has taken."""

    def tidy(seller_id: UUID) -> int:
        for run_id, state in tidy_imports(seller_id=seller_id, now=clock.now()):
            send(seller_id=seller_id, run_id=run_id, state=state)
        return 0

    shops = [seller.id for seller in all_sellers()]
    for_each_shop(seller_ids=shops, act=tidy, failed=set())


def send(*, seller_id: UUID, run_id: UUID, state: RunState) -> None:
    """Send the task that a waiting run needs; sent twice, it runs once."""
    words = {"seller_id": str(seller_id), "run_id": str(run_id)}
    if state == RunState.CHECKING:
        check_uploaded_file.delay(**words)
    else:
        import_uploaded_file.delay(**words)
