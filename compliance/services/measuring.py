"""Measuring exposure for staff, who read the figures and never what was counted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from compliance.models import ExposureMeasure
from compliance.queries.buyer_rows import sealed_since
from compliance.queries.exposure import Exposure, exposure_of
from compliance.queries.keys_there import keys_there
from compliance.queries.measures import cells_of, figures_of
from compliance.queries.policies import chart_policy
from vault.context import SYSTEM, seller_scope

#: What was sealed so long before a measure may have committed after it.
STILL_COMMITTING = timedelta(hours=1)


def measure_exposure(*, seller_id: UUID, now: datetime) -> None:
    """Write down the exposure of a seller at ``now`` (UTC), in one transaction.

    Which categories are held is counted from the rows themselves; where neither days
    nor values changed since the last measure, its counts hold and an index answers.
    """
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        last = ExposureMeasure.objects.filter(seller_id=seller_id).first()
        exposure = None
        if last is not None:
            since = last.measured_at - STILL_COMMITTING
            if not sealed_since(seller_id=seller_id, since=since):
                light = exposure_of(seller_id=seller_id, now=now)
                exposure = _as_before(light, figures=last.figures)
        if exposure is None:
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


def _as_before(exposure: Exposure, *, figures: Mapping[str, Any]) -> Exposure | None:
    """Return an exposure with the categories last counted; None where one differs."""
    known = cells_of(figures=figures)
    light = tuple(replace(cell, by_category={}) for cell in known)
    return replace(exposure, cells=known) if exposure.cells == light else None
