"""Standing tax rules: a law that needs some fields of every order of a country."""

from django.db import models

from sellers.models import Person, SellerOwned
from vault.privacy import Privacy
from vault.rows import new_id


class OrderKind(models.TextChoices):
    """Which orders a standing tax rule is about."""

    ANY = "any", "every order"
    BUSINESS = "business", "orders with a buyer's tax id"


class StandingRule(SellerOwned):
    """A tax law that needs some fields of every order of a country for years.

    ``country`` is as the marketplace writes it (ISO 3166-1 alpha-2). Approved once, as
    a hold is, then reviewed every year: ``review_on`` is when next (UTC).
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "number",
                "country",
                "kind",
                "fields",
                "years",
                "placed_at",
                "placed_by",
                "alone",
                "approved_at",
                "approved_by",
                "withdrawn_at",
                "review_on",
                "reviewed_at",
                "reviewed_by",
                "ended_at",
                "ended_by",
            }
        ),
        member=frozenset({"law"}),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField()
    country = models.CharField(max_length=2)
    kind = models.CharField(
        max_length=10, choices=OrderKind.choices, default=OrderKind.ANY
    )
    law = models.CharField(max_length=300)
    fields = models.JSONField(default=list)
    years = models.PositiveIntegerField()
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    alone = models.BooleanField(default=False)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    review_on = models.DateField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """Numbers count up within the shop."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "number"], name="compliance_rule_number"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="compliance_rule_seller_id"
            ),
        ]

    @property
    def label(self) -> str:
        """Return the rule's name on screens, such as ``T-0003``."""
        return f"T-{self.number:04d}"
