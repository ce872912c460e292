"""Facts that other packages declare to compliance, by the clock that they keep."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from compliance.declarations import (
    FactsMissing,
    FactsTwice,
    facts_of,
    register_facts,
    registered_clocks,
)
from compliance.declarations import facts as declarations
from orders.queries.exposure_facts import OrderExposure
from vault.privacy import buyer_models


@dataclass(frozen=True, slots=True)
class NoFacts:
    """Knows nothing."""

    def kept_until_shipped(
        self, *, seller_id: UUID, today: date
    ) -> Mapping[tuple[date, date], int]:
        """Count nothing."""
        return {}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the registry as it was."""
    before = dict(declarations._facts)
    yield
    declarations._facts.clear()
    declarations._facts.update(before)


def test_every_clock_in_use_has_its_facts() -> None:
    assert {privacy.clock for _model, privacy in buyer_models()} == registered_clocks()
    assert facts_of("order") == OrderExposure()


def test_a_clock_without_facts_is_named() -> None:
    with pytest.raises(FactsMissing, match="'return'"):
        facts_of("return")


def test_the_same_facts_may_be_registered_again_but_no_others() -> None:
    register_facts(clock="order", facts=OrderExposure())
    with pytest.raises(FactsTwice):
        register_facts(clock="order", facts=NoFacts())
    assert facts_of("order") == OrderExposure()
