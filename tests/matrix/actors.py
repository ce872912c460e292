"""Who asks: strangers, members in each role, former and half-signed-in ones, staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from allauth.mfa.models import Authenticator
from django.test import Client

from sellers.models import Membership, Person, StaffRole
from sellers.roles import ROLES, Right
from sellers.services.members import add_member
from sellers.services.second_factor import FactorState
from sellers.services.sessions import note_factor
from sellers.services.staffing import end_staff
from tests.factors import give_second_factor
from tests.matrix.world import World
from tests.shops import Shop, signed_in
from tests.staffing import MakeStaff


class Standing(StrEnum):
    """How somebody stands to the own shop."""

    STRANGER = "not signed in"
    HALF = "signed in, led to what is missing"
    MEMBER = "member"
    OUTSIDER = "signed in, not a member"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a client.

    ``led_to``: the address that somebody is led to from everywhere. ``there_too``:
    works in the other shop (as well).
    """

    name: str
    standing: Standing
    client: Client
    rights: frozenset[Right] = frozenset()
    staff_role: str = ""
    led_to: str = ""
    there_too: bool = False

    @property
    def reaches_both(self) -> bool:
        """Tell whether outside the shops things of both are theirs to see."""
        return self.there_too or self.standing is Standing.STAFF


def stranger() -> Actor:
    """Return somebody who has not signed in."""
    return Actor("anonymous", Standing.STRANGER, Client())


def member(world: World, role: str) -> Actor:
    """Return a member in a role, who may open buyer data where the role allows it."""
    rights = set(ROLES[role].rights)
    if ROLES[role].may_open_buyer_data:
        rights.add(Right.OPEN_BUYER_DATA)
    return Actor(role, Standing.MEMBER, world.shop.client(role), frozenset(rights))


def withheld(world: World, now: datetime) -> Actor:
    """Return a manager who was not given the right to open buyer data."""
    person = _newcomer("withheld", now)
    _join(world.shop, person, "manager", now)
    rights = ROLES["manager"].rights
    return Actor("withheld", Standing.MEMBER, signed_in(person), rights)


def in_both(world: World, now: datetime) -> Actor:
    """Return the auditor of this shop who owns the other one."""
    person = _newcomer("both", now)
    _join(world.shop, person, "auditor", now)
    _join(world.other, person, "owner", now)
    return Actor(
        "auditor here, owner there",
        Standing.MEMBER,
        signed_in(person),
        ROLES["auditor"].rights,
        there_too=True,
    )


def rival(world: World) -> Actor:
    """Return the owner of the other shop."""
    client = world.other.client("owner")
    return Actor("owner there", Standing.OUTSIDER, client, there_too=True)


def leaver(world: World, now: datetime) -> Actor:
    """Return somebody whose membership was taken away, and nothing but that."""
    person = _newcomer("leaver", now)
    _join(world.shop, person, "owner", now)
    client = signed_in(person)
    with world.shop.scope():
        Membership.objects.filter(person=person).delete()
    return Actor("ex-member", Standing.OUTSIDER, client)


def expired(world: World, now: datetime) -> Actor:
    """Return somebody whose membership ends with the beginning of today."""
    person = _newcomer("expired", now)
    _join(world.shop, person, "owner", now)
    with world.shop.scope():
        Membership.objects.filter(person=person).update(ends_on=now.date())
    return Actor("member until yesterday", Standing.OUTSIDER, signed_in(person))


def without_app(world: World) -> Actor:
    """Return an owner who has not set up the second factor."""
    return _half(world, "without second factor", FactorState.MISSING, "second_factor")


def codes_not_kept(world: World) -> Actor:
    """Return an owner who has set it up and not put the recovery codes away."""
    return _half(world, "codes not kept", FactorState.CODES_NOT_KEPT, "recovery_codes")


def old_password(world: World, now: datetime) -> Actor:
    """Return an owner whose password is older than a year."""
    owner = world.shop.people["owner"]
    owner.password_changed_at = now - timedelta(days=366)
    owner.save(update_fields=["password_changed_at"])
    client, led_to = world.shop.client("owner"), "account_change_password"
    return Actor("old password", Standing.HALF, client, led_to=led_to)


def staff(make_staff: MakeStaff, role: StaffRole) -> Actor:
    """Return a person of the operator's staff."""
    client = make_staff(role).client()
    return Actor(f"staff {role.value}", Standing.STAFF, client, staff_role=role.value)


def former_staff(make_staff: MakeStaff, now: datetime) -> Actor:
    """Return somebody who is no staff any more, and whose session was forgotten."""
    person = make_staff().person
    end_staff(email=person.email, now=now)
    return Actor("former staff", Standing.OUTSIDER, signed_in(person))


def _half(world: World, name: str, state: FactorState, led_to: str) -> Actor:
    client = world.shop.client("owner")
    session = client.session
    note_factor(session=session, factor=state)
    session.save()
    if state is FactorState.MISSING:
        Authenticator.objects.filter(user=world.shop.people["owner"]).delete()
    return Actor(name, Standing.HALF, client, led_to=led_to)


def _newcomer(name: str, now: datetime) -> Person:
    person = Person.objects.create_user(
        email=f"{name}@shop.example",
        password="A newcomer 7 is long enough!",
        name=f"{name.title()} Exampleton",
        made_at=now,
    )
    give_second_factor([person])
    return person


def _join(shop: Shop, person: Person, code: str, now: datetime) -> None:
    with shop.scope():
        add_member(
            seller=shop.seller,
            person=person,
            role=ROLES[code],
            opens_buyer_data=code == "owner",
            now=now,
        )
