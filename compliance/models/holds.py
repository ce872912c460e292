"""Holds: cases that need some fields of some orders longer."""

from django.db import models
from django.db.models import Q

from sellers.models import Person, SellerOwned
from vault.privacy import Privacy
from vault.rows import SellerForeignKey, new_id


class HoldGround(models.TextChoices):
    """What a hold stands on."""

    LAW = "law", "law"
    COURT = "court", "court or authority"
    CLAIM = "claim", "claim or case"


class HoldOutcome(models.TextChoices):
    """What became of one order of a hold when the hold was approved."""

    WAITING = "", "not approved yet"
    SEALED = "sealed", "sealed"
    GONE = "gone", "no buyer any more"
    EMPTY = "empty", "none of the fields"
    BROKEN = "broken", "lost or altered"


class Hold(SellerOwned):
    """A case that needs some fields of some orders longer. Days are UTC.

    ``ground`` names the law or case as a person wrote it, never a buyer. Approved by a
    second person, or by the same one 24 hours later where nobody else could: then
    ``alone`` is true. ``wanted_until`` is a renewal that waits to be approved. Items
    end on the day ``ends_on``; then they are deleted.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "number",
                "kind",
                "fields",
                "orders",
                "ends_on",
                "placed_at",
                "placed_by",
                "alone",
                "approved_at",
                "approved_by",
                "withdrawn_at",
                "wanted_until",
                "wanted_at",
                "wanted_by",
                "ended_at",
                "ended_by",
                "why_ended",
            }
        ),
        member=frozenset({"ground"}),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=HoldGround.choices)
    ground = models.CharField(max_length=300)
    fields = models.JSONField(default=list)
    orders = models.PositiveIntegerField()
    ends_on = models.DateField()
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    alone = models.BooleanField(default=False)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    wanted_until = models.DateField(null=True)
    wanted_at = models.DateTimeField(null=True)
    wanted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    why_ended = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        """Numbers count up within the shop; live holds are found by their end."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "number"], name="compliance_hold_number"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="compliance_hold_seller_id"
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "ends_on"],
                condition=Q(ended_at__isnull=True, withdrawn_at__isnull=True),
                name="compliance_hold_live",
            )
        ]

    @property
    def label(self) -> str:
        """Return the hold's name on screens, such as ``H-0012``."""
        return f"H-{self.number:04d}"


class HeldOrder(SellerOwned):
    """One order of a hold, by the id by which the ledger speaks of it."""

    privacy = Privacy(
        plain=frozenset({"id", "seller", "hold", "subject_id", "outcome"})
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hold = models.ForeignKey(
        Hold, on_delete=models.CASCADE, related_name="held", db_constraint=False
    )
    subject_id = models.UUIDField()
    outcome = models.CharField(
        max_length=10, choices=HoldOutcome.choices, blank=True, default=""
    )

    class Meta:
        """An order is once in a hold, and found by itself."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "hold", "subject_id"], name="compliance_held_once"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="compliance_held_seller_id"
            ),
            SellerForeignKey(
                column="hold_id", to="compliance.Hold", name="compliance_held_hold"
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "subject_id"], name="compliance_held_subject"
            )
        ]
