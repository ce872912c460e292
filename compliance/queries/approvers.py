"""Who could approve: members whose role manages holds, and since when."""

from datetime import datetime, timedelta
from uuid import UUID

from sellers.queries.terms import lasting
from sellers.roles import ROLES, Right
from vault.kinds import Kind
from vault.models import LedgerEntry


def others_who_approve(
    *, seller_id: UUID, person_id: UUID, now: datetime
) -> tuple[str, ...]:
    """Return the names of all but one person who may approve in the seller in scope."""
    rows = lasting(now=now).filter(
        seller_id=seller_id, role__in=_approving(), person__is_active=True
    )
    others = rows.exclude(person_id=person_id).order_by("joined_at", "id")
    return tuple(others.values_list("person__name", flat=True))


def newly_approving(
    *, seller_id: UUID, person_id: UUID, now: datetime, within: timedelta
) -> datetime | None:
    """Return since when (UTC) a person may approve, if it is no longer than ``within``.

    Since they joined, or were given a role that manages holds in place of one that
    does not. Somebody who is no member came this instant.
    """
    member = lasting(now=now).filter(seller_id=seller_id, person_id=person_id).first()
    if member is None:
        return now
    begins = now - within
    changes = LedgerEntry.objects.filter(
        seller_id=seller_id,
        kind=Kind.MEMBER_CHANGED_ROLE,
        subject_id=member.id,
        at__gt=begins,
    ).order_by("-at", "-id")
    promoted = (
        at
        for at, facts in changes.values_list("at", "facts")
        if facts.get("before") not in _approving()
    )
    since = max(member.joined_at, next(promoted, member.joined_at))
    return since if since > begins else None


def _approving() -> list[str]:
    return [role.code for role in ROLES.values() if Right.MANAGE_HOLDS in role.rights]
