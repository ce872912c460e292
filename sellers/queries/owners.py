"""The people to whom a shop belongs."""

from datetime import datetime
from uuid import UUID

from sellers.models import Person
from sellers.queries.terms import lasting
from sellers.roles import OWNER


def owners_of(*, seller_id: UUID, now: datetime) -> list[Person]:
    """Return the owners of the seller in scope who can sign in, first joined first."""
    rows = lasting(now=now).filter(
        seller_id=seller_id, role=OWNER.code, person__is_active=True
    )
    found = rows.select_related("person").order_by("joined_at", "id")
    return [member.person for member in found]
