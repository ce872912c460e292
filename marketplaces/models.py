"""Imports of files."""

from django.db import models

from sellers.models import SellerOwned
from vault.privacy import Privacy
from vault.rows import new_id


class ImportRun(SellerOwned):
    """One import of an order file: counts only, the file is not kept.

    ``file_name`` is kind and short hash: a file's own name may hold personal data.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "file_name",
                "kind",
                "encoding",
                "started_at",
                "ended_at",
                "rows",
                "orders",
                "lines",
                "created",
                "updated",
                "unchanged",
                "rejected",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file_name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=60)
    encoding = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    class Meta:
        """Runs are listed by seller, newest first."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "id"], name="marketplaces_import_seller_id"
            )
        ]
        indexes = [
            models.Index(
                fields=["seller", "-started_at"], name="marketplaces_import_last"
            )
        ]
