"""Certificates of deletion: what is left of a shop for the people who owned it."""

from django.db import models

from sellers.models.owned import SellerOwned
from sellers.models.people import Person
from vault.privacy import Privacy
from vault.rows import new_id


class DeletionCertificate(SellerOwned):
    """One for each owner of a shop that leaves the portal. Instants are in UTC.

    Made when an owner asks (``asked``: this one did), with ``text`` still empty.
    ``counts`` are the rows deleted so far by table, ``last_key_on`` the day on which
    the last key dies that ever sealed a value of the shop. ``text`` is the signed
    certificate; it is kept until ``ends_on``.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "person",
                "asked",
                "asked_at",
                "last_key_on",
                "counts",
                "ended_at",
                "mailed_at",
                "ends_on",
                "text",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    last_key_on = models.DateField(null=True)
    counts = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    ends_on = models.DateField(null=True)
    text = models.TextField(blank=True, default="")

    class Meta:
        """One for each owner; a person's own are found by the person."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "person"], name="sellers_certificate_once"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="sellers_certificate_seller_id"
            ),
        ]
