"""What waits for an approval stands on Today once the person may give it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.models import Hold, OrderKind
from compliance.services.approving import approvable
from compliance.services.certificates import add_certificate
from compliance.services.hold_approval import hold_approval, renewal_approval
from compliance.services.holding import ask_renewal
from compliance.services.tax_rules import RuleDraft, place_rule
from sellers.models import Membership
from tests.compliance.holding import (
    LAST_DAY,
    HoldKey,
    approved,
    leave_alone,
    placed,
    settle,
)
from tests.sellerportal.today_pages import card, due, page
from tests.shops import Shop, at
from vault.clock import clock

JUST_BEFORE, A_DAY_ON = "2026-11-23T17:13:59+00:00", "2026-11-23T17:14:00+00:00"
WAITS = "1 hold or tax rule waits for your approval"


def told(shop: Shop, role: str) -> bool:
    """Tell whether Today shows the person that a hold or rule waits for them."""
    return WAITS in card(page(shop, role), "needs")


def count(shop: Shop, role: str) -> int:
    """Count what a person may approve at the clock's instant."""
    person = shop.people[role].id
    with shop.scope():
        return approvable(seller_id=shop.id, person_id=person, now=clock.now())


def rule(shop: Shop) -> None:
    """Place a standing rule as the owner, beside an order."""
    due(shop)
    draft = RuleDraft("US", OrderKind.ANY, "Tax code, article 30", ("name",), 5)
    with shop.scope():
        place_rule(draft=draft, person_id=shop.people["owner"].id, now=clock.now())


def hold(shop: Shop) -> None:
    """Place a hold as the owner."""
    placed(shop, due(shop).id, by="owner")


@pytest.mark.parametrize("ask", [hold, rule])
def test_who_is_new_to_it_is_told_when_their_day_is_over(
    shop: Shop, ask: Callable[[Shop], None]
) -> None:
    """Everybody in the shop came at the tests' instant."""
    ask(shop)
    with at(JUST_BEFORE):
        assert not told(shop, "manager")
    with at(A_DAY_ON):
        assert told(shop, "manager")
        assert not told(shop, "owner")


@pytest.mark.parametrize("ask", [hold, rule])
def test_who_is_alone_is_told_when_the_wait_is_over(
    shop: Shop, ask: Callable[[Shop], None]
) -> None:
    leave_alone(shop)
    ask(shop)
    assert not told(shop, "owner")
    with at(JUST_BEFORE):
        assert not told(shop, "owner")
    with at(A_DAY_ON):
        assert told(shop, "owner")


def test_a_renewal_waits_for_who_is_alone_as_well(
    shop: Shop, hold_key: HoldKey
) -> None:
    owner = shop.people["owner"].id
    settle(shop)
    with shop.scope():
        add_certificate(given=hold_key.pem, person_id=owner, now=clock.now())
    held = approved(shop, placed(shop, due(shop).id), by="manager")
    leave_alone(shop)
    until = LAST_DAY + timedelta(days=9)
    with shop.scope():
        ask_renewal(hold_id=held.id, until=until, person_id=owner, now=clock.now())
    with at(JUST_BEFORE):
        assert count(shop, "owner") == 0
    with at(A_DAY_ON):
        assert count(shop, "owner") == 1


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize("instant", ["2026-11-22T17:14Z", JUST_BEFORE, A_DAY_ON])
def test_the_count_is_what_the_approval_itself_says(
    shop: Shop, hold_key: HoldKey, instant: str, *, alone: bool, settled: bool
) -> None:
    owner = shop.people["owner"].id
    settle(shop)
    with shop.scope():
        add_certificate(given=hold_key.pem, person_id=owner, now=clock.now())
    renewed = approved(shop, placed(shop, due(shop).id), by="manager")
    if not settled:
        with shop.scope():
            Membership.objects.update(joined_at=clock.now())
    until = LAST_DAY + timedelta(days=9)
    with shop.scope():
        ask_renewal(hold_id=renewed.id, until=until, person_id=owner, now=clock.now())
    placed(shop, due(shop).id)
    if alone:
        leave_alone(shop)
    with at(instant):
        for role in ("owner",) if alone else ("owner", "manager"):
            person, now = shop.people[role].id, clock.now()
            with shop.scope():
                may = [
                    (renewal_approval if each.wanted_until else hold_approval)(
                        hold=each, person_id=person, now=now
                    ).may
                    for each in Hold.objects.order_by("id")
                ]
            assert (len(may), count(shop, role)) == (2, sum(may))


def test_where_nothing_waits_nobody_is_asked_after(shop: Shop) -> None:
    person = shop.people["owner"].id
    asked, places = [], (due, hold, rule)
    for place in places:
        place(shop)
        with shop.scope(), CaptureQueriesContext(connection) as queries, at(A_DAY_ON):
            approvable(seller_id=shop.id, person_id=person, now=clock.now())
        asked.append(len([q for q in queries if " FROM " in q["sql"]]))
    assert asked == [2, 3, 3]
