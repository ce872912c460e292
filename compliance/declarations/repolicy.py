"""Who judges orders anew when a shop changes how long buyers are kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from compliance.policies import RetentionPolicy


@dataclass(frozen=True, slots=True)
class Foresight:
    """What a policy would do to the orders of its marketplace. Days are UTC.

    ``at_once`` are removed as soon as the change is applied, since their new day has
    begun; ``at_once_unshipped`` of them still have to be shipped, and ``last_key_on``
    is the day on which the last of their keys dies, None where none is removed.
    ``sooner`` leave on an earlier day than before, ``sooner_unshipped`` of them not
    shipped yet and ``tonight`` of them at the next midnight. ``later`` move to a later
    day now, and ``later_when_near`` may do so when their day is near.
    """

    judged: int = 0
    at_once: int = 0
    at_once_unshipped: int = 0
    last_key_on: date | None = None
    sooner: int = 0
    sooner_unshipped: int = 0
    tonight: int = 0
    later: int = 0
    later_when_near: int = 0


@dataclass(frozen=True, slots=True)
class JudgedBatch:
    """What became of one batch of orders; ``last`` is None when none was left."""

    last: UUID | None
    judged: int = 0
    moved: int = 0
    removed: int = 0


class Judge(Protocol):
    """Judges the orders of the seller in scope by a policy; opens no value."""

    def channels(self, *, seller_id: UUID) -> tuple[str, ...]:
        """Return the marketplaces that the shop has orders of, most orders first."""

    def wait_for_others(self, *, seller_id: UUID) -> None:
        """Wait until whoever judges by the policies read before has committed.

        Whoever comes later waits for this transaction, and reads what it wrote.
        """

    def foresee(
        self, *, seller_id: UUID, policy: RetentionPolicy, now: datetime
    ) -> Foresight:
        """Count what judging by a policy would do at ``now`` (UTC); change nothing."""

    def count_left(
        self, *, seller_id: UUID, channel: str, after: UUID | None, now: datetime
    ) -> int:
        """Count the orders behind ``after`` that a change still has to judge."""

    def judge_batch(
        self,
        *,
        seller_id: UUID,
        policy: RetentionPolicy,
        after: UUID | None,
        now: datetime,
    ) -> JudgedBatch:
        """Judge the next orders behind ``after`` by a policy and apply what follows.

        In the transaction that is open. An order that resists is noted as stuck and
        passed; it is not among those judged. Raises the refusals of `vault.refusals`
        where a day begins meanwhile or the keystore cannot be read; nothing is applied
        then.
        """


class JudgeMissing(LookupError):
    """A policy is in use and nobody judges orders."""


class JudgeTwice(RuntimeError):
    """A second judge was registered."""


_judges: list[Judge] = []


def register_judge(judge: Judge) -> None:
    """Register who judges orders; raise `JudgeTwice` for another one."""
    if judge not in _judges:
        if _judges:
            message = "Who judges orders is registered already."
            raise JudgeTwice(message)
        _judges.append(judge)


def judge() -> Judge:
    """Return who judges orders; raise `JudgeMissing`."""
    if not _judges:
        message = (
            "Nobody judges orders; call compliance.declarations.register_judge in the "
            "ready() of its app."
        )
        raise JudgeMissing(message)
    return _judges[0]
