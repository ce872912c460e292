"""How far an import is, and why it or its file came to an end."""

from django.db import models


class RunState(models.TextChoices):
    """The states of an import, in the order in which they come."""

    CHECKING = "checking", "waits for its check"
    CHECKED = "checked", "checked"
    REFUSED = "refused", "refused whole"
    QUEUED = "queued", "waits to run"
    RUNNING = "running", "running"
    FINISHED = "finished", "finished"
    STOPPED = "stopped", "stopped"
    ENDED_EARLY = "ended-early", "ended early"
    DROPPED = "dropped", "deleted without an import"


class What(models.TextChoices):
    """What a file brings."""

    ORDERS = "orders", "orders"
    EVENTS = "carrier-events", "carrier events"


class DayOrder(models.TextChoices):
    """How a file writes days of three numbers; empty: as each one says by itself."""

    CERTAIN = "", "only what reads one way"
    DAY_FIRST = "day-first", "day first"
    MONTH_FIRST = "month-first", "month first"


class Part(models.TextChoices):
    """What the pieces of a file make up: what came, or the rows that were rejected."""

    UPLOAD = "upload", "upload"
    REJECTED = "rejected", "rejected rows"


class Why(models.TextChoices):
    """Why an import stopped early, or why its file was deleted."""

    PERSON = "person", "a person said so"
    RIGHT_TAKEN = "right-taken", "the right to import was taken away"
    SWAPPED = "swapped", "the file is not the one that was checked"
    UNREADABLE = "unreadable", "the sealed file does not open"
    EXPIRED = "expired", "its time was over"
    REFUSED = "refused", "refused whole"
    IMPORTED = "imported", "imported"
    NO_WORKER = "no-worker", "the worker died"
    FAILED = "failed", "the portal failed"


#: States from which an import can be started, or started again for the rest.
STARTABLE = frozenset({RunState.CHECKED, RunState.STOPPED, RunState.ENDED_EARLY})
#: States in which a page is worth asking again.
MOVING = frozenset({RunState.CHECKING, RunState.QUEUED, RunState.RUNNING})
