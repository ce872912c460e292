"""A job that records for many orders what a person says of them all."""

from django.db import models

from orders.enums import JobState
from sellers.models import Person, SellerOwned
from vault.privacy import Privacy
from vault.rows import new_id


class Said(models.TextChoices):
    """What is recorded: the orders still wait, or they were cancelled."""

    UNSHIPPED = "unshipped", "not shipped yet"
    CANCELLED = "cancelled", "cancelled"


class EvidenceRun(SellerOwned):
    """One selection of orders and what became of it. Instants are in UTC.

    ``said`` is what is recorded of them, as at ``asked_at``.

    ``view``, ``text`` and ``asked_at`` say which orders are meant: those of a view of
    the list at that instant, with a search that found them. What is done so far ends
    at the order of ``after_at`` and ``after_id``. ``claim`` names the task that runs
    it. ``why_not`` counts the orders that could not take it by reason;
    ``refused_first`` names the first of them: numbers of orders, no buyer's value.
    ``first_day`` is the first on which one of their buyers leaves, ``last_key_on`` the
    last day of the keys that ever sealed a buyer of the cancelled ones.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "started_by",
                "said",
                "state",
                "view",
                "text",
                "asked_at",
                "heartbeat_at",
                "stop_wanted_at",
                "ended_at",
                "claim",
                "after_at",
                "after_id",
                "total",
                "done",
                "recorded",
                "moved",
                "first_day",
                "last_key_on",
                "why_not",
                "refused_first",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    started_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    said = models.CharField(max_length=10, choices=Said.choices, default=Said.UNSHIPPED)
    state = models.CharField(max_length=12, choices=JobState.choices)
    view = models.CharField(max_length=20, blank=True, default="")
    text = models.CharField(max_length=80, blank=True, default="")
    asked_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    stop_wanted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    after_at = models.DateTimeField(null=True)
    after_id = models.UUIDField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    recorded = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    first_day = models.DateField(null=True)
    last_key_on = models.DateField(null=True)
    why_not = models.JSONField(default=dict)
    refused_first = models.JSONField(default=list)

    class Meta:
        """What still moves is found by its state."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "id"], name="orders_evidence_seller_id"
            )
        ]
        indexes = [
            models.Index(
                fields=["seller", "heartbeat_at"],
                condition=models.Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="orders_evidence_moving",
            )
        ]
