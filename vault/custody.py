"""The keystore as the rest of the house sees it: made, checked, given a seller."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from vault.faults import KEYSTORE_FAILURES
from vault.keys import data_keys
from vault.keystore import SecretDestroyed, SecretLost
from vault.models import DayState, KeystoreMark, PurgeDay
from vault.refusals import KeystoreRefused


@dataclass(frozen=True, slots=True)
class KeystoreState:
    """How the keystore stands: the root's number, and the UTC days with a live key."""

    epoch: int
    live_days: tuple[date, ...]


def keystore_state() -> KeystoreState | None:
    """Read how the keystore stands; None where it cannot be read."""
    keystore = data_keys().keystore
    try:
        return KeystoreState(epoch=keystore.epoch, live_days=keystore.live_days)
    except KEYSTORE_FAILURES:
        return None


def mint_seller_secret(*, seller_id: UUID) -> None:
    """Make the secret of a new seller; nothing happens where it has one."""
    data_keys().keystore.mint_seller(seller_id)


def destroy_seller_secret(*, seller_id: UUID) -> None:
    """Destroy the secret of a seller that is closed: nothing of it ever opens again.

    Idempotent; a seller that had no secret is marked, and never gets one.
    """
    data_keys().keystore.destroy_seller(seller_id)


def replay_closings(*, seller_ids: Iterable[UUID]) -> int:
    """Destroy again the secrets of closed sellers; return how many had come back.

    An older copy of the keystore folder that was put back would bring them to life.
    One that was never destroyed, since its process died, goes as well.
    """
    keystore, alive = data_keys().keystore, 0
    for seller_id in seller_ids:
        try:
            keystore.seller_secret(seller_id)
        except SecretDestroyed:
            continue
        except SecretLost:
            keystore.destroy_seller(seller_id)
            continue
        keystore.destroy_seller(seller_id)
        alive += 1
    return alive


def prepare_keystore(*, now: datetime) -> bool:
    """Make the keystore on the very first start, else check it; tell if it was made.

    Raises `KeystoreRefused` with one sentence: over existing data no new keys are
    ever made.
    """
    keystore = data_keys().keystore
    mark = KeystoreMark.objects.first()
    made = not keystore.exists()
    if made:
        if mark is not None:
            message = (
                f"The keystore {keystore.folder} is missing, but this database has "
                "data sealed with it; put the folder back from where it was moved, "
                "or set PORTAL_KEYSTORE to it."
            )
            raise KeystoreRefused(message)
        identity = keystore.create()
    else:
        keystore.recover()
        identity = keystore.identity()
    if mark is None:
        KeystoreMark.objects.create(identity=identity, made_at=now)
    elif mark.identity != identity:
        message = (
            f"The keystore {keystore.folder} belongs to another database; "
            "set PORTAL_KEYSTORE to the folder of this one."
        )
        raise KeystoreRefused(message)
    replay_destructions()
    return made


def replay_destructions() -> None:
    """Destroy again what the database knows to be destroyed.

    An older copy of the keystore folder that was put back would bring dead keys to
    life; the record of their destruction kills them again.
    """
    keystore = data_keys().keystore
    last = (
        PurgeDay.objects.filter(state=DayState.DESTROYED)
        .order_by("-day")
        .values_list("day", flat=True)
        .first()
    )
    through = keystore.destroyed_through
    if last is not None and (through is None or through < last):
        keystore.destroy_through(last)
