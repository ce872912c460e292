"""The sweep: destroy the keys that are due, write the records, delete the rows.

Idempotent and killable at any step. Beat, cron, the start of any process and the first
request of a day only say "sweep now"; what is due stands in rows. What fails holds up
nothing else: it is named, and the next sweep tries again.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import OperationalError

from compliance.declarations import move_on, remove_early
from compliance.models import SweepRun
from compliance.queries.due import due_orders
from compliance.services.archive_ends import keep_archive
from compliance.services.gaps import note_gap
from compliance.services.guard import reason_to_wait
from compliance.services.isolation import for_each_shop
from compliance.services.measuring import measure_exposure
from compliance.services.purging import purge_seller
from vault.context import SYSTEM, seller_scope
from vault.days import DayBusy, ProbeStillOpens, destroy_day, due_days, open_days
from vault.faults import KEYSTORE_FAILURES, FaultPoint, no_fault
from vault.loss import note_lost_keys
from vault.turning import expect_turn, turn_root

logger = logging.getLogger(__name__)

#: The sentence of a run is at most this long.
WORDS = 300
UNREADABLE = (
    "The keystore cannot be read: the keys that are due stay until the next sweep "
    "that can read it"
)
UNWRITABLE = (
    "The keystore cannot be written, so the keys that are due stay until the next "
    "sweep that can; the log of the operator says what the disk answered"
)


@dataclass(slots=True)
class SweepResult:
    """What a sweep did. ``overdue``: orders whose day has begun, key still there.

    ``waiting``: why keys that are due stay, as a sentence; ``failed``: shops at which
    a step failed.
    """

    days_destroyed: list[date] = field(default_factory=list)
    purged: int = 0
    overdue: int = 0
    waiting: str = ""
    failed: set[UUID] = field(default_factory=set)


def sweep(
    *,
    seller_ids: Iterable[UUID],
    now: datetime,
    clock_is_right: bool = False,
    fault: Callable[[FaultPoint], None] = no_fault,
) -> SweepResult:
    """Do what is due at ``now`` (UTC) for the sellers; return what was done."""
    sellers, result = list(seller_ids), SweepResult()
    note_gap(now=now)
    fault(FaultPoint.GAP_NOTED)
    run = SweepRun.objects.create(started_at=now, word=clock_is_right)
    fault(FaultPoint.RUN_WRITTEN)
    result.waiting = reason_to_wait(now=now, clock_is_right=clock_is_right)
    doubted = bool(result.waiting)
    each = partial(_for_shops, sellers=sellers, now=now, result=result, fault=fault)
    # Before any key goes; also on a doubted clock, since evidence alone moves a day.
    each(act=move_on, point=FaultPoint.MOVED_ON)
    if not doubted:
        _tend_keys(sellers=sellers, now=now, result=result, fault=fault)
        each(act=remove_early, point=FaultPoint.REMOVED_EARLY)
        each(act=keep_archive, point=FaultPoint.ARCHIVE_KEPT)
    _serve_shops(sellers=sellers, now=now, result=result, fault=fault)
    SweepRun.objects.filter(id=run.id).update(
        ended_at=now,
        days_destroyed=len(result.days_destroyed),
        purged=result.purged,
        overdue=result.overdue,
        waiting=result.waiting[:WORDS],
        doubted=doubted,
        failed=len(result.failed),
    )
    fault(FaultPoint.RUN_ENDED)
    return result


def destroy_due_days(
    *,
    now: datetime,
    fault: Callable[[FaultPoint], None] = no_fault,
    wait_seconds: int = 60,
) -> tuple[list[date], str]:
    """Destroy the keys of all days that have begun; return the days, and what waits."""
    done: list[date] = []
    try:
        days = due_days(today=now.date())
        if days:
            expect_turn(now=now)
            fault(FaultPoint.TURN_EXPECTED)
        for day in days:
            gone = destroy_day(day=day, now=now, fault=fault, wait_seconds=wait_seconds)
            done += [day] if gone else []
    except (DayBusy, ProbeStillOpens) as error:
        logger.warning("sweep: %s", error)
        return done, str(error)
    except KEYSTORE_FAILURES as error:
        return done, _keystore_waits(error)
    return done, ""


def sweep_keys_if_due(*, now: datetime, wait_seconds: int = 1) -> None:
    """Destroy due keys on the first sign of life of a process; rows follow later.

    Short on purpose, since it runs inside a request: a day that is held open, or a
    database that does not answer, is left to the next sweep. Nothing past its day
    opens meanwhile.
    """
    try:
        note_gap(now=now)
        if due_days(today=now.date()) and not reason_to_wait(
            now=now, clock_is_right=False
        ):
            destroy_due_days(now=now, wait_seconds=wait_seconds)
    except OperationalError:
        logger.warning("sweep: the database did not answer; the next sweep follows")


def overdue_orders(*, seller_ids: Iterable[UUID], today: date) -> int:
    """Return how many orders are due while their key still exists."""
    total = 0
    for seller_id in seller_ids:
        with seller_scope(seller_id=seller_id, actor=SYSTEM):
            groups = due_orders(seller_id=seller_id, today=today)
        total += sum(group.orders for group in groups if not group.key_destroyed)
    return total


def _tend_keys(
    *,
    sellers: list[UUID],
    now: datetime,
    result: SweepResult,
    fault: Callable[[FaultPoint], None],
) -> None:
    """Destroy what is due, turn the day's root, make days, notice what is lost."""
    result.days_destroyed, result.waiting = destroy_due_days(now=now, fault=fault)
    turn_root(now=now, fault=fault)
    try:
        open_days(today=now.date())
        fault(FaultPoint.DAYS_OPENED)
        note_lost_keys(seller_ids=sellers, now=now)
        fault(FaultPoint.LOST_NOTED)
    except KEYSTORE_FAILURES as error:
        result.waiting = result.waiting or _keystore_waits(error)


def _for_shops(
    *,
    act: Callable[..., object],
    point: FaultPoint,
    sellers: list[UUID],
    now: datetime,
    result: SweepResult,
    fault: Callable[[FaultPoint], None],
) -> None:
    """Do one step shop by shop; one that fails holds up no other."""

    def one(seller_id: UUID) -> int:
        act(seller_id=seller_id, now=now)
        fault(point)
        return 0

    for_each_shop(seller_ids=sellers, act=one, failed=result.failed)


def _serve_shops(
    *,
    sellers: list[UUID],
    now: datetime,
    result: SweepResult,
    fault: Callable[[FaultPoint], None],
) -> None:
    """Purge, count and measure shop by shop; one that fails holds up no other."""

    def purge(seller_id: UUID) -> int:
        return purge_seller(
            seller_id=seller_id, now=now, failed=result.failed, fault=fault
        )

    def overdue(seller_id: UUID) -> int:
        return overdue_orders(seller_ids=[seller_id], today=now.date())

    def measure(seller_id: UUID) -> int:
        measure_exposure(seller_id=seller_id, now=now)
        fault(FaultPoint.SHOP_MEASURED)
        return 0

    failed = result.failed
    result.purged = for_each_shop(seller_ids=sellers, act=purge, failed=failed)
    result.overdue = for_each_shop(seller_ids=sellers, act=overdue, failed=failed)
    for_each_shop(seller_ids=sellers, act=measure, failed=failed)


def _keystore_waits(error: Exception) -> str:
    """Log what failed, and return the sentence for people, which names no folder."""
    logger.warning("sweep: %s: %s", type(error).__name__, error)
    return UNWRITABLE if isinstance(error, OSError) else UNREADABLE
