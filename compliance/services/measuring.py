"""Measuring exposure for staff, who read the figures and never what was counted."""

from datetime import datetime
from uuid import UUID

from compliance.models import ExposureMeasure
from compliance.queries.exposure import exposure_of
from compliance.queries.keys_there import keys_there
from compliance.queries.measures import figures_of
from compliance.queries.policies import chart_policy
from vault.context import SYSTEM, seller_scope


def measure_exposure(*, seller_id: UUID, now: datetime) -> None:
    """Write down the exposure of a seller at ``now`` (UTC), in one transaction."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        exposure = exposure_of(seller_id=seller_id, now=now, with_categories=True)
        keys = keys_there(seller_id=seller_id, today=now.date())
        figures = figures_of(
            exposure=exposure,
            destroyed_through=keys.destroyed_through,
            policy=chart_policy(seller_id=seller_id),
        )
        ExposureMeasure.objects.update_or_create(
            seller_id=seller_id, defaults={"measured_at": now, "figures": figures}
        )
