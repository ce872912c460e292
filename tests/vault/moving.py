"""Moving buyers in tests: each with a limit that allows its day."""

from datetime import date, timedelta

from orders.models import Recipient
from tests.vault.planted import (
    NAME,
    NOW,
    PHONE,
    loaded,
    store,
    stored,
)
from vault.envelope import read_header
from vault.resealing import Move, Moved, reseal_many
from vault.sealed import Sealed

EARLIER = date(2026, 12, 1)
BOTH = {"name": NAME, "phone": PHONE}


def move(*moves: tuple[Recipient, date]) -> Moved:
    """Move rows to days, each with a limit that allows it."""
    told = [Move(row.pk, day, day + timedelta(days=2)) for row, day in moves]
    return reseal_many(model=Recipient, moves=told, now=NOW)


def days_of(row: Recipient) -> set[date]:
    """Return the days that a row as stored and its values say."""
    row = loaded(row)
    filled = [v for v in (row.name, row.phone) if isinstance(v, Sealed)]
    return {row.purge_on, *(read_header(value.blob).day for value in filled)}


def spoil(row: Recipient) -> None:
    """Alter the last byte of a stored name."""
    blob = stored(row)
    store(row, blob[:-1] + bytes([blob[-1] ^ 1]))
