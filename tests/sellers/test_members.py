"""Changing and removing people: who may, what follows, what never happens."""

from datetime import date

import pytest
from django.contrib.auth.models import Group

from sellers.models import Invitation, Membership, SellerPersonPermission
from sellers.queries import memberships_of, names_with, rights_in
from sellers.roles import (
    AUDITOR,
    FULFILMENT,
    INVENTORY,
    MANAGER,
    OWNER,
    SUPPORT,
    Right,
    Terms,
)
from sellers.services.members import (
    BeyondOwnRights,
    BuyerDataForbidden,
    ChangedMeanwhile,
    LastOwner,
    MayNotChange,
    MemberMissing,
    OwnTerms,
    change_member,
    remove_member,
    set_buyer_data_capability,
    terms_of,
)
from tests.sellers.team import ask, change, member, recorded, second_owner, terms
from tests.shops import Shop, at
from vault.clock import clock
from vault.context import Scope, person_scope
from vault.rows import new_id


def held(shop: Shop, role: str) -> frozenset[Right]:
    """Return what the shop's person in a role may do now."""
    return rights_in(person=shop.people[role], seller=shop.seller, now=clock.now())


def test_a_new_role_gives_its_rights_and_takes_the_old_ones(
    shop: Shop, inside: Scope
) -> None:
    change(shop, "support", terms(INVENTORY))
    assert held(shop, "support") == INVENTORY.rights
    groups = Group.objects.filter(user=shop.people["support"])
    assert [group.name for group in groups] == [f"{shop.id}:inventory"]
    given = SellerPersonPermission.objects.filter(user=shop.people["support"])
    assert given.count() == 0
    found = member(shop, "support")
    person = str(found.person_id)
    assert recorded("member:changed:role") == [
        {"person": person, "before": "support", "now": "inventory", "until": "open"}
    ]
    assert recorded("member:changed:buyer-data") == [
        {"person": person, "buyer data": 0}
    ]


def test_buyer_data_is_given_and_taken_without_the_role(
    shop: Shop, inside: Scope
) -> None:
    change(shop, "fulfilment", terms(FULFILMENT))
    assert held(shop, "fulfilment") == FULFILMENT.rights
    change(shop, "fulfilment", terms(FULFILMENT, opens=True))
    assert held(shop, "fulfilment") == FULFILMENT.rights | {Right.OPEN_BUYER_DATA}
    assert [f["buyer data"] for f in recorded("member:changed:buyer-data")] == [0, 1]
    assert recorded("member:changed:role") == []


def test_a_role_that_is_never_shown_a_buyer_does_not_get_the_right(
    shop: Shop, inside: Scope
) -> None:
    with pytest.raises(BuyerDataForbidden):
        change(shop, "support", terms(AUDITOR, opens=True))
    assert member(shop, "support").role == "support"


def test_nobody_changes_or_removes_themselves(shop: Shop, inside: Scope) -> None:
    second_owner(shop)
    own = member(shop, "owner")
    with pytest.raises(OwnTerms):
        change(shop, "owner", terms(MANAGER))
    with pytest.raises(OwnTerms):
        remove_member(
            seller=shop.seller,
            member_id=own.id,
            changer_id=own.person_id,
            now=clock.now(),
        )
    assert member(shop, "owner").role == "owner"


@pytest.mark.parametrize("role", ["manager", "auditor", "support"])
def test_who_does_not_manage_people_changes_nobody(
    shop: Shop, inside: Scope, role: str
) -> None:
    with pytest.raises(MayNotChange):
        change(shop, "inventory", terms(SUPPORT), by=shop.people[role])
    with pytest.raises(MayNotChange):
        remove_member(
            seller=shop.seller,
            member_id=member(shop, "inventory").id,
            changer_id=shop.people[role].id,
            now=clock.now(),
        )
    assert member(shop, "inventory").role == "inventory"


def test_a_foreign_owner_changes_nobody_here(shop: Shop, other_shop: Shop) -> None:
    with shop.scope(), pytest.raises(MayNotChange):
        change(shop, "support", terms(MANAGER), by=other_shop.people["owner"])


def test_nobody_gives_a_right_that_they_lack(shop: Shop, inside: Scope) -> None:
    owner = member(shop, "owner")
    Membership.objects.filter(id=owner.id).update(opens_buyer_data=False)
    set_buyer_data_capability(member=owner, allowed=False)
    change(shop, "support", terms(SUPPORT, opens=True))
    change(shop, "support", terms(SUPPORT))
    with pytest.raises(BeyondOwnRights):
        change(shop, "support", terms(SUPPORT, opens=True))
    with pytest.raises(BeyondOwnRights):
        ask(shop, "new@shop.example", terms(SUPPORT, opens=True))
    ask(shop, "new@shop.example", terms(SUPPORT))


