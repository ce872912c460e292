"""The rows of the vault: purge days, turned roots, lost keys, the ledger."""

from django.db import models
from django.db.models import Q

from vault.privacy import Privacy
from vault.rows import new_id


class KeystoreMark(models.Model):
    """Which keystore this database belongs to; at most one row."""

    privacy = Privacy(plain=frozenset({"id", "identity", "made_at"}))

    id = models.SmallIntegerField(primary_key=True, default=1)
    identity = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        """One row, held by a constraint."""

        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="vault_one_keystore_mark")
        ]


class DayState(models.TextChoices):
    """How far the destruction of a day's key is."""

    OPEN = "open", "open"
    CLOSING = "closing", "closing"
    DESTROYED = "destroyed", "destroyed"


class PurgeDay(models.Model):
    """One UTC day on which data keys die. Belongs to no seller.

    Who seals for the day holds its row FOR SHARE until commit; who destroys its key
    takes it FOR UPDATE. ``probe`` is a value that opens as long as the key exists.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "day",
                "state",
                "probe",
                "fingerprint",
                "closing_at",
                "destroyed_at",
                "probe_dead_at",
            }
        )
    )

    day = models.DateField(primary_key=True)
    state = models.CharField(
        max_length=10, choices=DayState.choices, default=DayState.OPEN
    )
    probe = models.BinaryField()
    fingerprint = models.CharField(max_length=16)
    closing_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    probe_dead_at = models.DateTimeField(null=True)

    class Meta:
        """Destroyed days carry the instant, the others do not."""

        constraints = [
            models.CheckConstraint(
                condition=Q(state=DayState.DESTROYED, destroyed_at__isnull=False)
                | (~Q(state=DayState.DESTROYED) & Q(destroyed_at__isnull=True)),
                name="vault_destroyed_has_instant",
            )
        ]


class RootTurn(models.Model):
    """The new root of the keystore on one UTC day. Belongs to no seller.

    ``epoch`` is the root that the day needs until ``turned_at`` says that it is there;
    then the root that was in force. ``tries`` and ``failed_at`` count what failed,
    ``error`` is the name of the last failure's class.
    """

    privacy = Privacy(
        plain=frozenset({"day", "epoch", "turned_at", "tries", "failed_at", "error"})
    )

    day = models.DateField(primary_key=True)
    epoch = models.BigIntegerField(null=True)
    turned_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        """A turned root has its number."""

        constraints = [
            models.CheckConstraint(
                condition=Q(turned_at__isnull=True) | Q(epoch__isnull=False),
                name="vault_turned_has_epoch",
            )
        ]


class LostKey(models.Model):
    """A secret that was missing without a record of its destruction.

    What was sealed under it before ``found_at`` is lost, not purged.
    """

    privacy = Privacy(plain=frozenset({"id", "day", "lost_seller_id", "found_at"}))

    id = models.UUIDField(primary_key=True, default=new_id)
    day = models.DateField(null=True)
    lost_seller_id = models.UUIDField(null=True)
    found_at = models.DateTimeField()

    class Meta:
        """Either a day or a seller."""

        constraints = [
            models.CheckConstraint(
                condition=Q(day__isnull=True, lost_seller_id__isnull=False)
                | Q(day__isnull=False, lost_seller_id__isnull=True),
                name="vault_lost_day_or_seller",
            )
        ]


class OpeningStop(models.Model):
    """Staff stopped the opening of one seller's buyer data, and why.

    ``reason`` is written by staff for the shop's owner, never about a buyer. Open as
    long as ``resumed_at`` is empty; at most one is open for a seller.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller_id",
                "stopped_at",
                "stopped_by",
                "ticket",
                "resumed_at",
                "resumed_by",
            }
        ),
        member=frozenset({"reason"}),
    )

    id = models.UUIDField(primary_key=True, default=new_id)
    seller_id = models.UUIDField()
    stopped_at = models.DateTimeField()
    stopped_by = models.UUIDField()
    reason = models.CharField(max_length=500)
    ticket = models.CharField(max_length=40, blank=True)
    resumed_at = models.DateTimeField(null=True)
    resumed_by = models.UUIDField(null=True)

    class Meta:
        """One open stop for a seller."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller_id", "id"], name="vault_stop_seller_id"
            ),
            models.UniqueConstraint(
                fields=["seller_id"],
                condition=Q(resumed_at__isnull=True),
                name="vault_one_open_stop",
            ),
        ]


class LedgerEntry(models.Model):
    """One line of a seller's append-only log. No personal data, no foreign keys.

    Requests insert rows without ``seq``; the sequencer numbers and chains them. The
    table refuses every other change (trigger), and the role has no right to delete.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller_id",
                "kind",
                "at",
                "actor_kind",
                "actor_id",
                "subject_id",
                "facts",
                "seq",
                "previous_hash",
                "entry_hash",
            }
        ),
        subject="subject_id",
    )

    id = models.UUIDField(primary_key=True, default=new_id)
    seller_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    seq = models.BigIntegerField(null=True)
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    entry_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        """Indexes for the order's timeline, the sequencer and who saw what."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller_id", "seq"], name="vault_ledger_seq"
            ),
            models.UniqueConstraint(
                fields=["seller_id", "id"], name="vault_ledger_seller_id"
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller_id", "subject_id", "at"], name="vault_ledger_subject"
            ),
            models.Index(fields=["seller_id", "kind", "at"], name="vault_ledger_kind"),
            models.Index(
                fields=["seller_id", "id"],
                condition=Q(seq__isnull=True),
                name="vault_ledger_waiting",
            ),
        ]
