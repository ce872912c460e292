"""Two people for what keeps a buyer longer: one asks, another one approves.

In a shop where nobody else manages holds, the one who asked gives the second factor
again and waits: 24 hours in which a stolen session or a mistake can still be seen. So
does somebody who came, or was given that role, just now: a second account that the
first person made for the purpose is no second person yet.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection

from compliance.queries.approvers import newly_approving, others_who_approve
from compliance.queries.held import waiting_for

#: How long somebody waits who approves alone, counted from the asking, and somebody
#: who is new to it, counted from the moment they may.
WAIT = timedelta(hours=24)


class HoldRefused(Exception):
    """Something about a hold or a rule was not done; nothing was changed."""


class SecondPersonNeeded(HoldRefused):
    """Who asked does not approve, as long as somebody else can."""


class TooEarly(HoldRefused):
    """Who is alone waits until ``from_at`` (UTC)."""

    def __init__(self, from_at: datetime) -> None:
        """Hold the instant."""
        super().__init__("the wait of 24 hours is not over")
        self.from_at = from_at


class NewToIt(TooEarly):
    """Who may approve since just now waits as well."""


class FactorNeeded(HoldRefused):
    """Who is alone gives the second factor again."""


class ChangedMeanwhile(HoldRefused):
    """Somebody else was first: it does not wait for this any more."""


@dataclass(frozen=True, slots=True)
class Approval:
    """How one person stands to something that waits. ``from_at`` is in UTC.

    ``alone``: nobody else could approve what this person asked for. ``others`` are the
    names of those who can, where this person cannot. ``new``: this person may approve
    since less than `WAIT`.
    """

    own: bool
    others: tuple[str, ...]
    from_at: datetime
    now: datetime
    new: bool = False

    @property
    def alone(self) -> bool:
        """Tell whether this person asked for it and nobody else can approve it."""
        return self.own and not self.others

    @property
    def waits(self) -> bool:
        """Tell whether the 24 hours of somebody alone, or new to it, are not over."""
        return (self.alone or self.new) and self.now < self.from_at

    @property
    def may(self) -> bool:
        """Tell whether this person may approve now, with the second factor if alone."""
        return (self.alone or not self.own) and not self.waits


def approval_of(
    *,
    seller_id: UUID,
    asked_by: UUID,
    asked_at: datetime,
    person_id: UUID,
    now: datetime,
) -> Approval:
    """Return how a person who manages holds stands to what somebody asked for."""
    if asked_by == person_id:
        others = others_who_approve(seller_id=seller_id, person_id=person_id, now=now)
        return Approval(own=True, others=others, from_at=asked_at + WAIT, now=now)
    since = newly_approving(
        seller_id=seller_id, person_id=person_id, now=now, within=WAIT
    )
    return Approval(
        own=False,
        others=(),
        from_at=asked_at if since is None else since + WAIT,
        now=now,
        new=since is not None,
    )


def approvable(*, seller_id: UUID, person_id: UUID, now: datetime) -> int:
    """Count what a person who manages holds may approve at ``now`` (UTC).

    The same as `Approval.may` of each hold, renewal and rule; who may is asked only
    where something waits.
    """
    others, own = waiting_for(
        seller_id=seller_id,
        person_id=person_id,
        today=now.astimezone(UTC).date(),
        own_until=now - WAIT,
    )
    who = {"seller_id": seller_id, "person_id": person_id}
    if others and newly_approving(**who, now=now, within=WAIT) is not None:
        others = 0
    if own and others_who_approve(**who, now=now):
        own = 0
    return others + own


def check_approval(*, approval: Approval, factor_given: bool) -> None:
    """Raise where it may not be.

    `SecondPersonNeeded`, `TooEarly`, for somebody new `NewToIt`, or `FactorNeeded`.
    """
    if approval.own and approval.others:
        raise SecondPersonNeeded
    if approval.new and approval.waits:
        raise NewToIt(approval.from_at)
    if approval.waits:
        raise TooEarly(approval.from_at)
    if approval.alone and not factor_given:
        raise FactorNeeded


def one_at_a_time(*, seller_id: UUID) -> None:
    """Let one change to a shop's holds and rules go on at a time, until it commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"holds {seller_id}"],
        )
