"""Shops and people for tests, made through the same services as real ones."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from sellers.models import Person, Seller
from sellers.roles import ROLES
from sellers.services.onboarding import add_member, create_shop
from sellers.services.second_factor import FactorState
from sellers.services.sessions import open_session
from tests.factors import give_second_factor
from vault.clock import clock
from vault.context import SYSTEM, Scope, seller_scope
from vault.days import open_days

PASSWORD = "a Long enough pass-phrase 7"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop of a test, with a person in each role."""

    seller: Seller
    people: dict[str, Person]

    @property
    def id(self) -> UUID:
        """Return the seller's id."""
        return self.seller.id

    def scope(self) -> AbstractContextManager[Scope]:
        """Enter the shop as the portal itself."""
        return seller_scope(seller_id=self.seller.id, actor=SYSTEM)

    def client(self, role: str) -> Client:
        """Return a client signed in with a role, the second factor given."""
        return signed_in(self.people[role])

    def url(self, tail: str = "orders/") -> str:
        """Return an address inside the shop."""
        return f"/s/{self.seller.slug}/{tail}"


MakeShop = Callable[[str], Shop]


def signed_in(person: Person) -> Client:
    """Return a client signed in at this moment, the second factor given.

    Like everybody it is signed out after 30 minutes: a test that moves the clock
    takes another one.
    """
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    open_session(session=session, factor=FactorState.READY, now=clock.now())
    session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


@pytest.fixture
def make_shop(db: None, now: datetime) -> MakeShop:
    """Return a maker of shops with a person in each of the six roles."""
    open_days(today=now.date())

    def make(name: str) -> Shop:
        seller, _ = create_shop(
            name=name, owner_email="owner@shop.example", now=now, time_zone="UTC"
        )
        return Shop(seller=seller, people=_people(seller, now))

    return make


@pytest.fixture
def shop(make_shop: MakeShop) -> Shop:
    """Return a shop."""
    return make_shop("Harbor & Pine")


@pytest.fixture
def other_shop(make_shop: MakeShop) -> Shop:
    """Return a second shop, whose rows nobody of the first may reach."""
    return make_shop("Fern & Stone")


@pytest.fixture
def inside(shop: Shop) -> Iterator[Scope]:
    """Run the whole test inside the shop."""
    with shop.scope() as scope:
        yield scope


def _people(seller: Seller, now: datetime) -> dict[str, Person]:
    people = {}
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        for code, role in ROLES.items():
            person = Person.objects.create_user(
                email=f"{code}{next(_numbers)}@shop.example",
                password=PASSWORD,
                name=f"{code.title()} Exampleton",
                made_at=now,
            )
            people[code] = person
            add_member(
                seller=seller,
                person=person,
                role=role,
                opens_buyer_data=role.may_open_buyer_data,
                now=now,
            )
    give_second_factor(people.values())
    return people


@contextmanager
def at(instant: str) -> Iterator[None]:
    """Move the portal's clock for a block."""
    before = clock.now()
    clock.move(instant)
    yield
    clock.move(before.isoformat())
