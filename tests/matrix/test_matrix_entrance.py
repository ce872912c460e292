"""Those who are signed in and still have to do something, and the operator's staff."""

from datetime import datetime

import pytest

from sellers.models import StaffRole
from tests.matrix import actors
from tests.matrix.conftest import Matrix
from tests.matrix.world import DATABASES, World
from tests.staffing import MakeStaff

pytestmark = pytest.mark.django_db(databases=DATABASES)


def test_every_cell_without_a_second_factor(world: World, matrix: Matrix) -> None:
    assert matrix(actors.without_app(world)) == []


def test_every_cell_while_the_recovery_codes_are_not_kept(
    world: World, matrix: Matrix
) -> None:
    assert matrix(actors.codes_not_kept(world)) == []


def test_every_cell_with_a_password_of_last_year(
    world: World, matrix: Matrix, now: datetime
) -> None:
    assert matrix(actors.old_password(world, now)) == []


@pytest.mark.parametrize("role", list(StaffRole))
def test_every_cell_of_staff(
    world: World, matrix: Matrix, make_staff: MakeStaff, role: StaffRole
) -> None:
    assert matrix(actors.staff(make_staff, role)) == []


def test_every_cell_of_former_staff(
    world: World, matrix: Matrix, make_staff: MakeStaff, now: datetime
) -> None:
    assert matrix(actors.former_staff(make_staff, now)) == []
