"""Two at once: owners who demote each other, guests with one link. Real commits."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

from sellers.models import Invitation, Membership, Person
from sellers.roles import MANAGER, SUPPORT
from sellers.services.invitations import InvitationGone
from sellers.services.joining import join_as_new, open_invitation
from sellers.services.members import (
    ChangeRefused,
    MayNotChange,
    change_member,
    terms_of,
)
from tests.sellers.team import ask, second_owner, terms
from tests.shops import PASSWORD, Shop
from vault.clock import clock
from vault.context import person_actor, seller_scope


def at_once(*acts: Callable[[], None]) -> list[str]:
    """Run acts in threads that start together; return what each was refused with."""
    start, said = Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        start.wait(timeout=10)
        try:
            act()
            said.append("done")
        except (ChangeRefused, InvitationGone) as refused:
            said.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(said)


def test_two_owners_who_demote_each_other_leave_one_owner(
    transactional_db: None, shop: Shop
) -> None:
    first = shop.people["owner"]
    with shop.scope():
        second = second_owner(shop)
        rows = {m.person_id: m for m in Membership.objects.select_related("person")}

    def demote(changer: Person, other: Person) -> Callable[[], None]:
        def act() -> None:
            actor = person_actor(changer.id)
            with seller_scope(seller_id=shop.id, actor=actor):
                change_member(
                    seller=shop.seller,
                    member_id=rows[other.id].id,
                    changer_id=changer.id,
                    seen=terms_of(member=rows[other.id]),
                    wanted=terms(MANAGER),
                    now=clock.now(),
                )

        return act

    said = at_once(demote(first, second), demote(second, first))
    assert said == [MayNotChange.__name__, "done"]
    with shop.scope():
        assert Membership.objects.filter(role="owner").count() == 1


def test_one_link_used_twice_at_once_makes_one_account(
    transactional_db: None, shop: Shop
) -> None:
    email = "newa@shop.example"
    with shop.scope():
        token = ask(shop, email, terms(SUPPORT))
    kept = open_invitation(token=token, now=clock.now())

    def act() -> None:
        join_as_new(invitation=kept, name="Newa", password=PASSWORD, now=clock.now())

    assert at_once(act, act) == [InvitationGone.__name__, "done"]
    assert Person.objects.filter(email=email).count() == 1
    with shop.scope():
        assert Membership.objects.filter(person__email=email).count() == 1
        assert Invitation.objects.filter(email=email, accepted_at=None).count() == 0
