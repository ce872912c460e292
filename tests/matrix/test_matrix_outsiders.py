"""Those who are not, or no longer, or not only, members of the shop."""

from datetime import datetime

import pytest

from tests.matrix import actors
from tests.matrix.conftest import Matrix
from tests.matrix.world import DATABASES, World

pytestmark = pytest.mark.django_db(databases=DATABASES)


def test_every_cell_of_a_stranger(world: World, matrix: Matrix) -> None:
    assert matrix(actors.stranger()) == []


def test_every_cell_of_an_ex_member(
    world: World, matrix: Matrix, now: datetime
) -> None:
    assert matrix(actors.leaver(world, now)) == []


def test_every_cell_of_somebody_whose_last_day_has_passed(
    world: World, matrix: Matrix, now: datetime
) -> None:
    assert matrix(actors.expired(world, now)) == []


def test_every_cell_of_the_owner_of_another_shop(world: World, matrix: Matrix) -> None:
    assert matrix(actors.rival(world)) == []


def test_every_cell_of_an_auditor_here_who_is_an_owner_there(
    world: World, matrix: Matrix, now: datetime
) -> None:
    assert matrix(actors.in_both(world, now)) == []


def test_every_cell_of_a_manager_who_may_not_open_buyer_data(
    world: World, matrix: Matrix, now: datetime
) -> None:
    assert matrix(actors.withheld(world, now)) == []
