"""Members: each role sees what its rights say, in its own shop alone."""

import pytest

from sellers.roles import ROLES
from tests.matrix import actors
from tests.matrix.conftest import Matrix
from tests.matrix.world import DATABASES, World

pytestmark = pytest.mark.django_db(databases=DATABASES)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_cell_of_a_role(world: World, matrix: Matrix, role: str) -> None:
    assert matrix(actors.member(world, role)) == []
