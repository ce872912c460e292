"""Orders that a tax rule cannot seal are asked for last, and hold up no other."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from compliance.models import TRIES
from compliance.queries.held import live_rules
from compliance.services import arrivals, catching_up, resisting
from compliance.services.tax_rules import archiving_step, end_rule
from orders.models import Order, Recipient
from tests.compliance.holding import items, ruled, swept
from tests.compliance.test_poison_rows import named, tries
from tests.factories.orders import alter
from tests.orders.incoming import incoming, receive, the_order
from tests.shops import Shop
from vault.clock import clock
from vault.refusals import OpeningStopped

pytestmark = pytest.mark.django_db
NUMBERS = [f"114-{n:07d}-0000001" for n in range(6)]
ALTERED, WHOLE = NUMBERS[:3], NUMBERS[3:]


@pytest.fixture
def missed(certified: Shop, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Let a rule miss six orders, the first three of them altered; two a sweep."""
    monkeypatch.setattr(catching_up, "BATCH", 2)
    ruled(certified)

    def stopped(**_: object) -> None:
        raise OpeningStopped

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("vault.archiving.refuse_if_stopped", stopped)
        receive(certified, *(incoming(marketplace_order_id=n) for n in ALTERED))
        alter(certified.id, "name")
        receive(certified, *(incoming(marketplace_order_id=n) for n in WHOLE))
    assert items(certified) == []
    with certified.scope():
        found = Order.objects.order_by("purge_on", "id")
        assert [each.marketplace_order_id for each in found] == NUMBERS
        return [each.id for each in found]


def sealed(shop: Shop) -> set[UUID]:
    """Return the orders that have an item."""
    return {item.subject_id for item in items(shop)}


def sweeps(shop: Shop, times: int) -> None:
    """Sweep so many times."""
    for _ in range(times):
        swept(shop)


def test_what_is_refused_lets_the_others_be_sealed(
    certified: Shop, missed: list[UUID]
) -> None:
    sweeps(certified, 3)
    assert sealed(certified) == set(missed[3:])
    assert set(tries(certified)) == {(order, 1, False) for order in missed[:3]}


def test_control_asked_for_first_again_it_holds_back_the_rest(
    certified: Shop, missed: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "failing", lambda **_: frozenset())
    sweeps(certified, 6)
    assert sealed(certified) == set()


def test_it_has_three_tries_then_it_is_named_and_left_out(
    certified: Shop, missed: list[UUID]
) -> None:
    sweeps(certified, 12)
    assert set(tries(certified)) == {(order, TRIES, False) for order in missed[:3]}
    facts = {"step": "archiving T-0001", "error": "Tampered"}
    found = named(certified)
    assert {order for order, _ in found} == set(missed[:3])
    assert [each for _, each in found] == [facts] * 3


def test_what_is_mended_or_gone_is_solved(certified: Shop, missed: list[UUID]) -> None:
    sweeps(certified, 3)
    alter(certified.id, "name")  # Altered twice it is whole again.
    with certified.scope():
        Recipient.objects.filter(order_id=missed[0]).delete()
        Order.objects.filter(id=missed[0]).update(purge_on=date(2026, 11, 22))
    sweeps(certified, 1)
    assert sealed(certified) == set(missed[1:])
    assert set(tries(certified)) == {(order, 1, True) for order in missed[:3]}


def test_the_end_of_its_rule_closes_the_notes(
    certified: Shop, missed: list[UUID]
) -> None:
    sweeps(certified, 3)
    with certified.scope():
        rule = live_rules(seller_id=certified.id).get()
        assert archiving_step(rule=rule) == "archiving T-0001"
        person = certified.people["owner"].id
        end_rule(rule_id=rule.id, person_id=person, now=clock.now())
    assert set(tries(certified)) == {(order, 1, True) for order in missed[:3]}


def raising_at(order_id: UUID) -> Any:
    """Return a wish that raises at one order what nobody foresaw."""
    whole = arrivals._wanted

    def wanted(rule: Any, arrival: Any) -> Any:
        if arrival.subject.id == order_id:
            raise ValueError
        return whole(rule, arrival)

    return wanted


def test_an_order_that_raises_lets_the_others_be_sealed(
    certified: Shop, missed: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "_wanted", raising_at(missed[4]))
    sweeps(certified, 12)
    assert sealed(certified) == {missed[3], missed[5]}
    facts = {"step": "archiving T-0001", "error": "ValueError"}
    assert (missed[4], facts) in named(certified)


def test_control_without_halving_it_keeps_its_batch(
    certified: Shop, missed: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "_wanted", raising_at(missed[4]))
    monkeypatch.setattr(resisting, "ROW_FAILURES", ())
    sweeps(certified, 12)
    assert sealed(certified) == {missed[3]}
    assert the_order(certified, NUMBERS[5]).buyer_state == "sealed"
