"""A shop's own choice of how long a marketplace's buyers are kept, by version."""

from django.db import models

from sellers.models import Person, SellerOwned
from vault.privacy import Privacy
from vault.rows import new_id


class PolicyChange(SellerOwned):
    """One version of a shop's retention for one marketplace; the latest is in force.

    ``days`` and ``margin_days`` never yield a later day than the marketplace's own
    rule. ``months`` is the second clock, None for the rule's own. ``confirmed``: a
    person took the figures of an unverified rule for theirs. New orders are judged by
    it at once; the known ones by the work that the last fields tell of: ``cursor`` is
    the last order judged, ``finished_at`` (UTC) says that all are.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "channel",
                "version",
                "days",
                "margin_days",
                "months",
                "confirmed",
                "changed_at",
                "changed_by",
                "cursor",
                "judged",
                "moved",
                "removed",
                "heartbeat_at",
                "finished_at",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    margin_days = models.PositiveIntegerField()
    months = models.PositiveIntegerField(null=True)
    confirmed = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cursor = models.UUIDField(null=True)
    judged = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """Versions count up for each marketplace of a shop."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "channel", "version"],
                name="compliance_policy_version",
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="compliance_policy_seller_id"
            ),
            models.CheckConstraint(
                condition=models.Q(margin_days__lt=models.F("days")),
                name="compliance_policy_margin",
            ),
        ]
