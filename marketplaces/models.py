"""Imports of files, and the sealed pieces of the files while they live."""

from django.db import models

from marketplaces.enums import DayOrder, Part, RunState, What, Why
from sellers.models import Person, SellerOwned
from vault.privacy import Privacy
from vault.rows import SellerForeignKey, new_id


class ImportRun(SellerOwned):
    """One import of an order file: what it is, how far it is, what it did.

    ``file_name`` is kind and short hash: a file's own name may hold personal data. From
    ``expires_at`` on nothing opens the file, whose key dies on ``sealed_on`` (UTC);
    ``file_print`` is a keyed print of its bytes, ``checked_print`` that of the bytes
    that were checked. ``claim`` names the task that runs it. ``plan``, ``first_rows``
    and ``errors`` hold counts, order numbers, goods and codes, never a buyer's value.
    ``what`` the file brings decides who reads it; ``day_order`` and ``time_zone`` say
    how days and times without a zone are read. ``did`` counts what a run changed.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "started_by",
                "what",
                "day_order",
                "time_zone",
                "did",
                "state",
                "file_name",
                "file_bytes",
                "file_print",
                "checked_print",
                "charset",
                "sealed_on",
                "expires_at",
                "deleted_at",
                "kind",
                "encoding",
                "started_at",
                "run_at",
                "ended_at",
                "heartbeat_at",
                "stop_wanted_at",
                "claim",
                "why",
                "says",
                "rows",
                "rows_done",
                "orders",
                "lines",
                "created",
                "updated",
                "unchanged",
                "sealed",
                "rejected",
                "plan",
                "first_rows",
                "errors",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    started_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    what = models.CharField(max_length=20, choices=What.choices, default=What.ORDERS)
    day_order = models.CharField(
        max_length=12, choices=DayOrder.choices, blank=True, default=""
    )
    time_zone = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(
        max_length=12, choices=RunState.choices, default=RunState.FINISHED
    )
    file_name = models.CharField(max_length=120, blank=True)
    file_bytes = models.PositiveBigIntegerField(default=0)
    file_print = models.CharField(max_length=64, blank=True, default="")
    checked_print = models.CharField(max_length=64, blank=True, default="")
    charset = models.CharField(max_length=20, blank=True, default="")
    sealed_on = models.DateField(null=True)
    expires_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=60)
    encoding = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    run_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    stop_wanted_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    why = models.CharField(max_length=12, choices=Why.choices, blank=True, default="")
    says = models.CharField(max_length=400, blank=True, default="")
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    sealed = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    plan = models.JSONField(default=dict)
    did = models.JSONField(default=dict)
    first_rows = models.JSONField(default=list)
    errors = models.JSONField(default=list)

    class Meta:
        """Runs are listed by seller, newest first; files that live are found by end."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "id"], name="marketplaces_import_seller_id"
            )
        ]
        indexes = [
            models.Index(
                fields=["seller", "-started_at", "-id"],
                name="marketplaces_import_newest",
            ),
            models.Index(
                fields=["seller", "expires_at"],
                condition=models.Q(deleted_at__isnull=True, expires_at__isnull=False),
                name="marketplaces_import_alive",
            ),
        ]


class UploadPiece(SellerOwned):
    """One sealed piece of an uploaded file, or of its rejected rows.

    Rows are written once and deleted with the file. A constraint of the table lets
    ``sealed`` hold nothing but sealed pieces.
    """

    privacy = Privacy(
        plain=frozenset({"id", "seller", "run", "part", "number", "last"}),
        file=frozenset({"sealed"}),
        subject="run_id",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="pieces", db_constraint=False
    )
    part = models.CharField(max_length=10, choices=Part.choices)
    number = models.PositiveIntegerField()
    last = models.BooleanField()
    sealed = models.BinaryField()

    class Meta:
        """A piece has one place in its file."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "run", "part", "number"],
                name="marketplaces_piece_place",
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="marketplaces_piece_seller_id"
            ),
            SellerForeignKey(
                column="run_id",
                to="marketplaces.ImportRun",
                name="marketplaces_piece_run",
            ),
        ]
