"""Who else could approve: members whose role manages holds."""

from datetime import datetime
from uuid import UUID

from sellers.queries.terms import lasting
from sellers.roles import ROLES, Right


def others_who_approve(
    *, seller_id: UUID, person_id: UUID, now: datetime
) -> tuple[str, ...]:
    """Return the names of all but one person who may approve in the seller in scope."""
    roles = [role.code for role in ROLES.values() if Right.MANAGE_HOLDS in role.rights]
    rows = lasting(now=now).filter(
        seller_id=seller_id, role__in=roles, person__is_active=True
    )
    others = rows.exclude(person_id=person_id).order_by("joined_at", "id")
    return tuple(others.values_list("person__name", flat=True))
