"""Which memberships count today."""

from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from sellers.models import Membership


def lasting(*, now: datetime) -> QuerySet[Membership]:
    """Return memberships that have not ended: ``ends_on`` begins at 00:00 UTC."""
    today = now.astimezone(UTC).date()
    return Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today))


def has_ended(*, member: Membership, now: datetime) -> bool:
    """Tell whether a membership's end has come."""
    return member.ends_on is not None and member.ends_on <= now.astimezone(UTC).date()
