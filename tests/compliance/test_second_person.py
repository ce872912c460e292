"""A second person who is none: made for the purpose, promoted for it, shown else."""

from datetime import date, timedelta

import pytest

from compliance.models import HoldOutcome
from compliance.queries import approvers
from compliance.services.approving import ChangedMeanwhile, NewToIt
from compliance.services.hold_approval import approve_renewal
from compliance.services.holding import ask_renewal
from orders.models import Order
from sellers.models import Membership, Person
from sellers.roles import ROLES, Terms
from sellers.services.members import change_member
from sellers.services.onboarding import add_member
from tests.compliance.holding import (
    approved,
    items,
    order_of,
    outcomes,
    placed,
)
from tests.factories.orders import alter
from tests.orders.incoming import incoming, receive, the_order
from tests.orders.test_removal import cancel
from tests.shops import PASSWORD, Shop, at
from vault.clock import clock

pytestmark = pytest.mark.django_db
A_DAY_ON = "2026-11-23T17:14:00+00:00"


def second_account(shop: Shop) -> str:
    """Let the owner's second account into the shop at this instant."""
    person = Person.objects.create_user(
        email="second@shop.example",
        password=PASSWORD,
        name="Second Exampleton",
        made_at=clock.now(),
    )
    with shop.scope():
        add_member(
            seller=shop.seller,
            person=person,
            role=ROLES["manager"],
            opens_buyer_data=False,
            now=clock.now(),
        )
    shop.people["second"] = person
    return "second"


def promote(shop: Shop, code: str, role: str) -> None:
    """Let the owner give somebody another role at this instant."""
    with shop.scope():
        member = Membership.objects.get(person_id=shop.people[code].id)
        seen = Terms(member.role_class, member.opens_buyer_data, member.ends_on)
        change_member(
            seller=shop.seller,
            member_id=member.id,
            changer_id=shop.people["owner"].id,
            seen=seen,
            wanted=Terms(ROLES[role], opens_buyer_data=False, ends_on=None),
            now=clock.now(),
        )


def test_a_second_account_made_for_it_waits_like_somebody_alone(
    certified: Shop,
) -> None:
    second = second_account(certified)
    hold = placed(certified, the_order(certified, order_of(certified)).id)
    place = certified.url(f"exposure/holds/{hold.id}/")
    with at("2026-11-23T17:13:59+00:00"):
        with pytest.raises(NewToIt):
            approved(certified, hold, by=second)
        assert items(certified) == []
        answer = certified.client("manager").get(place).content.decode()
        assert "Approve and seal" in answer
    with at(A_DAY_ON):
        assert not approved(certified, hold, by=second).alone
    assert len(items(certified)) == 1


def test_control_where_nobody_is_new_it_approves_within_the_minute(
    certified: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "compliance.services.approving.newly_approving", lambda **_which: None
    )
    hold = placed(certified, the_order(certified, order_of(certified)).id)
    approved(certified, hold, by=second_account(certified))
    assert len(items(certified)) == 1


def test_somebody_promoted_for_it_waits_and_says_so_on_the_page(
    certified: Shop,
) -> None:
    promote(certified, "support", "manager")
    hold = placed(certified, the_order(certified, order_of(certified)).id)
    support, place = certified.client("support"), f"exposure/holds/{hold.id}/"
    page = support.get(certified.url(place)).content.decode()
    assert "You manage holds here since less than 24 hours" in page
    assert "Approve from 23 Nov 17:14 UTC" in page
    answer = support.post(certified.url(f"{place}approve/"))
    assert answer.status_code == 422
    assert "You are new to this: approve from 23 Nov, 17:14 UTC on." in (
        answer.content.decode()
    )
    with at(A_DAY_ON):
        approved(certified, hold, by="support")
    assert len(items(certified)) == 1


def test_an_owner_who_becomes_a_manager_is_not_new(certified: Shop) -> None:
    with certified.scope():
        Membership.objects.filter(person_id=certified.people["manager"].id).update(
            role="owner"
        )
    promote(certified, "manager", "manager")
    hold = placed(certified, the_order(certified, order_of(certified)).id)
    approved(certified, hold)
    assert len(items(certified)) == 1


def test_who_is_no_member_is_new(certified: Shop, other_shop: Shop) -> None:
    with certified.scope():
        since = approvers.newly_approving(
            seller_id=certified.id,
            person_id=other_shop.people["owner"].id,
            now=clock.now(),
            within=timedelta(days=1),
        )
    assert since == clock.now()


def test_a_renewal_is_approved_for_the_day_that_was_seen(certified: Shop) -> None:
    """Who asked puts a later day in while the other one reads the page."""
    hold = approved(
        certified, placed(certified, the_order(certified, order_of(certified)).id)
    )
    owner, manager = (certified.people[c].id for c in ("owner", "manager"))
    seen, slipped_in = date(2027, 5, 3), date(2027, 5, 20)
    with certified.scope():
        for until in (seen, slipped_in):
            ask_renewal(hold_id=hold.id, until=until, person_id=owner, now=clock.now())
        with pytest.raises(ChangedMeanwhile):
            approve_renewal(
                hold_id=hold.id,
                until=seen,
                person_id=manager,
                factor_given=False,
                now=clock.now(),
            )
    assert items(certified)[0].ends_on == date(2027, 5, 1)


def test_a_hold_keeps_nothing_of_an_order_whose_day_has_begun(certified: Shop) -> None:
    """A buyer that could not be sealed for its earlier day keeps a living key."""
    receive(certified, incoming())
    alter(certified.id, "phone")
    cancel(certified)
    order = the_order(certified)
    hold = placed(certified, order.id)
    with at("2026-11-23T00:00:00+00:00"):
        with certified.scope():
            assert Order.objects.get().purge_on == clock.today()
        approved(certified, hold)
    assert outcomes(certified, hold) == [HoldOutcome.GONE]
    assert items(certified) == []


def test_control_a_second_before_it_is_kept(certified: Shop) -> None:
    receive(certified, incoming())
    alter(certified.id, "phone")
    cancel(certified)
    hold = placed(certified, the_order(certified).id)
    with at("2026-11-22T23:59:59+00:00"):
        approved(certified, hold)
    assert outcomes(certified, hold) == [HoldOutcome.SEALED]
