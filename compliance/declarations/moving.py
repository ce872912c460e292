"""Buyers that a later day is owed to, declared by whoever knows why."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID


class Mover(Protocol):
    """Moves purge days on where they are near, and knows whose did not move."""

    def move_on(self, *, seller_id: UUID, now: datetime) -> int:
        """Seal for their later day what is near at ``now`` (UTC); return how many.

        In batches that commit; opens the seller's scope itself.
        """

    def died_unmoved(
        self, *, seller_id: UUID, day: date
    ) -> Sequence[tuple[UUID, date]]:
        """Return the buyers of a day that should have had a later one, with that one.

        By the id that the ledger speaks of, for the seller in scope; days are UTC.
        """


_movers: list[Mover] = []


def register_moving(mover: Mover) -> None:
    """Register who moves; the same one twice counts once."""
    if mover not in _movers:
        _movers.append(mover)


def move_on(*, seller_id: UUID, now: datetime) -> int:
    """Let everybody who registered move a seller's rows; return how many moved."""
    return sum(mover.move_on(seller_id=seller_id, now=now) for mover in _movers)


def died_unmoved(*, seller_id: UUID, day: date) -> list[tuple[UUID, date]]:
    """Return what everybody who registered names as unmoved on a day."""
    return [
        named
        for mover in _movers
        for named in mover.died_unmoved(seller_id=seller_id, day=day)
    ]
