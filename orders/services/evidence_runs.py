"""Recording one thing for a selection of orders: at once, or as a job in batches.

The row of the job guards. A task claims it; each batch holds it locked, and what was
recorded, what the row counts and how far it is are committed together. So a task that
is delivered twice finds nothing to do, and one that takes over from a dead worker goes
on where that one ended.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from orders.enums import JobState
from orders.models import EvidenceRun, Order
from orders.models.evidence import Said
from orders.models.order import BuyerState
from orders.queries.listing import ListView
from orders.queries.paging import Place, older_than
from orders.queries.selections import Selection, selected
from orders.services.cancelling import record_cancelled
from orders.services.evidence import BATCH, Recorded, WhyNot, record_unshipped
from sellers.models import Person, Seller
from sellers.queries import rights_in
from sellers.roles import Right
from vault.clock import clock
from vault.context import SYSTEM, Actor, current_scope, person_actor, seller_scope
from vault.rows import new_id

#: So many orders are done while the person waits; more are a job.
AT_ONCE: Final = 50
#: So many refused orders are kept by name; all are counted.
NAMED: Final = 200
#: A job that has not moved for so long is nobody's: the worker died.
LEASE: Final = timedelta(minutes=3)
#: A message that nobody has taken for so long is sent again; doing so is harmless.
SEND_AGAIN: Final = timedelta(minutes=2)
#: A job that is over is kept so long, then its search goes with it.
KEPT: Final = timedelta(days=90)
_MOVING: Final = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Claim:
    """A task's hold on a job, and who started it."""

    seller_id: UUID
    run_id: UUID
    token: UUID
    person_id: UUID

    @property
    def actor(self) -> Actor:
        """Return the person who started the job."""
        return person_actor(self.person_id)


def answer_chosen(
    *,
    order_ids: Sequence[UUID],
    person_id: UUID,
    now: datetime,
    said: Said = Said.UNSHIPPED,
) -> EvidenceRun:
    """Record for chosen orders of the shop in scope, `AT_ONCE` at most.

    What is no order of the shop is counted as missing.
    """
    total = len(set(order_ids))
    run = _new_run(person_id=person_id, now=now, total=total, said=said)
    _batch(run, sorted(set(order_ids)), now)
    run.state, run.ended_at = JobState.FINISHED, now
    run.save()
    return run


def answer_view(
    *,
    selection: Selection,
    person_id: UUID,
    now: datetime,
    said: Said = Said.UNSHIPPED,
) -> EvidenceRun:
    """Record for a whole view of the shop in scope: at once where it is small.

    A larger one waits as a job; the caller sends the task once the transaction has
    committed.
    """
    seller_id = current_scope().seller_id
    orders = selected(seller_id=seller_id, selection=selection)
    ids = list(orders.order_by().values_list("id", flat=True)[: AT_ONCE + 1])
    if len(ids) <= AT_ONCE:
        return answer_chosen(order_ids=ids, person_id=person_id, now=now, said=said)
    total = orders.order_by().count()
    run = _new_run(person_id=person_id, now=now, total=total, said=said)
    run.view, run.text, run.asked_at = (
        selection.view.value,
        selection.text,
        selection.asked_at,
    )
    run.save()
    return run


def ask_to_stop(*, run_id: UUID, now: datetime) -> bool:
    """Have a job of the seller in scope stop after its batch; tell whether it moves."""
    run = _locked(seller_id=current_scope().seller_id, run_id=run_id)
    if run is None or run.state not in _MOVING:
        return False
    run.stop_wanted_at = run.stop_wanted_at or now
    if run.state == JobState.QUEUED:
        run.state, run.ended_at = JobState.STOPPED, now
    run.save()
    return True


def run_evidence(*, seller_id: UUID, run_id: UUID) -> None:
    """Do a job: claim it, record batch after batch, finish."""
    mine = claim(seller_id=seller_id, run_id=run_id, now=clock.now())
    if mine is None:
        return
    while _one_batch(mine):
        pass


