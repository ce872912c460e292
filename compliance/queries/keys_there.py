"""Which data keys of a seller exist at this moment, and what was sealed under others.

The keystore is asked, not a report of the last sweep: a key may have gone, or come
back with an old copy of the keystore's folder, since then.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from vault.days import DAYS_AHEAD
from vault.keys import data_keys
from vault.keystore import (
    KeystoreDamaged,
    KeystoreMissing,
    SecretDestroyed,
    SecretLost,
)
from vault.models import DayState, LostKey, PurgeDay
from vault.refusals import OpeningRefused

#: Where a sealed value names its key: offset (from 1, as SQL counts) and length.
KEY_NAME_AT = (23, 4)


@dataclass(frozen=True, slots=True)
class KeysThere:
    """The keys of one seller. ``suspended``: the keystore cannot be read.

    Nothing opens then; since its keys may well exist, they are counted as there.
    ``renewed`` holds the names of keys that were made in the place of lost ones, by
    day: only what bears such a name opens.
    """

    suspended: bool
    seller_lives: bool = True
    live: frozenset[date] = frozenset()
    destroyed_through: date | None = None
    renewed: dict[date, bytes] = field(default_factory=dict)

    def opens(self, day: date) -> bool:
        """Tell whether the key of a day to come is there."""
        return self.suspended or (self.seller_lives and day in self.live)

    def may_exist(self, day: date, recorded: frozenset[date]) -> bool:
        """Tell whether the key of a day that has begun may still exist.

        ``recorded``: days whose destruction is recorded. In doubt it exists; where
        the keystore shows a secret, no record outweighs that.
        """
        if day in self.live:
            return True
        through = self.destroyed_through
        return day not in recorded and (through is None or through < day)


def keys_there(*, seller_id: UUID, today: date) -> KeysThere:
    """Return which keys of the seller exist, asking the keystore. Days are UTC."""
    keystore = data_keys().keystore
    try:
        live = frozenset(keystore.live_days)
        through = keystore.destroyed_through
        lives = _seller_lives(seller_id)
        renewed = _renewed(seller_id=seller_id, today=today, live=live) if lives else {}
    except (KeystoreMissing, KeystoreDamaged, OpeningRefused, OSError):
        return KeysThere(suspended=True)
    return KeysThere(
        suspended=False,
        seller_lives=lives,
        live=live,
        destroyed_through=through,
        renewed=renewed,
    )


def recorded_destructions(*, days: Iterable[date]) -> dict[date, DayState]:
    """Return the recorded states of days."""
    rows = PurgeDay.objects.filter(day__in=set(days)).values_list("day", "state")
    return {day: DayState(state) for day, state in rows}


def _seller_lives(seller_id: UUID) -> bool:
    try:
        data_keys().keystore.seller_secret(seller_id)
    except (SecretLost, SecretDestroyed):
        return False
    return True


def _renewed(
    *, seller_id: UUID, today: date, live: frozenset[date]
) -> dict[date, bytes]:
    """Return the key names of the days under which something may be lost.

    A lost secret of the seller concerns every day that could be sealed for when the
    loss was found; no order's day lies further ahead than `DAYS_AHEAD`.
    """
    noted = LostKey.objects.filter(Q(lost_seller_id=seller_id) | Q(day__gt=today))
    days: set[date] = set()
    for lost in noted:
        if lost.day is not None:
            days.add(lost.day)
        elif lost.found_at.date() + timedelta(days=DAYS_AHEAD) >= today:
            days |= {day for day in live if day > today}
    return {
        day: data_keys().data_key(seller_id=seller_id, day=day).name
        for day in sorted(days & live)
    }
