"""The two demo shops and the people in them."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from allauth.account.models import EmailAddress

from sellers.models import Person, Seller, StaffRole
from sellers.roles import ROLES
from sellers.services.onboarding import AlreadyMember, add_member, create_shop
from sellers.services.staffing import appoint_staff
from vault.context import SYSTEM, seller_scope


@dataclass(frozen=True, slots=True)
class DemoShop:
    """An invented shop: its name, time zone, pace and people by role."""

    name: str
    domain: str
    time_zone: str
    orders_a_day: int
    people: dict[str, str]
    market: str


SHOPS = (
    DemoShop(
        name="Harbor & Pine",
        domain="harborpine.example",
        time_zone="America/Los_Angeles",
        orders_a_day=8,
        market="US",
        people={
            "owner": "Maya Okafor",
            "manager": "Ruth Diaz",
            "fulfilment": "Lena Sato",
            "inventory": "Ines Novak",
            "support": "Jonas Weber",
            "auditor": "Paul Lindgren",
        },
    ),
    DemoShop(
        name="Fern & Stone",
        domain="fernstone.example",
        time_zone="Europe/Berlin",
        orders_a_day=3,
        market="DE",
        people={
            "owner": "Karin Vogt",
            "manager": "Tom Reyes",
            "fulfilment": "Aino Laine",
            "inventory": "Bo Madsen",
            "support": "Clara Pinto",
            "auditor": "Paul Lindgren",
        },
    ),
)


#: The demo's person of the operator: address and name.
STAFF = ("staff@operator.example", "Tomas Alvarez")

Logins = list[dict[str, str | None]]


def open_demo_shops(*, now: datetime) -> tuple[list[tuple[DemoShop, Seller]], Logins]:
    """Open the shops with their people; return the shops and the log-ins.

    The owner of the first shop is a manager of the second, so that switching shows.
    The last log-in is of staff, who belong to no shop.
    """
    opened: list[tuple[DemoShop, Seller]] = []
    entries: Logins = []
    for shop in SHOPS:
        email = f"owner@{shop.domain}"
        seller, _ = create_shop(
            name=shop.name, owner_email=email, now=now, time_zone=shop.time_zone
        )
        seller.demo = True
        seller.save(update_fields=["demo"])
        opened.append((shop, seller))
        for role, name in shop.people.items():
            password = demo_password()
            address = f"{role}@{shop.domain}"
            _join(seller, role, _person(address, name, password, now), now)
            entries.append(
                {
                    "shop": seller.slug,
                    "role": role,
                    "email": address,
                    "password": password,
                }
            )
    _join(opened[1][1], "manager", Person.objects.get(email=entries[0]["email"]), now)
    entries.append(_staff(now))
    return opened, entries


def demo_password() -> str:
    """Draw a password that keeps the rules: each of the four classes is in it."""
    return f"{secrets.token_urlsafe(12)}-Aa{secrets.randbelow(10)}"


def write_logins(*, entries: Logins, to: Path) -> None:
    """Write the log-ins to a file that only its owner can read, all or nothing."""
    part = to.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(json.dumps(entries, indent=2) + "\n")
    part.replace(to)


def _staff(now: datetime) -> dict[str, str | None]:
    email, name = STAFF
    place = appoint_staff(email=email, name=name, role=StaffRole.SECURITY, now=now)
    password = demo_password()
    person = Person.objects.get(id=place.person_id)
    person.set_password(password)
    person.password_changed_at = now
    person.save(update_fields=["password", "password_changed_at"])
    return {"shop": None, "role": "staff", "email": email, "password": password}


def _person(email: str, name: str, password: str, now: datetime) -> Person:
    person = Person.objects.create_user(
        email=email, password=password, name=name, made_at=now
    )
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def _join(seller: Seller, role: str, person: Person, now: datetime) -> None:
    with seller_scope(seller_id=seller.id, actor=SYSTEM):
        try:
            add_member(
                seller=seller,
                person=person,
                role=ROLES[role],
                opens_buyer_data=ROLES[role].may_open_buyer_data,
                now=now,
            )
        except AlreadyMember:
            return
