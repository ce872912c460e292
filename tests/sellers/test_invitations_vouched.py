"""An invitation is worth what its sender may still give; nobody comes back by one."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from sellers.models import Invitation, Membership, Person
from sellers.roles import AUDITOR, MANAGER, OWNER, SUPPORT, Terms
from sellers.services.granting import BeyondOwnEnd
from sellers.services.invitations import InvitationGone, invite, invite_person
from sellers.services.joining import accept_invitation, join_as_new, open_invitation
from sellers.services.members import change_member, remove_member, terms_of
from tests.sellers.team import (
    invitation_of,
    is_dead,
    recorded,
    resend,
    second_owner,
    terms,
)
from tests.shops import PASSWORD, Shop, at, signed_in
from vault.clock import clock
from vault.context import Scope

ACCEPT = "/invitations/accept/"
NEW = "new@shop.example"
JOIN = {"name": "Newa Exampleton", "password": PASSWORD}
ALL = terms(OWNER, opens=True)
ENDING = Terms(OWNER, opens_buyer_data=True, ends_on=date(2026, 11, 24))


def sent(shop: Shop, by: Person, wanted: Terms = ALL, *, to: str = NEW) -> str:
    """Invite an address by a person of the shop; return the token."""
    return invite_person(
        seller=shop.seller, email=to, terms=wanted, inviter_id=by.id, now=clock.now()
    )


def row_of(person: Person) -> Membership:
    """Return the person's membership of the shop in scope."""
    return Membership.objects.select_related("seller").get(person=person)


def changed(shop: Shop, person: Person, wanted: Terms) -> None:
    """Give a person other terms, by the shop's owner."""
    found = row_of(person)
    change_member(
        seller=shop.seller,
        member_id=found.id,
        changer_id=shop.people["owner"].id,
        seen=terms_of(member=found),
        wanted=wanted,
        now=clock.now(),
    )


def removed(shop: Shop, person: Person) -> None:
    """Take a person out, by the shop's owner."""
    remove_member(
        seller=shop.seller,
        member_id=row_of(person).id,
        changer_id=shop.people["owner"].id,
        now=clock.now(),
    )


def unsaid(person: Person, **values: object) -> None:
    """Change a membership past the services: nothing is withdrawn by that."""
    Membership.objects.filter(person=person).update(**values)


