"""Opening a shop of one's own, with oneself as its owner."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from sellers.demo_mode import demo_mode
from sellers.models import Membership, Person, Seller
from sellers.queries.staff import live_staff_member
from sellers.roles import OWNER
from sellers.services.closing_accounts import is_invented_address
from sellers.services.onboarding import add_member, found_shop
from vault.context import person_actor, seller_scope


def may_open_shops(*, person: Person) -> bool:
    """Tell whether somebody may open shops: the setting allows it; staff never may."""
    return bool(settings.PORTAL_OPEN_SHOPS) and (
        live_staff_member(person_id=person.id) is None
    )


def is_invented(*, person: Person, memberships: list[Membership]) -> bool:
    """Tell whether the signed-in person belongs to the demo, and to no shop besides.

    Such a person owns nothing: who opens a shop there makes an account of their own.
    """
    return (
        demo_mode()
        and all(member.seller.demo for member in memberships)
        and (bool(memberships) or is_invented_address(email=person.email))
    )


def make_account(*, name: str, email: str, password: str, now: datetime) -> Person:
    """Make an account for a visitor of the demo; the password was checked before."""
    person = Person.objects.create_user(
        email=email, password=password, name=name, made_at=now, password_changed_at=now
    )
    EmailAddress.objects.create(
        user=person, email=person.email, verified=False, primary=True
    )
    return person


def open_shop(*, name: str, owner: Person, time_zone: str, now: datetime) -> Seller:
    """Open a shop with ``owner`` in it at once; all of it or nothing.

    ``time_zone`` is an IANA name, checked by the form. The owner may be shown buyers
    for a purpose, as the first owner of an invited shop may.
    """
    actor = person_actor(owner.id)
    with transaction.atomic():
        seller = found_shop(name=name, time_zone=time_zone, actor=actor, now=now)
        with seller_scope(seller_id=seller.id, actor=actor):
            add_member(
                seller=seller,
                person=owner,
                role=OWNER,
                opens_buyer_data=True,
                now=now,
            )
    return seller
