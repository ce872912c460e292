"""First steps of a shop: what somebody did there for the first time."""

from datetime import datetime
from uuid import UUID

from sellers.models import StartStep

#: Somebody of the shop looked at the page "Buyer data".
EXPOSURE_LOOKED = "exposure-looked"


def note_step(*, seller_id: UUID, name: str, now: datetime) -> None:
    """Note a step of the seller in scope, once; two at a time are one."""
    if step_taken_at(seller_id=seller_id, name=name) is None:
        step = StartStep(seller_id=seller_id, name=name, at=now)
        StartStep.objects.bulk_create([step], ignore_conflicts=True)


def step_taken_at(*, seller_id: UUID, name: str) -> datetime | None:
    """Return when a step was taken first, in UTC; None where it was not."""
    rows = StartStep.objects.filter(seller_id=seller_id, name=name)
    return rows.values_list("at", flat=True).first()
