"""Which key may open a value: one rule, and the three doors that ask it."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest

from orders.models import Recipient
from tests.compliance.holding import HoldKey
from tests.shops import Shop, at
from tests.vault.moving import move
from tests.vault.planted import (
    DAY,
    LATER,
    buyer_in,
    lose_day,
    lose_seller,
    opened,
    stored,
)
from vault import anew, archiving, opening
from vault.admission import admitted_key
from vault.archiving import Cause, Wanted, archive
from vault.clock import clock
from vault.context import Scope
from vault.keys import data_keys
from vault.refusals import (
    KeyDestroyed,
    KeyLost,
    OpeningRefused,
    OtherSeller,
    PastItsDay,
    Tampered,
)

STRANGER = UUID(int=7)
Harm = Callable[[Shop], None]


def destroy(shop: Shop) -> None:
    """Destroy the day's secret."""
    data_keys().keystore.destroy_through(DAY)


def renew(shop: Shop) -> None:
    """Lose the seller's secret, and let another one be made in its place."""
    lose_seller(shop.id)
    data_keys().keystore.mint_seller(shop.id)


def refused(blob: bytes, *, seller_id: UUID, today: date) -> str:
    """Return what the rule refuses with, or an empty text."""
    try:
        admitted_key(blob=blob, seller_id=seller_id, today=today)
    except OpeningRefused as refusal:
        return type(refusal).__name__
    return ""


def test_the_day_before_admits_and_the_day_itself_does_not(
    shop: Shop, inside: Scope
) -> None:
    blob = stored(buyer_in(shop))
    said = [
        refused(blob, seller_id=shop.id, today=DAY + timedelta(days=days))
        for days in (-1, 0, 1)
    ]
    assert said == ["", PastItsDay.__name__, PastItsDay.__name__]


@pytest.mark.parametrize(
    ("harm", "refusal"),
    [
        (destroy, KeyDestroyed),
        (lambda _shop: lose_day(DAY), KeyLost),
        (renew, KeyLost),
    ],
    ids=["destroyed", "lost", "another key in its place"],
)
def test_a_key_that_is_gone(
    shop: Shop, inside: Scope, harm: Harm, refusal: type[OpeningRefused]
) -> None:
    blob, today = stored(buyer_in(shop)), DAY - timedelta(days=1)
    assert refused(blob, seller_id=shop.id, today=today) == ""
    harm(shop)
    assert refused(blob, seller_id=shop.id, today=today) == refusal.__name__


def test_another_seller_and_no_sealed_value(shop: Shop, inside: Scope) -> None:
    blob, today = stored(buyer_in(shop)), DAY - timedelta(days=1)
    assert refused(blob, seller_id=STRANGER, today=today) == OtherSeller.__name__
    assert refused(blob[:40], seller_id=shop.id, today=today) == Tampered.__name__


def open_it(row: Recipient, key: HoldKey) -> str:
    """Open a value for a purpose; return what that was refused with."""
    del key
    try:
        opened(row)
    except OpeningRefused as refusal:
        return type(refusal).__name__
    return ""


def archive_it(row: Recipient, key: HoldKey) -> str:
    """Seal a value to a certificate; return what that was refused with."""
    wanted = Wanted(row=row, fields=("name",), ends_on=LATER, label="H-0001")
    done = archive(
        wanted=[wanted], certificate=key.pem, cause=Cause.CASE, now=clock.now()
    )
    return "".join(type(refusal).__name__ for refusal in done.refused.values())


def move_it(row: Recipient, key: HoldKey) -> str:
    """Seal a value for another day; return what that was refused with."""
    del key
    return "".join(move((row, LATER)).left.values())


@pytest.mark.parametrize("door", [opening, archiving, anew])
def test_the_three_doors_ask_this_rule(
    shop: Shop,
    inside: Scope,
    hold_key: HoldKey,
    monkeypatch: pytest.MonkeyPatch,
    door: object,
) -> None:
    """Each with its own shop and day of the clock; each refuses what the rule does."""
    asked: list[tuple[UUID, date]] = []

    def never(*, blob: bytes, seller_id: UUID, today: date) -> None:
        assert blob
        asked.append((seller_id, today))
        raise KeyLost

    row = buyer_in(shop)
    ways = {opening: open_it, archiving: archive_it, anew: move_it}
    monkeypatch.setattr(door, "admitted_key", never)
    with at("2026-12-01T08:00Z"):
        said = {way: do(row, hold_key) for way, do in ways.items()}
    # Whoever moves comes last, and seals name and phone.
    assert said == {way: "KeyLost" if way is door else "" for way in ways}
    assert set(asked) == {(shop.id, date(2026, 12, 1))}
