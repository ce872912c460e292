"""Going through all people of a shop: each is kept or removed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sellers.models import Seller
from sellers.services.members import (
    ChangeRefused,
    changer_in,
    locked_team,
    remove_member,
)
from vault.kinds import Kind
from vault.ledger import append

#: Amazon, Data Protection Policy 1.2.2: access is reviewed each quarter.
REVIEW_DAYS = 90


class ReviewIncomplete(ChangeRefused):
    """The shop's people are others than those that were gone through."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Who stays and who goes, by membership; the reviewer is in neither."""

    keep: frozenset[UUID]
    remove: frozenset[UUID]


def review_access(
    *, seller: Seller, reviewer_id: UUID, verdicts: Verdicts, now: datetime
) -> None:
    """Remove whom the review says and record it, all or nothing.

    Raises a `ChangeRefused`: nobody was removed then.
    """
    with transaction.atomic():
        members = locked_team(seller=seller)
        changer_in(team=members, person_id=reviewer_id, now=now)
        others = {m.id for m in members if m.person_id != reviewer_id}
        if others != verdicts.keep | verdicts.remove:
            raise ReviewIncomplete
        for member_id in sorted(verdicts.remove):
            remove_member(
                seller=seller, member_id=member_id, changer_id=reviewer_id, now=now
            )
        append(
            kind=Kind.MEMBER_REVIEWED_ACCESS,
            now=now,
            facts={"kept": len(verdicts.keep), "removed": len(verdicts.remove)},
        )
