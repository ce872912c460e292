"""Who belongs to the staff of the operator."""

from uuid import UUID

from sellers.models import StaffMember


def live_staff_member(*, person_id: UUID) -> StaffMember | None:
    """Return the place of a person in the staff, or None: never staff, or no more."""
    rows = StaffMember.objects.filter(person_id=person_id, ended_at__isnull=True)
    return rows.first()
