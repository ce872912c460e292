"""The sweep: destroy the keys that are due, write the records, delete the rows.

Idempotent and killable at any step. Beat, cron, the start of any process and the first
request of a day only say "sweep now"; what is due stands in rows.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import OperationalError, transaction

from compliance.declarations import remove_early
from compliance.models import SweepRun
from compliance.queries.due import due_orders
from compliance.services.guard import reason_to_wait
from compliance.services.measuring import measure_exposure
from compliance.services.purging import purge_seller
from vault.context import SYSTEM, seller_scope
from vault.days import DayBusy, ProbeStillOpens, destroy_day, due_days, open_days
from vault.faults import FaultPoint, KeystoreDamaged, KeystoreMissing, no_fault
from vault.loss import note_lost_keys

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class SweepResult:
    """What a sweep did. ``overdue``: orders whose day has begun, key still there."""

    days_destroyed: list[date] = field(default_factory=list)
    purged: int = 0
    overdue: int = 0
    waiting: str = ""


def sweep(
    *,
    seller_ids: Iterable[UUID],
    now: datetime,
    clock_is_right: bool = False,
    fault: Callable[[FaultPoint], None] = no_fault,
) -> SweepResult:
    """Do what is due at ``now`` (UTC) for the sellers; return what was done."""
    sellers, result, today = list(seller_ids), SweepResult(), now.date()
    run = SweepRun.objects.create(started_at=now)
    result.waiting = reason_to_wait(now=now, clock_is_right=clock_is_right)
    if not result.waiting:
        result.days_destroyed, result.waiting = destroy_due_days(now=now, fault=fault)
        open_days(today=today)
        note_lost_keys(seller_ids=sellers, now=now)
        for seller_id in sellers:
            remove_early(seller_id=seller_id, now=now)
    for seller_id in sellers:
        result.purged += purge_seller(seller_id=seller_id, now=now, fault=fault)
    result.overdue = overdue_orders(seller_ids=sellers, today=today)
    measure_exposure(seller_ids=sellers, now=now)
    SweepRun.objects.filter(id=run.id).update(
        ended_at=now,
        days_destroyed=len(result.days_destroyed),
        purged=result.purged,
        overdue=result.overdue,
        waiting=result.waiting,
    )
    return result


def destroy_due_days(
    *,
    now: datetime,
    fault: Callable[[FaultPoint], None] = no_fault,
    wait_seconds: int = 60,
) -> tuple[list[date], str]:
    """Destroy the keys of all days that have begun; return the days, and what waits."""
    done: list[date] = []
    for day in due_days(today=now.date()):
        try:
            if destroy_day(day=day, now=now, fault=fault, wait_seconds=wait_seconds):
                done.append(day)
        except DayBusy as error:
            logger.warning("sweep: %s", error)
            return done, str(error)
    return done, ""


def sweep_keys_if_due(*, now: datetime) -> None:
    """Destroy due keys on the first sign of life of a process; rows follow later.

    Short on purpose, since it runs inside a request: a day that is held open, or a
    database that does not answer, is left to the next sweep. Nothing past its day
    opens meanwhile.
    """
    try:
        if due_days(today=now.date()) and not reason_to_wait(
            now=now, clock_is_right=False
        ):
            destroy_due_days(now=now, wait_seconds=1)
    except OperationalError:
        logger.warning("sweep: the database did not answer; the next sweep follows")
    except (KeystoreMissing, KeystoreDamaged, ProbeStillOpens) as error:
        logger.warning("sweep: %s", error)


def overdue_orders(*, seller_ids: Iterable[UUID], today: date) -> int:
    """Return how many orders are due while their key still exists."""
    total = 0
    for seller_id in seller_ids:
        with transaction.atomic(), seller_scope(seller_id=seller_id, actor=SYSTEM):
            total += sum(
                group.orders
                for group in due_orders(seller_id=seller_id, today=today)
                if not group.key_destroyed
            )
    return total
