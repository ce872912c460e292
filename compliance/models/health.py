"""Heartbeats, and the exposure of a shop as last measured."""

from django.db import models

from sellers.models import SellerOwned
from vault.privacy import Privacy
from vault.rows import new_id


class Heartbeat(models.Model):
    """When a process of the portal last wrote that it lives: ``worker``, ``beat``."""

    privacy = Privacy(plain=frozenset({"process", "at"}))

    process = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()


class ExposureMeasure(SellerOwned):
    """The exposure of one shop as last measured: counts and days, never a buyer.

    Staff read this row and nothing of the tables that it was counted from.
    """

    privacy = Privacy(plain=frozenset({"id", "seller", "measured_at", "figures"}))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measured_at = models.DateTimeField()
    figures = models.JSONField(default=dict)

    class Meta:
        """One row a shop."""

        constraints = [
            models.UniqueConstraint(fields=["seller"], name="compliance_measure_once"),
            models.UniqueConstraint(
                fields=["seller", "id"], name="compliance_measure_seller_id"
            ),
        ]
