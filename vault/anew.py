"""Values sealed anew for another day: which keys, and the refusals of opening."""

import os
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

from vault.admission import admitted_key
from vault.clock import clock
from vault.context import current_scope
from vault.envelope import (
    NONCE,
    DataKey,
    bound,
    bound_of,
    column,
    seal_anew,
)
from vault.fields import sealed_fields
from vault.sealed_rows import SealedRow
from vault.sealing import sealing_key
from vault.stored import Stored


class Turner:
    """Seals the values of rows anew; looks each key up once.

    For one batch: a key that dies later dies with this object's batch at the latest,
    since the days are held until it commits.
    """

    def __init__(self, *, model: type[SealedRow]) -> None:
        """Work for the seller in scope, as the clock stands now."""
        label = model._meta.label_lower
        self._columns = [
            column(model=label, field=field.attname) for field in sealed_fields(model)
        ]
        self._seller_id = current_scope().seller_id
        self._today = clock.today()
        self._old: dict[bytes, DataKey] = {}
        self._new: dict[date, Callable[..., bytes]] = {}

    def has_begun(self, day: date) -> bool:
        """Tell whether a day has begun, so that nothing of it is opened."""
        return day <= self._today

    def seal_for(self, days: Iterable[date]) -> None:
        """Fetch the keys of the new days, which the caller holds."""
        for day in days:
            key = sealing_key(seller_id=self._seller_id, day=day)
            begins = bound(key=key, seller_id=self._seller_id, day=day)
            self._new[day] = partial(seal_anew, new=key, begins=begins)

    def values(self, *, row: Stored, day: date) -> list[bytes | None]:
        """Return a row's values sealed for a day; raise a refusal of opening."""
        anew, row_id = self._new[day], row.id.bytes
        nonces = os.urandom(NONCE * len(row.values))
        turned: list[bytes | None] = []
        for number, blob in enumerate(row.values):
            if blob is None:
                turned.append(None)
                continue
            begins = bound_of(blob)
            old = self._old.get(begins) or self._open_with(blob)
            turned.append(
                anew(
                    old=old,
                    blob=blob,
                    where=self._columns[number] + row_id,
                    nonce=nonces[NONCE * number : NONCE * (number + 1)],
                )
            )
        return turned

    def _open_with(self, blob: bytes) -> DataKey:
        key = admitted_key(blob=blob, seller_id=self._seller_id, today=self._today)
        self._old[bound_of(blob)] = key
        return key