LOSSES: dict[str, Callable[[Shop, Person], object]] = {
    "removed": removed,
    "demoted": lambda shop, person: changed(shop, person, terms(MANAGER, opens=True)),
    "no buyer data": lambda shop, person: changed(shop, person, terms(OWNER)),
    "an end before the offer's": lambda shop, person: changed(shop, person, ENDING),
    "demoted unsaid": lambda _, person: unsaid(person, role="auditor"),
    "ended unsaid": lambda _, person: unsaid(person, ends_on=clock.now().date()),
    "closed": lambda _, person: Person.objects.filter(id=person.id).update(
        is_active=False
    ),
    "gone unsaid": lambda _, person: Membership.objects.filter(person=person).delete(),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_who_lost_a_right_gives_it_by_no_invitation(shop: Shop, loss: str) -> None:
    with shop.scope():
        other = second_owner(shop)
        token = sent(shop, other)
    kept = open_invitation(token=token, now=clock.now())
    known = Person.objects.create_user(
        email="known@shop.example", password=PASSWORD, name="K", made_at=clock.now()
    )
    open_page = Client()
    assert open_page.get(f"/invitations/{token}/", follow=True).status_code == 200
    with shop.scope():
        LOSSES[loss](shop, other)
    assert is_dead(token)
    assert Client().get(f"/invitations/{token}/", follow=True).status_code == 410
    assert open_page.get(ACCEPT).status_code == 410
    assert open_page.post(ACCEPT, JOIN).status_code == 410
    with pytest.raises(InvitationGone):
        join_as_new(invitation=kept, name="Newa", password=PASSWORD, now=clock.now())
    with pytest.raises(InvitationGone):
        accept_invitation(invitation=kept, person=known, now=clock.now())
    assert not Person.objects.filter(email=NEW).exists()
    with shop.scope():
        assert not Membership.objects.filter(person=known).exists()
        assert invitation_of(NEW).accepted_at is None


def test_an_owner_whose_time_ended_does_not_come_back(shop: Shop) -> None:
    with shop.scope():
        other = second_owner(shop)
        changed(shop, other, ENDING)
        token = sent(shop, other, ENDING)
    with at("2026-11-23T23:59:59Z"):
        assert not is_dead(token)
    with at("2026-11-24T00:00:00Z"):
        assert is_dead(token)


@pytest.mark.parametrize("act", [changed, removed])
def test_what_a_person_sent_is_withdrawn_and_recorded(
    shop: Shop, inside: Scope, act: Callable[..., None]
) -> None:
    other = second_owner(shop)
    sent(shop, other)
    sent(shop, other, terms(SUPPORT), to="b@shop.example")
    sent(shop, shop.people["owner"], to="c@shop.example")
    act(*(shop, other, terms(MANAGER)) if act is changed else (shop, other))
    assert _waiting() == {"c@shop.example"}
    assert recorded("member:withdrew:invitation") == [
        {"role": "owner"},
        {"role": "support"},
    ]


def test_only_what_could_not_be_sent_any_more_is_withdrawn(
    shop: Shop, inside: Scope
) -> None:
    other = second_owner(shop)
    sent(shop, other)
    kept = sent(shop, other, terms(SUPPORT), to="b@shop.example")
    changed(shop, other, terms(OWNER))
    assert _waiting() == {"b@shop.example"}
    assert not is_dead(kept)


def test_sent_again_by_who_may_it_works_again(shop: Shop) -> None:
    with shop.scope():
        other = second_owner(shop)
        token = sent(shop, other)
        removed(shop, other)
        assert is_dead(token)
        renewed = resend(shop, NEW)
    guest = Client()
    guest.get(f"/invitations/{renewed}/")
    assert guest.post(ACCEPT, JOIN).status_code == 302


def test_what_the_operator_sent_needs_no_sender(shop: Shop) -> None:
    with shop.scope():
        token = invite(
            seller=shop.seller,
            email=NEW,
            role=OWNER,
            opens_buyer_data=True,
            now=clock.now(),
        )
        Membership.objects.all().delete()
    guest = Client()
    guest.get(f"/invitations/{token}/")
    assert guest.post(ACCEPT, JOIN).status_code == 302


@pytest.mark.parametrize(
    ("ends_on", "refused"),
    [
        (None, True),
        (date(2026, 11, 25), True),
        (date(2026, 11, 24), False),
        (date(2026, 11, 23), False),
    ],
)
def test_who_has_an_end_invites_nobody_beyond_it(
    shop: Shop, ends_on: date | None, *, refused: bool
) -> None:
    with shop.scope():
        other = second_owner(shop)
        changed(shop, other, ENDING)
        client = signed_in(other)
    form = {"email": NEW, "role": "auditor", "ends_on": str(ends_on or "")}
    answer = client.post(shop.url("people/invite/"), form)
    assert answer.status_code == (422 if refused else 200)
    assert ("Your own access has an end day" in answer.content.decode()) is refused
    with shop.scope():
        assert Invitation.objects.filter(email=NEW).exists() is not refused


def test_who_has_an_end_gives_members_nothing_beyond_it(
    shop: Shop, inside: Scope
) -> None:
    other = second_owner(shop)
    changed(shop, other, ENDING)

    def give(wanted: Terms) -> None:
        found = _support(shop)
        change_member(
            seller=shop.seller,
            member_id=found.id,
            changer_id=other.id,
            seen=terms_of(member=found),
            wanted=wanted,
            now=clock.now(),
        )

    with pytest.raises(BeyondOwnEnd):
        give(terms(MANAGER, opens=True))
    # Less than the person has already is no gift, however long it lasts.
    give(terms(SUPPORT))
    with pytest.raises(BeyondOwnEnd):
        give(terms(SUPPORT, opens=True))
    give(Terms(AUDITOR, opens_buyer_data=False, ends_on=date(2026, 11, 23)))
    with pytest.raises(BeyondOwnEnd):
        give(terms(AUDITOR))
    give(Terms(AUDITOR, opens_buyer_data=False, ends_on=date(2026, 11, 24)))
    assert _support(shop).ends_on == date(2026, 11, 24)


def _support(shop: Shop) -> Membership:
    return row_of(shop.people["support"])


def _waiting() -> set[str]:
    rows = Invitation.objects.filter(withdrawn_at=None).exclude(invited_by=None)
    return set(rows.values_list("email", flat=True))
