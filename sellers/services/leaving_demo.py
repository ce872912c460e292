"""Leaving the demo: its shops are emptied and closed, its people's accounts too.

Idempotent and killable at any step: what was done stays done, the next call goes on,
and the marker that ends demo mode everywhere is written last. In a transaction of the
caller everything outside the database waits for its commit.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from sellers.demo_mode import LEFT, LOGINS
from sellers.models import Membership, Person, Seller
from sellers.services.closing_accounts import (
    close_account,
    forget_password,
    invented_staff,
    is_invented_address,
)
from sellers.services.emptying import LAST, delete_rows, tenant_tables
from vault.context import Actor, person_scope, seller_scope
from vault.custody import destroy_seller_secret
from vault.kinds import Kind
from vault.ledger import append, sequence


class Step(StrEnum):
    """Where leaving can be cut short."""

    ROWS_DELETED = "rows deleted"
    PEOPLE_CLOSED = "people closed"
    SHOP_CLOSED = "shop closed"
    SECRET_DESTROYED = "secret destroyed"  # noqa: S105 - a step, no password
    BEFORE_MARK = "before the mark"
    MARKED = "marked"


def _go_on(step: Step) -> None:
    del step


def leave_demo(
    *, actor: Actor, now: datetime, fault: Callable[[Step], None] = _go_on
) -> None:
    """Empty and close every shop of the demo, and end demo mode.

    ``actor`` stands in the log of each closed shop. ``fault`` is called at each step.
    """
    for seller in Seller.objects.filter(demo=True).order_by("slug"):
        _empty(seller=seller, actor=actor, fault=fault)
        if seller.closed_at is None:
            _close(seller=seller, actor=actor, now=now, fault=fault)
        transaction.on_commit(partial(_destroy_secret, seller.id, fault))
    with transaction.atomic():
        for person in invented_staff():
            close_account(person=person)
    transaction.on_commit(partial(_mark, now, fault))


def _empty(*, seller: Seller, actor: Actor, fault: Callable[[Step], None]) -> None:
    """Delete the shop's rows in batches; who works there is left for its closing."""
    for table in tenant_tables():
        if table != LAST:
            delete_rows(table=table, seller_id=seller.id, actor=actor)
            fault(Step.ROWS_DELETED)


def _close(
    *, seller: Seller, actor: Actor, now: datetime, fault: Callable[[Step], None]
) -> None:
    """Close the accounts of the invented people, then the shop, in one transaction."""
    with seller_scope(seller_id=seller.id, actor=actor):
        people = Person.objects.filter(memberships__seller=seller).order_by("id")
        for person in people:
            if not is_invented_address(email=person.email):
                continue
            if _works_elsewhere(person):
                forget_password(person=person)
            else:
                close_account(person=person)
            fault(Step.PEOPLE_CLOSED)
        facts = {"people": len(people)}
        delete_rows(table=LAST, seller_id=seller.id, actor=actor)
        append(kind=Kind.SELLER_LEFT_DEMO, now=now, subject_id=seller.id, facts=facts)
        sequence()
        Seller.objects.filter(id=seller.id).update(closed_at=now)
    fault(Step.SHOP_CLOSED)


def _works_elsewhere(person: Person) -> bool:
    """Tell whether somebody is in a shop that is none of the demo."""
    with person_scope(person_id=person.id):
        rows = Membership.objects.filter(person=person, seller__demo=False)
        return rows.exists()


def _destroy_secret(seller_id: UUID, fault: Callable[[Step], None]) -> None:
    destroy_seller_secret(seller_id=seller_id)
    fault(Step.SECRET_DESTROYED)


def _mark(now: datetime, fault: Callable[[Step], None]) -> None:
    """Say that the demo was left, in a file that every process looks at."""
    fault(Step.BEFORE_MARK)
    marker = Path(settings.PORTAL_VAR, LEFT)
    part = marker.with_suffix(".part")
    part.write_text(f"{now.isoformat()}\n", encoding="utf-8")
    part.replace(marker)
    fault(Step.MARKED)
    Path(settings.PORTAL_VAR, LOGINS).unlink(missing_ok=True)
