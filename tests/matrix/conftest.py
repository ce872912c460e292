"""Two shops, committed, and a way to count the cells of an actor."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from tests.matrix.actors import Actor, Standing
from tests.matrix.bodies import bodies_for
from tests.matrix.runner import Run
from tests.matrix.summary import PROPERTY
from tests.matrix.world import World, build
from tests.shops import MakeShop

#: Asks all cells of an actor and reports them; returns what was wrong.
Matrix = Callable[[Actor], list[str]]


@pytest.fixture
def world(transactional_db: None, make_shop: MakeShop, now: datetime) -> World:
    """Return two shops with rows in every table."""
    return build(make_shop=make_shop, now=now)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep thousands of refusals out of the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def matrix(world: World, record_property: Callable[[str, object], None]) -> Matrix:
    """Return the asking of all cells of an actor."""

    def ask(actor: Actor) -> list[str]:
        readers = [world.shop.client("owner")]
        if actor.standing not in {Standing.MEMBER, Standing.OUTSIDER}:
            readers.append(actor.client)
        bodies = bodies_for(world, *readers)
        outcome = Run(world=world, actor=actor, bodies=bodies).over()
        record_property(PROPERTY, (outcome.cells, len(outcome.wrong)))
        return outcome.wrong

    return ask
