"""Staff of the operator for tests, and a second factor for whoever needs one."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Protocol

import pytest
from django.test import Client

from sellers.models import Person, StaffMember, StaffRole
from sellers.services.staffing import appoint_staff
from tests.factors import give_second_factor
from tests.shops import PASSWORD, signed_in

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Staff:
    """A person of the operator, committed."""

    person: Person
    place: StaffMember

    def client(self) -> Client:
        """Return a client signed in, the second factor given."""
        return signed_in(self.person)


class MakeStaff(Protocol):
    """Makes somebody staff."""

    def __call__(self, role: StaffRole = StaffRole.SECURITY) -> Staff:
        """Return the person and the place."""


@pytest.fixture
def make_staff(transactional_db: None, now: datetime) -> MakeStaff:
    """Return a maker of staff; two roles look at the rows, so they are committed."""

    def make(role: StaffRole = StaffRole.SECURITY) -> Staff:
        email = f"{role.value}{next(_numbers)}@operator.example"
        place = appoint_staff(email=email, name="Tomas Alvarez", role=role, now=now)
        person = Person.objects.get(id=place.person_id)
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
        give_second_factor([person])
        return Staff(person=person, place=place)

    return make
