"""Measuring exposure for staff, who read the figures and never what was counted."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from compliance.models import ExposureMeasure
from compliance.queries.exposure import exposure_of
from compliance.queries.keys_there import keys_there
from compliance.queries.measures import figures_of
from vault.context import SYSTEM, seller_scope


def measure_exposure(*, seller_ids: Iterable[UUID], now: datetime) -> None:
    """Write down the exposure of each seller at ``now`` (UTC), one transaction each."""
    for seller_id in seller_ids:
        with seller_scope(seller_id=seller_id, actor=SYSTEM):
            exposure = exposure_of(seller_id=seller_id, now=now, with_categories=True)
            keys = keys_there(seller_id=seller_id, today=now.date())
            ExposureMeasure.objects.update_or_create(
                seller_id=seller_id,
                defaults={
                    "measured_at": now,
                    "figures": figures_of(
                        exposure=exposure, destroyed_through=keys.destroyed_through
                    ),
                },
            )
