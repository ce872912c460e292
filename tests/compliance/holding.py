"""Holds and rules for tests, and a key on the seller's machine: made by openssl."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from compliance.models import (
    ArchiveItem,
    HeldOrder,
    Hold,
    HoldGround,
    OrderKind,
    StandingRule,
)
from compliance.services.certificates import add_certificate
from compliance.services.hold_approval import approve_hold
from compliance.services.holding import Draft, place_hold
from compliance.services.sweep import sweep
from compliance.services.tax_rules import RuleDraft, approve_rule, place_rule
from sellers.models import Membership
from sellers.roles import Right
from tests.orders.incoming import incoming, receive
from tests.shops import Shop
from vault.clock import clock
from vault.models import LedgerEntry

PASSPHRASE = "four plain words here"
ADDRESS = ("name", "address_line_1", "city", "postal_code")
LAST_DAY = date(2027, 5, 1)


@dataclass(frozen=True, slots=True)
class HoldKey:
    """A key pair in a folder of the seller's; the portal sees the certificate alone."""

    key: Path
    certificate: Path

    @property
    def pem(self) -> str:
        """Return the certificate."""
        return self.certificate.read_text()

    def opened(self, cms: bytes) -> dict[str, Any]:
        """Open an item as the set-up page says, with openssl."""
        done = subprocess.run(
            [
                *("openssl", "cms", "-decrypt", "-binary", "-inform", "DER"),
                *("-inkey", str(self.key), "-recip", str(self.certificate)),
                *("-passin", f"pass:{PASSPHRASE}"),
            ],
            input=cms,
            check=True,
            capture_output=True,
        )
        read: dict[str, Any] = json.loads(done.stdout)
        return read


def make_key(folder: Path, *, kind: str = "rsa:3072", days: int = 36_500) -> HoldKey:
    """Make a key as the set-up page says."""
    folder.mkdir(parents=True, exist_ok=True)
    made = HoldKey(folder / "hold.key", folder / "hold.crt")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", kind, "-days", str(days)),
            *("-keyout", str(made.key), "-out", str(made.certificate)),
            *("-subj", "/CN=Holds of Harbor and Pine"),
            *("-passout", f"pass:{PASSPHRASE}"),
        ],
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture(scope="session")
def hold_key(tmp_path_factory: pytest.TempPathFactory) -> HoldKey:
    """Return a key of the shop's, made once."""
    return make_key(tmp_path_factory.mktemp("seller"))


@pytest.fixture
def certified(shop: Shop, hold_key: HoldKey) -> Shop:
    """Return a shop that has set its certificate up, whose people are not new."""
    settle(shop)
    with shop.scope():
        add_certificate(
            given=hold_key.pem, person_id=shop.people["owner"].id, now=clock.now()
        )
    return shop


def settle(shop: Shop) -> None:
    """Let the shop's people have come a month ago."""
    with shop.scope():
        Membership.objects.update(joined_at=clock.now() - timedelta(days=30))


def placed(
    shop: Shop,
    *orders: UUID,
    by: str = "owner",
    fields: Sequence[str] = ADDRESS,
    ends_on: date = LAST_DAY,
) -> Hold:
    """Place a hold at the clock's instant."""
    draft = Draft(
        kind=HoldGround.COURT,
        ground="Court order 26-1184",
        fields=tuple(fields),
        ends_on=ends_on,
        subject_ids=orders,
    )
    with shop.scope():
        return place_hold(draft=draft, person_id=shop.people[by].id, now=clock.now())


def approved(
    shop: Shop, hold: Hold, *, by: str = "manager", factor_given: bool = False
) -> Hold:
    """Approve a hold at the clock's instant."""
    with shop.scope():
        return approve_hold(
            hold_id=hold.id,
            person_id=shop.people[by].id,
            factor_given=factor_given,
            now=clock.now(),
        )


def ruled(
    shop: Shop,
    *,
    country: str = "US",
    kind: OrderKind = OrderKind.ANY,
    fields: Sequence[str] = ("name", "tax_id"),
    years: int = 5,
) -> StandingRule:
    """Place and approve a standing rule at the clock's instant."""
    draft = RuleDraft(
        country=country,
        kind=kind,
        law="Tax code, article 30",
        fields=tuple(fields),
        years=years,
    )
    with shop.scope():
        rule = place_rule(
            draft=draft, person_id=shop.people["owner"].id, now=clock.now()
        )
        return approve_rule(
            rule_id=rule.id,
            person_id=shop.people["manager"].id,
            factor_given=False,
            now=clock.now(),
        )


def items(shop: Shop) -> list[ArchiveItem]:
    """Return the shop's items, oldest first."""
    with shop.scope():
        return list(ArchiveItem.objects.order_by("id"))


def outcomes(shop: Shop, hold: Hold) -> list[str]:
    """Return what became of each order of a hold, in their order."""
    with shop.scope():
        rows = HeldOrder.objects.filter(hold_id=hold.id).order_by("id")
        return list(rows.values_list("outcome", flat=True))


def fresh(shop: Shop, hold: Hold) -> Hold:
    """Return a hold as it stands in the database."""
    with shop.scope():
        return Hold.objects.get(id=hold.id)


def entries(shop: Shop, kind: str) -> list[LedgerEntry]:
    """Return the shop's entries of a kind, or of all that begin with it."""
    with shop.scope():
        rows = LedgerEntry.objects.filter(kind__startswith=kind)
        return list(rows.order_by("id"))


def leave_alone(shop: Shop, code: str = "owner") -> None:
    """Take everybody out of the shop who manages holds, but for one."""
    keep = shop.people[code].id
    with shop.scope():
        for member in Membership.objects.exclude(person_id=keep):
            if Right.MANAGE_HOLDS in member.role_class.rights:
                member.delete()


def order_of(shop: Shop, number: int = 1) -> str:
    """Take an order in and return its number."""
    name = f"114-{number:07d}-0000001"
    receive(shop, incoming(marketplace_order_id=name))
    return name


def swept(shop: Shop) -> None:
    """Sweep the shop at the clock's instant."""
    sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
