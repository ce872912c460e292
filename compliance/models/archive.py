"""The seller's certificate, and the items that are sealed to it."""

from django.db import models

from compliance.models.holds import Hold
from compliance.models.standing import StandingRule
from sellers.models import Person, SellerOwned
from vault.certificates import certificate_name
from vault.privacy import Privacy
from vault.rows import SellerForeignKey, new_id


class HoldCertificate(SellerOwned):
    """A certificate (X.509, PEM) whose private key is in nobody's hands but the shop's.

    Holds are sealed to the latest one. ``sha256`` is the fingerprint of its DER form.
    """

    privacy = Privacy(
        plain=frozenset({"id", "seller", "sha256", "ends_at", "added_at", "added_by"}),
        member=frozenset({"pem"}),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pem = models.TextField(max_length=20_000)
    sha256 = models.CharField(max_length=64)
    ends_at = models.DateTimeField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A certificate is once in a shop."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "sha256"], name="compliance_certificate_once"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="compliance_certificate_seller_id"
            ),
        ]

    @property
    def name(self) -> str:
        """Return whom it is of, as its maker wrote it; "" for nobody."""
        return certificate_name(pem=self.pem)


class ArchiveItem(SellerOwned):
    """Fields of one buyer, sealed to the seller's certificate; the portal cannot open.

    ``cms`` is CMS EnvelopedData (RFC 5652) in DER, ``sha256`` that of these bytes.
    Belongs to a hold or to a standing rule; deleted when ``ends_on`` (UTC) is over.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "hold",
                "rule",
                "certificate",
                "subject_id",
                "fields",
                "sha256",
                "sealed_at",
                "ends_on",
            }
        ),
        archive=frozenset({"cms"}),
        subject="subject_id",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hold = models.ForeignKey(
        Hold,
        on_delete=models.CASCADE,
        null=True,
        related_name="items",
        db_constraint=False,
    )
    rule = models.ForeignKey(
        StandingRule,
        on_delete=models.CASCADE,
        null=True,
        related_name="items",
        db_constraint=False,
    )
    certificate = models.ForeignKey(
        HoldCertificate,
        on_delete=models.CASCADE,
        related_name="items",
        db_constraint=False,
    )
    subject_id = models.UUIDField()
    fields = models.JSONField(default=list)
    cms = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    ends_on = models.DateField()

    class Meta:
        """One item an order and hold or rule; what has ended is found by its day."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "hold", "subject_id"], name="compliance_item_hold"
            ),
            models.UniqueConstraint(
                fields=["seller", "rule", "subject_id"], name="compliance_item_rule"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="compliance_item_seller_id"
            ),
            SellerForeignKey(
                column="hold_id", to="compliance.Hold", name="compliance_item_hold_key"
            ),
            SellerForeignKey(
                column="rule_id",
                to="compliance.StandingRule",
                name="compliance_item_rule_key",
            ),
            SellerForeignKey(
                column="certificate_id",
                to="compliance.HoldCertificate",
                name="compliance_item_certificate",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "ends_on"], name="compliance_item_end"),
            models.Index(
                fields=["seller", "subject_id"], name="compliance_item_subject"
            ),
            models.Index(
                fields=["seller", "rule", "id"],
                condition=models.Q(rule__isnull=False),
                name="compliance_item_rule_page",
            ),
        ]
