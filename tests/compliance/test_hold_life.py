"""The whole life of a hold in the log, and one person's way through all of it."""

from datetime import date, timedelta

import pytest

from compliance.models import Hold, OrderKind
from compliance.services.approving import FactorNeeded, TooEarly
from compliance.services.hold_approval import approve_renewal
from compliance.services.holding import (
    LONGEST_DAYS,
    BadLastDay,
    ask_renewal,
    release_hold,
)
from compliance.services.tax_rules import RuleDraft, approve_rule, place_rule
from tests.compliance.holding import (
    LAST_DAY,
    approved,
    entries,
    fresh,
    leave_alone,
    order_of,
    placed,
    swept,
)
from tests.orders.incoming import the_order
from tests.shops import Shop, at
from vault.clock import clock

pytestmark = pytest.mark.django_db
LATER = date(2027, 5, 20)
NEXT_DAY = "2026-11-23T17:14:00+00:00"


def a_hold(shop: Shop) -> Hold:
    """Place a hold on a new order."""
    return placed(shop, the_order(shop, order_of(shop)).id)


def renewal(shop: Shop, hold: Hold, until: date = LATER) -> None:
    """Ask for a later day, as the owner."""
    with shop.scope():
        ask_renewal(
            hold_id=hold.id,
            until=until,
            person_id=shop.people["owner"].id,
            now=clock.now(),
        )


def renewed(shop: Shop, hold: Hold, *, by: str, factor_given: bool = False) -> None:
    """Approve the later day."""
    with shop.scope():
        approve_renewal(
            hold_id=hold.id,
            until=LATER,
            person_id=shop.people[by].id,
            factor_given=factor_given,
            now=clock.now(),
        )


def kinds(shop: Shop) -> list[str]:
    """Return what the log says of holds, in its order."""
    return [entry.kind for entry in entries(shop, "hold:")]


def test_place_approve_renew_and_release_are_events_of_the_log(certified: Shop) -> None:
    hold = approved(certified, a_hold(certified))
    renewal(certified, hold)
    renewed(certified, hold, by="manager")
    with certified.scope():
        release_hold(
            hold_id=hold.id, person_id=certified.people["owner"].id, now=clock.now()
        )
    assert kinds(certified) == [
        "hold:placed:case",
        "hold:approved:case",
        "hold:renewed:case",
        "hold:released:case",
    ]
    assert {entry.subject_id for entry in entries(certified, "hold:")} == {hold.id}


def test_that_it_expired_is_one_too_with_each_item(certified: Shop) -> None:
    hold = approved(certified, a_hold(certified))
    with at("2027-05-02T00:00:00+00:00"):
        swept(certified)
    assert kinds(certified)[-1] == "hold:expired:case"
    [gone] = entries(certified, "archive:deleted:")
    assert (gone.facts["why"], gone.facts["name"]) == ("ended", hold.label)


def test_a_renewal_too_is_180_days_ahead_at_most(certified: Shop) -> None:
    hold = approved(certified, a_hold(certified))
    longest = clock.today() + timedelta(days=LONGEST_DAYS)
    assert LONGEST_DAYS == 180
    with pytest.raises(BadLastDay):
        renewal(certified, hold, longest + timedelta(days=1))
    renewal(certified, hold, longest)
    assert fresh(certified, hold).wanted_until == longest


def test_alone_a_renewal_waits_and_wants_the_factor_as_well(certified: Shop) -> None:
    leave_alone(certified)
    hold = a_hold(certified)
    with at(NEXT_DAY):
        approved(certified, hold, by="owner", factor_given=True)
        renewal(certified, hold)
        with pytest.raises(TooEarly):
            renewed(certified, hold, by="owner", factor_given=True)
    with at("2026-11-24T17:14:00+00:00"):
        with pytest.raises(FactorNeeded):
            renewed(certified, hold, by="owner")
        assert fresh(certified, hold).ends_on == LAST_DAY
        renewed(certified, hold, by="owner", factor_given=True)
    assert fresh(certified, hold).ends_on == LATER
    [entry] = entries(certified, "hold:renewed:")
    assert entry.facts["alone"] == 1


def test_alone_a_tax_rule_waits_and_wants_the_factor_as_well(certified: Shop) -> None:
    leave_alone(certified)
    owner = certified.people["owner"].id
    draft = RuleDraft(
        country="MX", kind=OrderKind.ANY, law="Law", fields=("name",), years=5
    )
    with certified.scope():
        rule = place_rule(draft=draft, person_id=owner, now=clock.now())

    def approve(*, factor_given: bool) -> bool:
        with certified.scope():
            done = approve_rule(
                rule_id=rule.id,
                person_id=owner,
                factor_given=factor_given,
                now=clock.now(),
            )
        return done.alone

    with pytest.raises(TooEarly):
        approve(factor_given=True)
    with at(NEXT_DAY):
        with pytest.raises(FactorNeeded):
            approve(factor_given=False)
        assert approve(factor_given=True)
    [entry] = entries(certified, "rule:approved:")
    assert entry.facts["alone"] == 1
