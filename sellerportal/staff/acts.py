"""What staff do in a shop; each act is an entry in that shop's own log."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator

from sellers.models import Membership, Person, StaffMember
from vault.context import staff_scope
from vault.kinds import Kind
from vault.ledger import append
from vault.models import LedgerEntry

#: Looking again within this time is the same look: a page that is reloaded would
#: otherwise bury what the owner wants to see.
SAME_LOOK = timedelta(hours=1)


class OwnAccount(Exception):
    """Nobody changes their own account or second factor from here."""


def note_look(*, seller_id: UUID, person_id: UUID, now: datetime) -> None:
    """Write down that a person of the staff looks at the exposure in scope."""
    looked = LedgerEntry.objects.filter(
        seller_id=seller_id,
        kind=Kind.STAFF_LOOKED_EXPOSURE.value,
        actor_id=person_id,
        at__gt=now - SAME_LOOK,
    )
    if not looked.exists():
        append(kind=Kind.STAFF_LOOKED_EXPOSURE, now=now)


def note_records(
    *, seller_ids: Collection[UUID], person_id: UUID, now: datetime
) -> None:
    """Write into each shop's log that a person of the staff read rows of it."""
    noted = LedgerEntry.objects.filter(
        seller_id__in=seller_ids,
        kind=Kind.STAFF_LOOKED_RECORDS.value,
        actor_id=person_id,
        at__gt=now - SAME_LOOK,
    ).values_list("seller_id", flat=True)
    for seller_id in sorted(set(seller_ids) - set(noted)):
        with staff_scope(seller_id=seller_id, person_id=person_id):
            append(kind=Kind.STAFF_LOOKED_RECORDS, now=now)


def set_account_open(
    *, person: Person, is_open: bool, by: StaffMember, now: datetime
) -> bool:
    """Close or reopen a person's account; return whether that changed anything.

    Whoever is signed in is out with the next request. Raises `OwnAccount`.
    """
    _refuse_own(person, by)
    changed = Person.objects.filter(id=person.id, is_active=not is_open).update(
        is_active=is_open
    )
    if changed:
        _note_in_shops(
            person=person,
            kind=Kind.STAFF_CHANGED_PERSON,
            facts={"account": "open" if is_open else "closed"},
            by=by,
            now=now,
        )
    return bool(changed)


def remove_second_factor(*, person: Person, by: StaffMember, now: datetime) -> bool:
    """Remove what a person signs in with besides the password; return whether any was.

    The person must set it up anew. Who calls this ends the sessions as well. Raises
    `OwnAccount`.
    """
    _refuse_own(person, by)
    removed, _ = Authenticator.objects.filter(user_id=person.id).delete()
    if removed:
        _note_in_shops(
            person=person, kind=Kind.STAFF_RESET_FACTOR, facts={}, by=by, now=now
        )
    return bool(removed)


def _refuse_own(person: Person, by: StaffMember) -> None:
    if person.id == by.person_id:
        raise OwnAccount


def _note_in_shops(
    *, person: Person, kind: Kind, facts: dict[str, str], by: StaffMember, now: datetime
) -> None:
    for seller_id in _shops_of(person):
        with staff_scope(seller_id=seller_id, person_id=by.person_id):
            append(kind=kind, now=now, subject_id=person.id, facts=facts)


def _shops_of(person: Person) -> Iterable[UUID]:
    rows = Membership.objects.filter(person_id=person.id)
    return rows.order_by("seller_id").values_list("seller_id", flat=True)
