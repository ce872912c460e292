"""How long the machine was off, and which margin would have covered it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from compliance.alarms import WIDER_MARGIN
from compliance.models import MachineGap, SweepRun

#: Gaps are looked at this far back.
LOOKED_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without a sign of life, in UTC."""

    began_at: datetime
    ended_at: datetime

    @property
    def length(self) -> timedelta:
        """Return how long nobody lived."""
        return self.ended_at - self.began_at


def gaps(*, since: datetime, now: datetime) -> QuerySet[MachineGap]:
    """Return gaps that ended from ``since`` until ``now`` (UTC), the latest first.

    One in whose midst a sweep ran is none: the clock had jumped, and came back.
    """
    inside = SweepRun.objects.filter(
        started_at__gt=OuterRef("began_at"), started_at__lt=OuterRef("ended_at")
    )
    found = MachineGap.objects.filter(ended_at__gte=since, ended_at__lte=now)
    return found.exclude(Exists(inside)).order_by("-ended_at")


def longest_gap(*, since: datetime, now: datetime) -> Gap | None:
    """Return the longest gap from ``since`` until ``now``; None where there is none."""
    found = gaps(since=since, now=now).annotate(took=F("ended_at") - F("began_at"))
    row = found.order_by("-took").first()
    return Gap(row.began_at, row.ended_at) if row else None


def proposed_margin(*, now: datetime, margin_days: int) -> int | None:
    """Return the margin in days to be proposed to a shop that has ``margin_days``.

    None where the one it has covered every gap of the last 90 days: a key due in a
    gap dies when the first process is back, and the margin is what it may be late.
    """
    gap = longest_gap(since=now - LOOKED_BACK, now=now)
    if gap is None or gap.length <= timedelta(days=margin_days):
        return None
    return WIDER_MARGIN if margin_days < WIDER_MARGIN else None
