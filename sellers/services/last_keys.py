"""The day on which the last key dies that ever sealed a value of a shop."""

from datetime import date
from uuid import UUID

from django.db.models import Max

from vault.privacy import own_models

#: Columns that name the UTC day of a key; a model has them or not.
_DAYS = ("last_key_on", "purge_on", "sealed_on")


def last_key_on(*, seller_id: UUID) -> date | None:
    """Return that UTC day for the seller in scope; None where nothing was sealed."""
    found: list[date] = []
    for model in own_models():
        names = {field.name for field in model._meta.local_fields}
        wanted = [name for name in _DAYS if name in names]
        if not wanted or "seller" not in names:
            continue
        rows = model._default_manager.filter(seller_id=seller_id)
        latest = rows.aggregate(**{f"last_{name}": Max(name) for name in wanted})
        found += [day for day in latest.values() if day is not None]
    return max(found, default=None)
