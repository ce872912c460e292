"""What is stored of an order's buyer: dates and which fields, never a value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q

from orders.models import Recipient
from vault.fields import sealed_fields
from vault.models import LostKey


@dataclass(frozen=True, slots=True)
class StoredBuyer:
    """A stored buyer: when it was sealed last (UTC) and which fields hold something."""

    sealed_at: datetime
    fields: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class LostKeys:
    """Keys that are missing without a record of their destruction.

    ``days`` gives the last instant at which a day's key was found lost; ``shop`` the
    same for the shop's own key. All in UTC.
    """

    days: dict[date, datetime]
    shop: datetime | None = None

    def lost(self, *, day: date, sealed_at: datetime) -> bool:
        """Tell whether what was sealed then for that day is lost."""
        found = [self.shop, self.days.get(day)]
        return any(at is not None and at >= sealed_at for at in found)


def stored_buyer(*, seller_id: UUID, order_id: UUID) -> StoredBuyer | None:
    """Return what is stored of an order's buyer; only null flags are read."""
    names = [f.name for f in sealed_fields(Recipient)]
    flags = {
        f"has_{name}": ExpressionWrapper(
            Q((f"{name}__isnull", False)), output_field=BooleanField()
        )
        for name in names
    }
    rows = Recipient.objects.filter(seller_id=seller_id, order_id=order_id)
    row: tuple[Any, ...] | None = (
        rows.annotate(**flags).values_list("sealed_at", *flags).first()
    )
    if row is None:
        return None
    sealed_at, *filled = row
    return StoredBuyer(
        sealed_at=sealed_at,
        fields=frozenset(name for name, has in zip(names, filled, strict=True) if has),
    )


def lost_keys(*, seller_id: UUID, days: Iterable[date]) -> LostKeys:
    """Return which keys of the days, or of the shop itself, are lost."""
    rows: Sequence[tuple[date | None, datetime]] = list(
        LostKey.objects.filter(Q(day__in=set(days)) | Q(lost_seller_id=seller_id))
        .order_by("found_at")
        .values_list("day", "found_at")
    )
    shop = [at for day, at in rows if day is None]
    return LostKeys(
        days={day: at for day, at in rows if day is not None},
        shop=shop[-1] if shop else None,
    )
