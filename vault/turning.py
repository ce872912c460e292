"""The daily root: each UTC day the keystore's secrets come under a new one.

Whoever copied the keystore's folder yesterday holds a root that opens yesterday's
copy alone. A day whose key was destroyed has its new root already, since destroying
turns it; on any other day the ratchet does. Each day's turn is written down.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from vault.faults import KEYSTORE_FAILURES, FaultPoint, no_fault
from vault.keys import data_keys
from vault.models import RootTurn

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FailedTurn:
    """A UTC day without a new root: how often and when it was tried, and what failed.

    ``error`` is the name of the error's class; ``failed_at`` is in UTC.
    """

    day: date
    tries: int
    failed_at: datetime
    error: str


def expect_turn(*, now: datetime) -> None:
    """Write which root the UTC day of ``now`` needs, before anything turns it.

    The number tells later whether a destruction, or a sweep that died, has turned the
    root already. Raises what the keystore raises where it cannot be read.
    """
    day = now.date()
    if RootTurn.objects.filter(day=day, epoch__isnull=False).exists():
        return
    epoch = data_keys().keystore.epoch + 1
    turn, _made = RootTurn.objects.get_or_create(day=day, defaults={"epoch": epoch})
    RootTurn.objects.filter(day=turn.day, epoch=None).update(epoch=epoch)


def turn_root(*, now: datetime, fault: Callable[[FaultPoint], None] = no_fault) -> bool:
    """Give the UTC day of ``now`` its new root, once; tell whether it has one.

    Idempotent and killable at any step. A keystore that fails stops nobody: the
    failure is written down, and the next sweep tries again.
    """
    try:
        expect_turn(now=now)
        _turn_once(now=now, fault=fault)
    except KEYSTORE_FAILURES as error:
        logger.warning("sweep: the root of %s was not turned: %s", now.date(), error)
        _note_failure(now=now, error=type(error).__name__)
        return False
    fault(FaultPoint.TURN_RECORDED)
    return True


def failed_turns(*, since: date) -> tuple[FailedTurn, ...]:
    """Return the days from ``since`` (UTC) whose turn failed and was never made up."""
    rows = RootTurn.objects.filter(
        day__gte=since, turned_at=None, failed_at__isnull=False
    ).order_by("day")
    return tuple(
        FailedTurn(
            day=row.day, tries=row.tries, failed_at=row.failed_at, error=row.error
        )
        for row in rows
        if row.failed_at is not None
    )


def root_turned(*, on: date) -> bool:
    """Tell whether the root was turned on a day (UTC) or a later one."""
    return RootTurn.objects.filter(day__gte=on, turned_at__isnull=False).exists()


def latest_failure() -> FailedTurn | None:
    """Return the failure of the latest day, if its turn failed and waits still."""
    row = RootTurn.objects.order_by("-day").first()
    if row is None or row.turned_at is not None or row.failed_at is None:
        return None
    return FailedTurn(row.day, row.tries, row.failed_at, row.error)


def last_turn() -> RootTurn | None:
    """Return the last day's turn that was made; None where there was none yet."""
    return RootTurn.objects.filter(turned_at__isnull=False).order_by("-day").first()


def _turn_once(*, now: datetime, fault: Callable[[FaultPoint], None]) -> None:
    """Turn the root and record it; two sweeps at once turn it once."""
    keystore = data_keys().keystore
    with transaction.atomic():
        turn = RootTurn.objects.select_for_update().get(day=now.date())
        if turn.turned_at is not None:
            return
        if turn.epoch is None or keystore.epoch < turn.epoch:
            keystore.ratchet()
            fault(FaultPoint.ROOT_TURNED)
        RootTurn.objects.filter(day=turn.day).update(
            epoch=keystore.epoch, turned_at=now, tries=F("tries") + 1
        )


def _note_failure(*, now: datetime, error: str) -> None:
    RootTurn.objects.get_or_create(day=now.date())
    RootTurn.objects.filter(day=now.date(), turned_at=None).update(
        tries=F("tries") + 1, failed_at=now, error=error
    )
