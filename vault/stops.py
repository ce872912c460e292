"""Stops: staff keep a seller's buyer data from being opened, and let it go on again.

Every way to a buyer's text asks here first, the opening of one value as well as a file
of rows. Orders, imports, stock and purges go on meanwhile.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, router, transaction

from vault.context import current_scope
from vault.kinds import Kind
from vault.ledger import append
from vault.models import OpeningStop
from vault.refusals import OpeningStopped


class AlreadyStopped(Exception):
    """Opening is stopped for this seller already; the first stop stands."""


class NotStopped(Exception):
    """Opening goes on for this seller; there is nothing to resume."""


def opening_stopped(*, seller_id: UUID) -> bool:
    """Tell whether opening is stopped for the seller in scope.

    Asked anew each time, so that a stop acts at once in every process.
    """
    return open_stop(seller_id=seller_id) is not None


def open_stop(*, seller_id: UUID) -> OpeningStop | None:
    """Return the stop that stands for the seller in scope, if there is one."""
    rows = OpeningStop.objects.filter(seller_id=seller_id, resumed_at__isnull=True)
    return rows.first()


def refuse_if_stopped(*, seller_id: UUID) -> None:
    """Raise `OpeningStopped` where opening is stopped for the seller in scope."""
    if opening_stopped(seller_id=seller_id):
        message = "Staff suspended the opening of this shop's buyer data."
        raise OpeningStopped(message)


def stop_opening(*, reason: str, ticket: str, now: datetime) -> OpeningStop:
    """Stop opening for the seller in scope, in the name of who acts there.

    ``reason`` is for the shop's owner and never about a buyer; ``ticket`` is a plain
    word or empty, and goes into the ledger. Raises `AlreadyStopped`.
    """
    scope = current_scope()
    values = {
        "seller_id": scope.seller_id,
        "stopped_at": now,
        "stopped_by": scope.actor.person_id,
        "reason": reason,
        "ticket": ticket,
    }
    if opening_stopped(seller_id=scope.seller_id):
        raise AlreadyStopped
    stop = OpeningStop(**values)
    try:
        # Two at once: the unique key decides, and the second one is told.
        with transaction.atomic(using=_database()):
            stop.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyStopped from error
    append(kind=Kind.STAFF_SUSPENDED_OPENING, now=now, facts={"ticket": ticket})
    return stop


def resume_opening(*, now: datetime) -> OpeningStop:
    """Let opening go on for the seller in scope. Raises `NotStopped`."""
    scope = current_scope()
    stop = open_stop(seller_id=scope.seller_id)
    if stop is None:
        raise NotStopped
    changed = OpeningStop.objects.filter(
        seller_id=scope.seller_id, id=stop.id, resumed_at__isnull=True
    ).update(resumed_at=now, resumed_by=scope.actor.person_id)
    if not changed:
        raise NotStopped
    append(kind=Kind.STAFF_RESUMED_OPENING, now=now, facts={"ticket": stop.ticket})
    return stop


def _database() -> str:
    """Return the connection on which stops are written: staff have one of their own."""
    return router.db_for_write(OpeningStop)
