"""Sealing one text for one row and field, under the key of its seller and day."""

import hmac
from datetime import date
from typing import Protocol, cast
from uuid import UUID

from django.db.models import Model

from vault.clock import clock
from vault.context import current_scope
from vault.envelope import DataKey, fingerprint, place, read_header, seal
from vault.keys import data_keys
from vault.loss import note_lost_day, note_lost_seller
from vault.refusals import KeyDestroyed, KeyLost, OtherSeller
from vault.sealed import Sealed


class SealableRow(Protocol):
    """What a row must have for its values to be sealed."""

    pk: UUID
    seller_id: UUID
    purge_on: date


def where(*, row: Model, field: str) -> bytes:
    """Return the place of a row's field, for the associated data."""
    return place(model=row._meta.label_lower, field=field, row_id=cast("UUID", row.pk))


def seal_text(*, row: Model, field: str, text: str) -> Sealed:
    """Seal a text for a row's field.

    The caller holds the row's purge day. Raises `OtherSeller` where the row belongs to
    another seller than the scope, `ScopeMissing` without a scope, `PastItsDay` or
    `KeyDestroyed` where the day is gone.
    """
    target = cast("SealableRow", row)
    scope = current_scope()
    if target.seller_id != scope.seller_id:
        message = "The row belongs to another seller than the open scope."
        raise OtherSeller(message)
    blob = seal(
        key=sealing_key(seller_id=scope.seller_id, day=target.purge_on),
        seller_id=scope.seller_id,
        day=target.purge_on,
        where=where(row=row, field=field),
        text=text,
    )
    return Sealed(blob)


def sealing_key(*, seller_id: UUID, day: date) -> DataKey:
    """Return the key to seal with for a day that the caller holds.

    One that is lost is noted and made again. Raises as `seal_text` does.
    """
    keys = data_keys()
    try:
        return keys.data_key(seller_id=seller_id, day=day)
    except KeyLost:
        note_lost_day(day=day, now=clock.now())
        note_lost_seller(seller_id=seller_id, now=clock.now())
        return keys.data_key(seller_id=seller_id, day=day)


def holds_text(*, row: Model, field: str, text: str) -> bool:
    """Tell whether a sealed field holds this very text, without opening it.

    For imports, which must not change what is already there. Also no where the key is
    gone or the purge day has begun: then nothing can be told.
    """
    sealed = getattr(row, field)
    if not isinstance(sealed, Sealed):
        return False
    header = read_header(sealed.blob)
    if header.seller_id != current_scope().seller_id:
        message = "The value was sealed for another seller."
        raise OtherSeller(message)
    if clock.today() >= header.day:
        return False
    try:
        key = data_keys().data_key(seller_id=header.seller_id, day=header.day)
    except (KeyLost, KeyDestroyed):
        return False
    print_ = fingerprint(key=key, where=where(row=row, field=field), text=text)
    return key.name == header.key_name and hmac.compare_digest(
        print_, header.fingerprint
    )


def key_lives(*, row: Model, field: str) -> bool:
    """Tell whether the key that sealed a field still exists."""
    sealed = getattr(row, field)
    if not isinstance(sealed, Sealed):
        return False
    header = read_header(sealed.blob)
    try:
        key = data_keys().data_key(seller_id=header.seller_id, day=header.day)
    except (KeyLost, KeyDestroyed):
        return False
    return key.name == header.key_name
