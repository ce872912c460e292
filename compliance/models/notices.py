"""Notices to owners: what they must know, since when, and whether it was mailed."""

from django.db import models
from django.db.models import Q

from sellers.models import SellerOwned
from vault.privacy import Privacy
from vault.rows import new_id


class NoticeKind(models.TextChoices):
    """What a notice is about."""

    PAST_LIMIT = "past-limit", "past the limit"
    SILENT_SWEEP = "silent-sweep", "silent sweep"
    FAILED_RATCHET = "failed-ratchet", "the day's root could not be turned"
    CLOCK = "clock", "clock not trusted"
    HOLD_ENDING = "hold-ending", "hold ends in 3 days"
    RULE_REVIEW = "rule-review", "standing rule to review"
    CERTIFICATE = "certificate-ending", "certificate of holds ends in 30 days"
    MACHINE_OFF = "machine-off", "machine was off for longer than the margin"
    STUCK_ROW = "stuck-row", "a row could not be purged in three tries"
    TEST_BUYER = "test-buyer", "the test buyer was opened"


class Notice(SellerOwned):
    """One thing that the owners of a shop must know; open until ``closed_at`` (UTC).

    ``about`` is what it is about where there may be several: the label of a hold, say.
    ``facts`` are numbers, days and plain words for its sentence, never personal data.
    ``mailed_at`` is when it last left for an owner, ``tried_at`` when that was last
    tried; ``missed`` are the people whom it did not reach: they are tried again.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "kind",
                "about",
                "facts",
                "opened_at",
                "mailed_at",
                "tried_at",
                "missed",
                "closed_at",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    about = models.CharField(max_length=60, blank=True, default="")
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    missed = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """One open notice of a kind and about one thing."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "kind", "about"],
                condition=Q(closed_at__isnull=True),
                name="compliance_notice_open",
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="compliance_notice_seller_id"
            ),
        ]
