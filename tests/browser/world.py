"""A shop that has something of everything, and everybody who may open a page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext

from compliance.services.certificates import add_certificate
from compliance.services.sweep import sweep
from orders.models import Order
from sellers.models import Person
from sellers.roles import FULFILMENT, MANAGER, ROLES
from sellers.services.members import add_member
from sellers.services.second_factor import FactorState, app_row, codes_row
from sellers.services.sessions import note_factor
from tests.browser.pages import HALFWAY, NEWCOMER, STAFF, STRANGER, UNKEPT
from tests.compliance.holding import HoldKey, approved, placed, ruled, settle
from tests.factors import RECOVERY, SECRET
from tests.marketplaces.uploads import press, report, spoilt, uploaded
from tests.orders.incoming import incoming, receive
from tests.sellers.team import ask, terms
from tests.shops import PASSWORD, Shop, signed_in
from tests.staffing import MakeStaff

#: Staff look with a role of their own, and the owner of the tables appoints them.
DATABASES = ["default", "owner", "staff"]


@dataclass(frozen=True, slots=True)
class World:
    """A live portal, its shop, and a way to be signed in as somebody."""

    origin: str
    shop: Shop
    clients: dict[str, Callable[[], Client]]

    def enter(self, context: BrowserContext, person: str) -> None:
        """Let a browser be used by a person."""
        if person == STRANGER:
            return
        if person == HALFWAY:
            self._give_password(context)
            return
        client = self.clients.get(person) or (lambda: self.shop.client(person))
        cookie = client().cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": cookie, "url": self.origin}]
        )

    def _give_password(self, context: BrowserContext) -> None:
        tab = context.new_page()
        tab.goto(f"{self.origin}/account/sign-in/")
        tab.get_by_label("E-mail").fill(self.shop.people["manager"].email)
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_label("Password").press("Enter")
        tab.wait_for_url("**/sign-in/code/")
        tab.close()


@pytest.fixture
def world(
    live_server: Any,
    held_shop: Shop,
    other_shop: Shop,
    make_staff: MakeStaff,
    now: datetime,
) -> World:
    """Return a portal with rows behind every page."""
    shop = held_shop
    receive(shop, incoming(marketplace_order_id="114-0000002-0000002"))
    run = uploaded(shop, spoilt(report(), 3))
    press(shop, run, "start")
    sweep(seller_ids=[shop.id, other_shop.id], now=now, clock_is_right=True)
    newcomer, unkept = _colleague(shop, "newcomer"), _colleague(shop, "unkept")
    unkept.authenticator_set.bulk_create(  # type: ignore[attr-defined] # allauth's
        [
            app_row(person_id=unkept.id, secret=SECRET),
            codes_row(person_id=unkept.id, codes=RECOVERY, kept=False),
        ]
    )
    with shop.scope():
        ask(shop, "invited@shop.example", terms(FULFILMENT))
    with other_shop.scope():
        add_member(
            seller=other_shop.seller,
            person=shop.people["owner"],
            role=MANAGER,
            opens_buyer_data=False,
            now=now,
        )
    staff = make_staff()
    return World(
        origin=live_server.url,
        shop=shop,
        clients={
            STAFF: staff.client,
            NEWCOMER: lambda: _half(newcomer, FactorState.MISSING),
            UNKEPT: lambda: _half(unkept, FactorState.CODES_NOT_KEPT),
        },
    )


@pytest.fixture
def held_shop(filled_shop: Shop, hold_key: HoldKey, now: datetime) -> Shop:
    """Return a shop with a hold that lives, one that waits, and a rule."""
    shop, owner = filled_shop, filled_shop.people["owner"].id
    with shop.scope():
        add_certificate(given=hold_key.pem, person_id=owner, now=now)
        orders = list(Order.objects.values_list("id", flat=True)[:3])
    settle(shop)
    ruled(shop)
    approved(shop, placed(shop, *orders))
    placed(shop, *orders[:1], by="manager")
    return shop


def _colleague(shop: Shop, name: str) -> Person:
    """Return somebody new in the shop, without a second factor."""
    joined = shop.people["owner"].made_at
    person = Person.objects.create_user(
        email=f"{name}@shop.example",
        password=PASSWORD,
        name=f"{name.title()} Exampleton",
        made_at=joined,
    )
    with shop.scope():
        add_member(
            seller=shop.seller,
            person=person,
            role=ROLES["inventory"],
            opens_buyer_data=False,
            now=joined,
        )
    return person


def _half(person: Person, state: FactorState) -> Client:
    client = signed_in(person)
    session = client.session
    note_factor(session=session, factor=state)
    session.save()
    return client