@pytest.mark.parametrize(
    "wanted", [terms(MANAGER), Terms(OWNER, opens_buyer_data=True, ends_on=date.max)]
)
def test_an_owner_with_an_end_cannot_take_the_last_lasting_one(
    shop: Shop, inside: Scope, wanted: Terms
) -> None:
    second = second_owner(shop)
    rows = Membership.objects.filter(person=second)
    rows.update(ends_on=date(2026, 12, 24))
    with pytest.raises(LastOwner):
        change(shop, "owner", wanted, by=second)
    with pytest.raises(LastOwner):
        remove_member(
            seller=shop.seller,
            member_id=member(shop, "owner").id,
            changer_id=second.id,
            now=clock.now(),
        )
    rows.update(ends_on=None)
    change(shop, "owner", wanted, by=second)
    assert terms_of(member=member(shop, "owner")) == wanted


def test_the_second_of_two_changers_is_told_both_states(
    shop: Shop, inside: Scope
) -> None:
    second = second_owner(shop)
    found = member(shop, "support")
    seen = terms_of(member=found)
    change(shop, "support", terms(FULFILMENT))
    with pytest.raises(ChangedMeanwhile) as refused:
        change_member(
            seller=shop.seller,
            member_id=found.id,
            changer_id=second.id,
            seen=seen,
            wanted=terms(INVENTORY),
            now=clock.now(),
        )
    assert (refused.value.seen, refused.value.found) == (seen, terms(FULFILMENT))
    assert held(shop, "support") == FULFILMENT.rights


def test_an_owner_who_was_demoted_meanwhile_changes_nobody(
    shop: Shop, inside: Scope
) -> None:
    second = second_owner(shop)
    change(shop, "owner", terms(MANAGER), by=second)
    with pytest.raises(MayNotChange):
        change(shop, "support", terms(MANAGER))


def test_a_removed_person_has_no_right_no_group_and_no_way_back(
    shop: Shop, inside: Scope
) -> None:
    person = shop.people["support"]
    again = Invitation.objects.create(
        seller=shop.seller,
        email=person.email,
        role="support",
        token_hash="x",
        made_at=clock.now(),
        expires_at=clock.now(),
    )
    found = member(shop, "support")
    remove_member(
        seller=shop.seller,
        member_id=found.id,
        changer_id=shop.people["owner"].id,
        now=clock.now(),
    )
    assert held(shop, "support") == frozenset()
    assert person.groups.count() == 0
    assert SellerPersonPermission.objects.filter(user=person).count() == 0
    again.refresh_from_db()
    assert again.withdrawn_at == clock.now()
    assert recorded("member:removed:shop") == [
        {"person": str(person.id), "role": "support"}
    ]
    with pytest.raises(MemberMissing):
        remove_member(
            seller=shop.seller,
            member_id=found.id,
            changer_id=shop.people["owner"].id,
            now=clock.now(),
        )


def test_a_made_up_id_changes_nobody(shop: Shop, inside: Scope) -> None:
    with pytest.raises(MemberMissing):
        change_member(
            seller=shop.seller,
            member_id=new_id(),
            changer_id=shop.people["owner"].id,
            seen=terms(SUPPORT),
            wanted=terms(MANAGER),
            now=clock.now(),
        )


def test_from_its_end_day_on_a_membership_counts_as_none(shop: Shop) -> None:
    person = shop.people["auditor"]
    with shop.scope():
        change(
            shop,
            "auditor",
            Terms(AUDITOR, opens_buyer_data=False, ends_on=date(2026, 12, 1)),
        )

    def counted() -> tuple[int, int]:
        with person_scope(person_id=person.id):
            mine = memberships_of(person_id=person.id, now=clock.now())
        with shop.scope():
            return len(mine), len(held(shop, "auditor"))

    with at("2026-11-30T23:59:59Z"):
        assert counted() == (1, len(AUDITOR.rights))
    with at("2026-12-01T00:00:00Z"):
        assert counted() == (0, 0)


def test_an_owner_whose_time_ended_is_not_named_and_changes_nobody(
    shop: Shop, inside: Scope
) -> None:
    second = second_owner(shop)
    Membership.objects.filter(person=second).update(ends_on=clock.now().date())
    names = names_with(seller=shop.seller, right=Right.MANAGE_MEMBERS, now=clock.now())
    assert names == ["Owner Exampleton"]
    with pytest.raises(MayNotChange):
        change(shop, "support", terms(MANAGER), by=second)


@pytest.mark.parametrize("code", ["", "x", "owner:2:", "king:1:", "owner:1:never"])
def test_a_made_up_code_is_no_terms(code: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Terms.of_code(code)


def test_terms_are_read_back_from_their_code() -> None:
    wanted = Terms(SUPPORT, opens_buyer_data=True, ends_on=date(2026, 12, 31))
    assert wanted.code == "support:1:2026-12-31"
    assert Terms.of_code(wanted.code) == wanted
    assert Terms.of_code(terms(OWNER).code) == terms(OWNER)
