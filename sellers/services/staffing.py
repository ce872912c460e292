"""Staff of the operator: appointed and ended by whoever owns the database.

The portal's own role may read who is staff and make nobody staff; so this writes on the
owner's connection, from a command, never from a page.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from sellers.models import Membership, Person, StaffMember, StaffRole
from sellers.services.sessions import end_others
from vault.context import person_scope

#: The connection that may write who is staff.
OWNER = "owner"


class WorksInShop(Exception):
    """The person is a member of a shop: nobody is both."""


class StaffAlready(Exception):
    """The person is staff already."""


class NoSuchStaff(Exception):
    """Nobody on the staff has this address."""


def appoint_staff(
    *, email: str, name: str, role: StaffRole, now: datetime
) -> StaffMember:
    """Make somebody staff, with an account where there is none yet; return the place.

    A new account has no password until its person sets one. Raises `WorksInShop` and
    `StaffAlready`.
    """
    address = email.strip().lower()
    known = Person.objects.filter(email=address).first()
    if known is not None:
        _refuse_member(known)
    with transaction.atomic(using=OWNER):
        person = Person.objects.using(OWNER).filter(email=address).first()
        if person is None:
            person = _new_person(address, name, now)
        place, made = StaffMember.objects.using(OWNER).get_or_create(
            person=person, defaults={"role": role, "since": now}
        )
        if not made and place.ended_at is None:
            raise StaffAlready
        if not made:
            place.role, place.since, place.ended_at = role, now, None
            place.save(using=OWNER)
    return place


def end_staff(*, email: str, now: datetime) -> StaffMember:
    """End somebody's place on the staff and their sessions. Raises `NoSuchStaff`."""
    rows = StaffMember.objects.using(OWNER).filter(ended_at__isnull=True)
    place = rows.filter(person__email=email.strip().lower()).first()
    if place is None:
        raise NoSuchStaff
    place.ended_at = now
    place.save(using=OWNER, update_fields=["ended_at"])
    end_others(person_id=place.person_id, keep="")
    return place


def _refuse_member(person: Person) -> None:
    with person_scope(person_id=person.id):
        if Membership.objects.filter(person=person).exists():
            raise WorksInShop


def _new_person(email: str, name: str, now: datetime) -> Person:
    person = Person(email=email, name=name, made_at=now)
    person.set_unusable_password()
    person.save(using=OWNER)
    EmailAddress.objects.using(OWNER).create(
        user=person, email=email, verified=True, primary=True
    )
    return person
