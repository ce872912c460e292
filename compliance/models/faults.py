"""What went wrong around the purge: rows that resist it, times the machine was off."""

from django.db import models
from django.db.models import Q

from sellers.models import SellerOwned
from vault.privacy import Privacy
from vault.rows import new_id

#: So often a step tries a row before the row is named and left out.
TRIES = 3


class StuckRow(SellerOwned):
    """A row at which a step of the sweep failed; after `TRIES` it is left out.

    ``step`` is what was tried, ``error`` the name of the error's class, never its text.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "subject_id",
                "step",
                "error",
                "tries",
                "first_at",
                "last_at",
                "solved_at",
            }
        ),
        subject="subject_id",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField()
    step = models.CharField(max_length=40)
    error = models.CharField(max_length=80)
    tries = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)

    class Meta:
        """A row is once among those that a step fails at."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "step", "subject_id"],
                condition=Q(solved_at__isnull=True),
                name="compliance_stuck_once",
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="compliance_stuck_seller_id"
            ),
        ]


class MachineGap(models.Model):
    """A time during which no process of the portal gave a sign of life; in UTC.

    Belongs to no seller. Written by the first process that comes back.
    """

    privacy = Privacy(plain=frozenset({"id", "began_at", "ended_at"}))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        """A gap has one beginning; the last ones are asked for."""

        constraints = [
            models.UniqueConstraint(fields=["began_at"], name="compliance_gap_began")
        ]
        indexes = [models.Index(fields=["-ended_at"], name="compliance_gap_last")]
