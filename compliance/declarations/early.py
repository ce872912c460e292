"""Buyers that must go before the day of their key, declared by whoever knows them."""

from datetime import datetime
from typing import Protocol
from uuid import UUID


class RemoveEarly(Protocol):
    """Deletes rows whose purge day came forward while their key lives on."""

    def __call__(self, *, seller_id: UUID, now: datetime) -> int:
        """Delete what is due at ``now`` (UTC), in batches; return how many."""


_removers: list[RemoveEarly] = []


def register_early(remove: RemoveEarly) -> None:
    """Register who removes; the same one twice counts once."""
    if remove not in _removers:
        _removers.append(remove)


def remove_early(*, seller_id: UUID, now: datetime) -> int:
    """Let everybody who registered remove for a seller; return how many rows went."""
    return sum(remove(seller_id=seller_id, now=now) for remove in _removers)
