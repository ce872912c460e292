"""Noticing secrets that are missing without a record of their destruction.

A day's secret is made with its row, a seller's with the shop: where one is missing
later it is lost. What was sealed under it is lost, not purged: it leaves no tombstone,
and an import may fill the order again under the new secret.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from vault.days import renew_probe
from vault.keys import data_keys
from vault.keystore import SecretDestroyed, SecretLost
from vault.models import DayState, LostKey, PurgeDay


def note_lost_keys(*, seller_ids: Iterable[UUID], now: datetime) -> int:
    """Write down which secrets are lost, and make new ones; return how many."""
    keystore = data_keys().keystore
    live = set(keystore.live_days)
    lost = 0
    days = PurgeDay.objects.filter(state=DayState.OPEN).order_by("day")
    for day, known in days.values_list("day", "fingerprint"):
        if day not in live:
            lost += note_lost_day(day=day, now=now)
        elif keystore.fingerprint(day) != known:
            # Made again by a transaction that was rolled back: its note went too.
            _note_day(day=day, now=now)
            lost += 1
    return lost + sum(note_lost_seller(seller_id=s, now=now) for s in seller_ids)


def note_lost_day(*, day: date, now: datetime) -> bool:
    """Write a day's secret down as lost and make a new one, if it is lost."""
    keystore = data_keys().keystore
    try:
        keystore.day_secret(day)
    except SecretLost:
        keystore.mint_days([day])
        _note_day(day=day, now=now)
        return True
    except SecretDestroyed:
        return False
    return False


def _note_day(*, day: date, now: datetime) -> None:
    renew_probe(day)
    LostKey.objects.create(day=day, found_at=now)


def note_lost_seller(*, seller_id: UUID, now: datetime) -> bool:
    """Write a seller's secret down as lost and make a new one, if it is lost."""
    keystore = data_keys().keystore
    try:
        keystore.seller_secret(seller_id)
    except SecretLost:
        keystore.mint_seller(seller_id)
        LostKey.objects.create(lost_seller_id=seller_id, found_at=now)
        return True
    except SecretDestroyed:
        return False
    return False
