"""Which key may open a stored value now; one rule for opening, archiving and moving."""

from datetime import date
from uuid import UUID

from vault.envelope import DataKey, read_header
from vault.keys import data_keys
from vault.refusals import KeyLost, OtherSeller, PastItsDay


def admitted_key(*, blob: bytes, seller_id: UUID, today: date) -> DataKey:
    """Return the key that may open a value of a seller on the UTC day ``today``.

    What the value's own header says counts, not its row. Raises `Tampered` for bytes
    that are no sealed value, `OtherSeller`, `PastItsDay` from the purge day's first
    second on, `KeyDestroyed`, `KeyLost` also where another key was made in the place
    of the lost one, and `OpeningSuspended`.
    """
    header = read_header(blob)
    if header.seller_id != seller_id:
        message = "The value was sealed for another seller."
        raise OtherSeller(message)
    if header.day <= today:
        message = f"The purge day {header.day} has begun; the value stays closed."
        raise PastItsDay(message)
    key = data_keys().data_key(seller_id=header.seller_id, day=header.day)
    if key.name != header.key_name:
        message = "The value was sealed under a key that is lost."
        raise KeyLost(message)
    return key
