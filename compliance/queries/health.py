"""Whether the purge is on time and the processes live: facts for the alarm."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from compliance.alarms import SILENT_AFTER
from compliance.models import Heartbeat, SweepRun
from vault.models import DayState, PurgeDay
from vault.turning import root_turned

#: A process that lives writes every 10 seconds, so this is four heartbeats missed.
PROCESS_SILENT_AFTER = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class PurgeHealth:
    """Each field by its own facts. ``last_good_sweep`` is in UTC.

    ``overdue`` counts purge days, not orders: days whose key should be gone.
    ``root_turned``: the keystore has the day's new root, or the day is too young to
    ask; ``failed`` counts the shops at which the last sweep failed.
    """

    last_good_sweep: datetime | None
    sweep_ok: bool
    overdue: int
    root_turned: bool
    failed: int
    worker: bool
    beat: bool
    watch: bool

    @property
    def ok(self) -> bool:
        """Tell whether nothing keeps the purge from being on time.

        A silent worker, beat or watch is none of it: as long as sweeps come, from cron
        or a command, days are done.
        """
        on_time = self.sweep_ok and self.overdue == 0
        return on_time and self.root_turned and self.failed == 0


def purge_health(*, now: datetime) -> PurgeHealth:
    """Ask the rows; ``now`` is in UTC. Counts and instants, of no shop."""
    last = last_good_sweep(now=now)
    begun = (now - SILENT_AFTER).date()
    days = PurgeDay.objects.filter(day__lte=begun).exclude(state=DayState.DESTROYED)
    lives = dict(Heartbeat.objects.values_list("process", "at"))
    return PurgeHealth(
        last_good_sweep=last,
        sweep_ok=last is not None and now - last <= SILENT_AFTER,
        overdue=days.count(),
        root_turned=root_turned(on=begun),
        failed=_failed_shops(now),
        worker=_lives(lives.get("worker"), now),
        beat=_lives(lives.get("beat"), now),
        watch=_lives(lives.get("watch"), now),
    )


def last_good_sweep(*, now: datetime) -> datetime | None:
    """Return when a sweep last ended that did not have to wait.

    One from a time to come, after a clock was turned back, is no sign of life.
    """
    runs = SweepRun.objects.filter(waiting="", ended_at__lte=now)
    return runs.order_by("-ended_at").values_list("ended_at", flat=True).first()


def _failed_shops(now: datetime) -> int:
    runs = SweepRun.objects.filter(ended_at__lte=now).order_by("-ended_at")
    return runs.values_list("failed", flat=True).first() or 0


def _lives(at: datetime | None, now: datetime) -> bool:
    return at is not None and abs(now - at) <= PROCESS_SILENT_AFTER
