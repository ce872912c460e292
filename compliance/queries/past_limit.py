"""Days whose buyers are past the limit: day 30 has come, and the key may exist."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from compliance.queries.counted import counted
from compliance.queries.keys_there import keys_there, recorded_destructions
from vault.models import DayState
from vault.privacy import buyer_models


def past_limit_days(*, seller_id: UUID, today: date) -> frozenset[date]:
    """Return the purge days of the rows past the limit, for the seller in scope.

    ``today`` is in UTC. The exposure page counts the same rows.
    """
    days: set[date] = set()
    for model, privacy in buyer_models():
        rows = model._default_manager.filter(
            counted(privacy=privacy),
            seller_id=seller_id,
            purge_on__lte=today,
            limit_on__lte=today,
        )
        days |= set(rows.order_by().values_list("purge_on", flat=True).distinct())
    return days_with_keys(seller_id=seller_id, days=days, today=today)


def days_with_keys(
    *, seller_id: UUID, days: Iterable[date], today: date
) -> frozenset[date]:
    """Return those days, all of them begun, whose key may exist; in doubt it does."""
    wanted = frozenset(days)
    if not wanted:
        return wanted
    keys = keys_there(seller_id=seller_id, today=today)
    states = recorded_destructions(days=wanted)
    recorded = frozenset(d for d, s in states.items() if s is DayState.DESTROYED)
    return frozenset(day for day in wanted if keys.may_exist(day, recorded))
