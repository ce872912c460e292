"""A shop leaves the portal: closed and unreadable at once, emptied within the hour.

Rows say what is due: a closed shop whose owners' certificates are not signed yet. Each
step commits and may be killed; the next tick goes on. The secret of the shop goes
first, so that nothing of it opens from then on, whatever rows and copies are left.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from uuid import UUID

from django.db import transaction

from sellers.models import DeletionCertificate, Membership, Person, Seller
from sellers.roles import OWNER
from sellers.services.deletion_document import Facts, signed_certificate
from sellers.services.emptying import (
    LAST,
    delete_batch,
    delete_rows,
    tenant_tables,
)
from sellers.services.last_keys import last_key_on
from sellers.services.sessions import end_all
from vault.chaining import chain_log
from vault.context import (
    SYSTEM,
    Actor,
    person_actor,
    person_scope,
    seller_scope,
)
from vault.custody import destroy_seller_secret
from vault.kinds import Kind
from vault.ledger import append, sequence, state

#: A former owner can download the certificate for so long.
CERTIFICATE_KEPT = timedelta(days=400)
#: What was under way when the shop closed may still write; swept behind for so long.
SWEPT_BEHIND = timedelta(days=1)


class Step(StrEnum):
    """Where leaving can be cut short."""

    SECRET_DESTROYED = "secret destroyed"  # noqa: S105 - a step, no password
    BATCH_DELETED = "batch deleted"
    TABLES_EMPTIED = "tables emptied"
    BEFORE_COMMIT = "before the last commit"
    CERTIFIED = "certified"


class LeavingRefused(Exception):
    """The shop is closed already, or is one of the demo, which has its own way."""


def _go_on(step: Step) -> None:
    del step


def ask_to_leave(*, seller: Seller, person_id: UUID, now: datetime) -> None:
    """Close the shop in scope for good; its secret is destroyed with the commit.

    Raises `LeavingRefused`. What is left to do is done by `leave_portal`.
    """
    locked = Seller.objects.select_for_update().get(id=seller.id)
    if locked.demo or locked.closed_at is not None:
        raise LeavingRefused
    owners = Membership.objects.filter(seller=seller, role=OWNER.code)
    last = last_key_on(seller_id=seller.id)
    DeletionCertificate.objects.bulk_create(
        [
            DeletionCertificate(
                seller=seller,
                person_id=owner,
                asked=owner == person_id,
                asked_at=now,
                last_key_on=last,
            )
            for owner in owners.values_list("person_id", flat=True)
        ]
    )
    Seller.objects.filter(id=seller.id).update(closed_at=now)
    transaction.on_commit(partial(destroy_seller_secret, seller_id=seller.id))


def left_shops() -> Iterator[Seller]:
    """Yield the shops that were closed by their owners, the longest ago first."""
    closed = Seller.objects.filter(closed_at__isnull=False, demo=False)
    yield from closed.order_by("closed_at", "id")


def leave_portal(
    *, seller: Seller, now: datetime, fault: Callable[[Step], None] = _go_on
) -> bool:
    """Go on with a closed shop until nothing of it is left; tell if that was now.

    Idempotent; two at once count each row once. ``fault`` is called at each step.
    """
    actor = _asked_by(seller)
    if actor is None:
        if seller.closed_at and now - seller.closed_at < SWEPT_BEHIND:
            _sweep_behind(seller)
        return False
    destroy_seller_secret(seller_id=seller.id)
    fault(Step.SECRET_DESTROYED)
    for table in tenant_tables():
        if table == LAST:
            continue

        def counted(rows: int, table: str = table) -> None:
            _count(seller_id=seller.id, table=table, rows=rows)
            fault(Step.BATCH_DELETED)

        delete_rows(table=table, seller_id=seller.id, actor=actor, counted=counted)
    fault(Step.TABLES_EMPTIED)
    # A million entries would make the last transaction one of many minutes.
    chain_log(seller_id=seller.id, actor=actor)
    with seller_scope(seller_id=seller.id, actor=actor):
        done = _certify(seller=seller, now=now)
        fault(Step.BEFORE_COMMIT)
    fault(Step.CERTIFIED)
    return done


def _asked_by(seller: Seller) -> Actor | None:
    """Return who asked, while it is not done; None where nothing is left to do."""
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        asked = DeletionCertificate.objects.filter(
            seller_id=seller.id, asked=True, ended_at=None
        ).first()
    return None if asked is None else person_actor(asked.person_id)


def _certificates(seller_id: UUID) -> list[DeletionCertificate]:
    """Return the certificates of the shop, locked: one at a time counts and ends."""
    rows = DeletionCertificate.objects.filter(seller_id=seller_id)
    return list(rows.order_by("id").select_for_update())


def _count(*, seller_id: UUID, table: str, rows: int) -> None:
    for certificate in _certificates(seller_id):
        before = int(certificate.counts.get(table, 0))
        certificate.counts = {**certificate.counts, table: before + rows}
        certificate.save(update_fields=["counts"])


def _certify(*, seller: Seller, now: datetime) -> bool:
    """Delete what came in meanwhile and who worked here; sign what was deleted."""
    certificates = _certificates(seller.id)
    if not certificates or certificates[0].ended_at is not None:
        return False
    people = list(Person.objects.filter(memberships__seller=seller).order_by("id"))
    for person in people:
        _part_with(person=person, seller=seller)
    for table in tenant_tables():
        while rows := delete_batch(table=table, seller_id=seller.id):
            _count(seller_id=seller.id, table=table, rows=rows)
    certificates = _certificates(seller.id)
    asked_at, counts = certificates[0].asked_at, certificates[0].counts
    facts: dict[str, int | str] = {
        "people": len(people),
        "rows": sum(counts.values()),
        "tables": len(counts),
    }
    append(kind=Kind.SELLER_LEFT_PORTAL, now=now, subject_id=seller.id, facts=facts)
    sequence()
    text = signed_certificate(
        seller=seller,
        facts=Facts(
            asked_at=asked_at,
            deleted_at=now,
            counts=counts,
            last_key_on=certificates[0].last_key_on,
            log=state(),
        ),
    )
    DeletionCertificate.objects.filter(seller_id=seller.id).update(
        text=text, ended_at=now, ends_on=(now + CERTIFICATE_KEPT).date()
    )
    return True


def _part_with(*, person: Person, seller: Seller) -> None:
    """Take the shop's groups from a person; sign out who works nowhere else."""
    groups = person.groups.filter(name__startswith=str(seller.id))
    person.groups.remove(*groups)
    with person_scope(person_id=person.id):
        elsewhere = Membership.objects.filter(person=person).exclude(seller=seller)
        stays = elsewhere.exists()
    owner = DeletionCertificate.objects.filter(seller_id=seller.id, person=person)
    if not stays and not owner.filter(asked=True).exists():
        end_all(person_id=person.id)


def _sweep_behind(seller: Seller) -> None:
    """Delete what something that was under way wrote into the closed shop."""
    for table in tenant_tables():
        delete_rows(table=table, seller_id=seller.id, actor=SYSTEM)
