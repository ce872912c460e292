"""Choosing a password: what is remembered, and its two ages.

The figures are those of DPP 1.4.1: not again within the last 10, kept for a day at
least, changed after 365 days at the latest.
"""

from datetime import datetime, timedelta

from django.db import transaction

from sellers.models import FormerPassword, Person
from sellers.password_rules import REMEMBERED

YOUNGEST = timedelta(days=1)
OLDEST = timedelta(days=365)


def choose_password(*, person: Person, password: str, now: datetime) -> None:
    """Give a person a new password; the present one becomes a former one."""
    before = person.password
    with transaction.atomic():
        person.set_password(password)
        person.password_changed_at = now
        person.save(update_fields=["password", "password_changed_at"])
        if before:
            FormerPassword.objects.create(person=person, password=before, set_at=now)
        _forget_oldest(person)


def changed_at(*, person: Person) -> datetime:
    """Return when the password was last chosen."""
    return person.password_changed_at or person.made_at


def may_change_from(*, person: Person) -> datetime:
    """Return from when on the person may change the password by free will."""
    return changed_at(person=person) + YOUNGEST


def password_is_old(*, person: Person, now: datetime) -> bool:
    """Tell whether the password must be changed before anything else."""
    return now - changed_at(person=person) >= OLDEST


def _forget_oldest(person: Person) -> None:
    kept = FormerPassword.objects.filter(person=person).order_by("-set_at", "-id")
    keep = list(kept.values_list("id", flat=True)[:REMEMBERED])
    FormerPassword.objects.filter(person=person).exclude(id__in=keep).delete()
