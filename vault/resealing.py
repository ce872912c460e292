"""Moving sealed rows to another purge day: takes `Sealed`, gives `Sealed`."""

from collections.abc import Sequence
from datetime import date, datetime

from vault.clock import clock
from vault.context import current_scope
from vault.days import days_held
from vault.envelope import read_header, unseal
from vault.fields import sealed_fields
from vault.keys import data_keys
from vault.kinds import Kind
from vault.ledger import append
from vault.refusals import (
    KeyLost,
    OpeningRefused,
    OpeningSuspended,
    OtherSeller,
    PastItsDay,
)
from vault.sealed import Sealed
from vault.sealed_rows import SealedRow, _moving
from vault.sealing import seal_text, where


def reseal(
    *, moves: Sequence[tuple[SealedRow, date]], now: datetime
) -> tuple[SealedRow, ...]:
    """Seal rows anew for their new days and save them; no text leaves this module.

    ``moves`` pairs a row with its new purge day, which the caller's clock bounds; the
    row carries its new ``limit_on`` already, and the table refuses a day behind it.
    Writes one ledger entry for the batch and direction. A row whose present day has
    begun is not moved: raises `PastItsDay`; likewise the refusals of opening.
    """
    if not moves:
        return ()
    rows = [row for row, _ in moves]
    later = sum(1 for row, day in moves if day > row.purge_on)
    model = type(rows[0])
    with days_held({row.purge_on for row in rows} | {day for _, day in moves}):
        for row, day in moves:
            _move(row=row, day=day)
        token = _moving.set(True)
        try:
            names = ["purge_on", "limit_on", *(f.name for f in sealed_fields(model))]
            model._default_manager.bulk_update(rows, names, batch_size=500)
        finally:
            _moving.reset(token)
    for kind, number in (
        (Kind.PII_RESEALED_LATER, later),
        (Kind.PII_RESEALED_EARLIER, len(rows) - later),
    ):
        if number:
            append(kind=kind, now=now, facts={"rows": number})
    return tuple(rows)


def can_be_moved(*, row: SealedRow) -> bool:
    """Tell whether every value of a row could be sealed anew.

    One lost or altered value must not stop the others of an import. Raises
    `OpeningSuspended`: a keystore that cannot be read says nothing of a value.
    """
    try:
        for field in sealed_fields(type(row)):
            value = getattr(row, field.attname)
            if isinstance(value, Sealed):
                _text(row=row, field=field.attname, sealed=value)
    except OpeningSuspended:
        raise
    except OpeningRefused:
        return False
    return True


def _move(*, row: SealedRow, day: date) -> None:
    names = [field.attname for field in sealed_fields(type(row))]
    sealed = {name: getattr(row, name) for name in names}  # loads what was deferred
    opened = {
        name: _text(row=row, field=name, sealed=value)
        for name, value in sealed.items()
        if isinstance(value, Sealed)
    }
    row.purge_on = day
    for name, text in opened.items():
        row.__dict__[name] = seal_text(row=row, field=name, text=text)


def _text(*, row: SealedRow, field: str, sealed: Sealed) -> str:
    header = read_header(sealed.blob)
    if header.seller_id != current_scope().seller_id:
        message = "The value was sealed for another seller."
        raise OtherSeller(message)
    if clock.today() >= header.day:
        message = f"The purge day {header.day} has begun; the value is not moved."
        raise PastItsDay(message)
    key = data_keys().data_key(seller_id=header.seller_id, day=header.day)
    if key.name != header.key_name:
        message = "The value was sealed under a key that is lost."
        raise KeyLost(message)
    place = where(row=row, field=field)
    return unseal(key=key, blob=sealed.blob, where=place)