def claim(*, seller_id: UUID, run_id: UUID, now: datetime) -> Claim | None:
    """Claim a job that waits, or one whose worker has not moved for `LEASE`."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        run = _locked(seller_id=seller_id, run_id=run_id)
        if run is None or run.started_by_id is None or not _is_free(run, now):
            return None
        run.state, run.claim, run.heartbeat_at = JobState.RUNNING, new_id(), now
        run.save()
        return Claim(seller_id, run_id, run.claim, run.started_by_id)


def waiting_runs(*, seller_id: UUID, now: datetime) -> list[UUID]:
    """Return the jobs of a seller whose message is lost, or whose worker died."""
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        rows = EvidenceRun.objects.filter(
            seller_id=seller_id, state__in=_MOVING, heartbeat_at__lt=now - SEND_AGAIN
        )
        return [run.id for run in rows.order_by("id") if _is_free(run, now)]


def clear_runs(*, seller_id: UUID, now: datetime) -> int:
    """Delete a seller's jobs that ended before `KEPT`; return how many.

    The ledger names each order that a job recorded. ``now`` is in UTC.
    """
    over = EvidenceRun.objects.filter(
        seller_id=seller_id, ended_at__lt=now - KEPT
    ).exclude(state__in=_MOVING)
    gone, batch = 0, BATCH
    while batch == BATCH:
        with seller_scope(seller_id=seller_id, actor=SYSTEM):
            ids = list(over.order_by("id").values_list("id", flat=True)[:BATCH])
            EvidenceRun.objects.filter(seller_id=seller_id, id__in=ids).delete()
        batch = len(ids)
        gone += batch
    return gone


def _is_free(run: EvidenceRun, now: datetime) -> bool:
    if run.state == JobState.QUEUED:
        return True
    return run.state == JobState.RUNNING and now - run.heartbeat_at > LEASE


def _one_batch(mine: Claim) -> bool:
    """Record one batch and count it, together; tell whether to go on."""
    with seller_scope(seller_id=mine.seller_id, actor=mine.actor):
        run, now = _locked(seller_id=mine.seller_id, run_id=mine.run_id), clock.now()
        if run is None or run.state != JobState.RUNNING or run.claim != mine.token:
            return False
        if run.stop_wanted_at is not None or not _may_ship(mine, now):
            run.state, run.claim, run.ended_at = JobState.STOPPED, None, now
            run.save()
            return False
        orders = list(_next(run))
        if orders:
            _batch(run, [order.id for order in orders], now)
            run.after_at, run.after_id = orders[-1].purchased_at, orders[-1].id
        else:
            run.state, run.claim, run.ended_at = JobState.FINISHED, None, now
            # Orders that left the view meanwhile, such as those that were shipped.
            run.total = run.done
        run.heartbeat_at = clock.now()
        run.save()
        return bool(orders)


def _next(run: EvidenceRun) -> Sequence[Order]:
    """Return the next orders of a job's view, newest first."""
    zone = ZoneInfo(Seller.objects.get(id=run.seller_id).time_zone)
    selection = Selection(ListView(run.view), run.text, run.asked_at, zone)
    orders = selected(seller_id=run.seller_id, selection=selection)
    if run.after_at is not None and run.after_id is not None:
        orders = older_than(orders=orders, place=Place(run.after_at, run.after_id))
    narrow = orders.only("id", "purchased_at").order_by("-purchased_at", "-id")
    return list(narrow[:BATCH])


def _batch(run: EvidenceRun, order_ids: Sequence[UUID], now: datetime) -> None:
    """Record for some orders, and count on the job's row; the caller saves it."""
    done = _recorded(run, order_ids, now)
    missing = len(order_ids) - len(done.orders) - len(done.refused)
    why = Counter(run.why_not) + Counter(why.value for _, why in done.refused)
    why += Counter({WhyNot.MISSING.value: missing})
    run.why_not = dict(why)
    named = [[o.marketplace_order_id, str(o.id), why.value] for o, why in done.refused]
    run.refused_first = [*run.refused_first, *named][:NAMED]
    _note_days(run, done, now)
    run.done += len(order_ids)
    run.recorded += len(done.orders)
    run.moved += done.moved


def _recorded(run: EvidenceRun, order_ids: Sequence[UUID], now: datetime) -> Recorded:
    """Record what the job says; a cancellation is as old as the person's word."""
    if run.said == Said.CANCELLED:
        return record_cancelled(order_ids=order_ids, cancelled_at=run.asked_at, now=now)
    return record_unshipped(order_ids=order_ids, now=now)


def _note_days(run: EvidenceRun, done: Recorded, now: datetime) -> None:
    """Note when the first buyer leaves and, of cancelled ones, the last key dies."""
    rows = done.orders
    if run.said == Said.CANCELLED:
        rows = [row for row in rows if row.buyer_state == BuyerState.SEALED]
        keys = [row.last_key_on for row in rows if row.last_key_on]
        known = [run.last_key_on] if run.last_key_on else []
        ahead = [day for day in keys if day > now.date()]
        run.last_key_on = max([*known, *ahead], default=None)
        rows = [row for row in rows if row.purge_on > now.date()]
    first = [run.first_day] if run.first_day else []
    run.first_day = min([*first, *(row.purge_on for row in rows)], default=None)


def _new_run(*, person_id: UUID, now: datetime, total: int, said: Said) -> EvidenceRun:
    return EvidenceRun(
        said=said,
        seller_id=current_scope().seller_id,
        started_by_id=person_id,
        state=JobState.QUEUED,
        asked_at=now,
        heartbeat_at=now,
        total=total,
    )


def _may_ship(mine: Claim, now: datetime) -> bool:
    person = Person.objects.get(id=mine.person_id)
    seller = Seller.objects.get(id=mine.seller_id)
    return Right.SHIP_ORDERS in rights_in(person=person, seller=seller, now=now)


def _locked(*, seller_id: UUID, run_id: UUID) -> EvidenceRun | None:
    rows = EvidenceRun.objects.select_for_update()
    return rows.filter(seller_id=seller_id, id=run_id).first()
