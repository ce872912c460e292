"""People of the operator: who may enter the staff pages."""

from django.db import models

from sellers.models.people import Person
from vault.privacy import Privacy
from vault.rows import new_id


class StaffRole(models.TextChoices):
    """What staff may do; none of it opens a buyer."""

    SUPPORT = "support", "Support"
    SECURITY = "security", "Security"


class StaffMember(models.Model):
    """A person of the operator; works in no shop. ``ended_at``: staff no more."""

    privacy = Privacy(plain=frozenset({"id", "person", "role", "since", "ended_at"}))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, related_name="staff_member"
    )
    role = models.CharField(max_length=20, choices=StaffRole.choices)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
