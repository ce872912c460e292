"""Purge records and runs of the sweep."""

from django.db import models

from sellers.models import SellerOwned
from vault.privacy import Privacy
from vault.rows import new_id


class PurgeRecord(SellerOwned):
    """The record that a shop's buyers due on one UTC day were destroyed.

    ``root`` is the RFC 6962 Merkle root over the ids of the orders, sorted: an order's
    own proof is an inclusion proof in it. ``part`` is 1, and more only where rows of a
    day turned up after its record.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "number",
                "day",
                "part",
                "orders",
                "fields",
                "root",
                "key_fingerprint",
                "key_destroyed_at",
                "recorded_at",
                "removed_at",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField()
    day = models.DateField()
    part = models.PositiveIntegerField(default=1)
    orders = models.PositiveIntegerField()
    fields = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    key_fingerprint = models.CharField(max_length=16)
    key_destroyed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """One record a shop, day and part; numbers count up within the shop."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "day", "part"], name="compliance_record_day"
            ),
            models.UniqueConstraint(
                fields=["seller", "number"], name="compliance_record_number"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="compliance_record_seller_id"
            ),
        ]

    @property
    def label(self) -> str:
        """Return the record's name on screens, such as ``P-0602``."""
        return f"P-{self.number:04d}"


class SweepRun(models.Model):
    """One run of the sweep. Belongs to no seller; holds counts only.

    ``waiting`` says why nothing was destroyed though something was due, or is empty;
    ``doubted``: it is the clock that nothing confirmed. ``word``: a person said that
    the clock is right. ``failed`` counts the shops at which a step failed.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "started_at",
                "ended_at",
                "days_destroyed",
                "purged",
                "overdue",
                "waiting",
                "doubted",
                "word",
                "failed",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    days_destroyed = models.PositiveIntegerField(default=0)
    purged = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    waiting = models.CharField(max_length=300, blank=True)
    doubted = models.BooleanField(default=False)
    word = models.BooleanField(default=False)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        """The last run is asked for on every page."""

        indexes = [models.Index(fields=["-started_at"], name="compliance_sweep_last")]
