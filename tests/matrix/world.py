"""Two shops with a row in each table, and somebody who belongs to neither."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession

from compliance.services.sweep import sweep
from sellers.models import Person
from tests.compliance.holding import settle
from tests.laws.tenants import Tenant, fill
from tests.shops import MakeShop, Shop

#: The connections that the pages of sellers and of staff use, and that of migrations,
#: on which staff are appointed.
DATABASES = ["default", "owner", "staff"]


@dataclass(frozen=True, slots=True)
class World:
    """An own shop and another's; ``ours`` and ``theirs`` are the rows in each."""

    shop: Shop
    other: Shop
    ours: Tenant
    theirs: Tenant

    @property
    def sides(self) -> tuple[tuple[Shop, Tenant], ...]:
        """Return each shop with its rows, the own one first."""
        return ((self.shop, self.ours), (self.other, self.theirs))


def build(*, make_shop: MakeShop, now: datetime) -> World:
    """Make both shops and their rows; committed where the test commits."""
    # A shop may be named like an address; its slug is "sign-in" then.
    shop, other = make_shop("Sign in"), make_shop("Fern & Stone")
    for each in (shop, other):
        _open_session(each.people["owner"], now)
        settle(each)
    ours = fill(seller=shop.seller, person=_person("colleague", now), now=now)
    theirs = fill(seller=other.seller, person=_person("rival", now), now=now)
    sweep(seller_ids=[shop.id, other.id], now=now)
    return World(shop=shop, other=other, ours=ours, theirs=theirs)


def _open_session(person: Person, now: datetime) -> None:
    """Let somebody be signed in elsewhere."""
    UserSession.objects.create(
        user=person,
        session_key=f"elsewhere-{person.pk.hex}"[:40],
        created_at=now,
        last_seen_at=now,
        ip="192.0.2.7",
        user_agent="elsewhere",
    )


def _person(name: str, now: datetime) -> Person:
    return Person.objects.create_user(
        email=f"{name}@shop.example",
        password=f"{name.title()} 7 is long enough!",
        name=f"{name.title()} Exampleton",
        made_at=now,
    )
