"""Opening: what refuses it, and with which error."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection

from orders.models import Recipient
from tests.shops import Shop, at
from tests.vault.planted import (
    DAY,
    FIRST_SECOND,
    LAST_SECOND,
    NAME,
    NOW,
    PHONE,
    SECRETS,
    buyer_in,
    loaded,
    lose_day,
    opened,
    openings,
    purpose_for,
    unsaved_buyer,
)
from vault import opening
from vault.clock import clock
from vault.context import Scope
from vault.keys import data_keys
from vault.opening import Opening, open_fields
from vault.refusals import (
    KeyDestroyed,
    KeyLost,
    NoContext,
    OpeningRefused,
    OpeningStopped,
    OpeningSuspended,
    OtherSeller,
    PastItsDay,
    Tampered,
)
from vault.sealed import Sealed


def test_an_opening_gives_text_and_leaves_the_row_sealed(
    shop: Shop, inside: Scope
) -> None:
    row = buyer_in(shop)
    assert opened(row, "name", "phone", "company") == {"name": NAME, "phone": PHONE}
    assert isinstance(row.name, Sealed)


def test_no_scope(shop: Shop) -> None:
    with shop.scope():
        row = buyer_in(shop)
    with pytest.raises(NoContext):
        open_fields(row=row, fields=["name"], opening=purpose_for(row))


@pytest.mark.parametrize("purpose", [None, "", "deliver", "pii:opened:deliver"])
def test_no_purpose(shop: Shop, inside: Scope, purpose: object) -> None:
    row = buyer_in(shop)
    aimless = Opening(purpose, row.order_id, NOW)  # type: ignore[arg-type]
    with pytest.raises(NoContext):
        open_fields(row=row, fields=["name"], opening=aimless)
    assert openings() == []


def test_a_subject_that_is_not_the_rows_own(shop: Shop, inside: Scope) -> None:
    row, other = buyer_in(shop), buyer_in(shop)
    for wrong in (other.order_id, row.pk, uuid4()):
        with pytest.raises(NoContext):
            open_fields(
                row=row,
                fields=["name"],
                opening=replace(purpose_for(row), subject_id=wrong),
            )
    assert openings() == []


def test_another_sellers_row(shop: Shop, other_shop: Shop) -> None:
    with other_shop.scope():
        row = buyer_in(other_shop)
    with shop.scope(), pytest.raises(OtherSeller):
        opened(row)


def test_another_sellers_row_reached_by_sql(shop: Shop, other_shop: Shop) -> None:
    """Who can run SQL can set the tenant; the seal is bound to the scope all the same.

    The control shows that the row is really there to be read.
    """
    with other_shop.scope():
        row = buyer_in(other_shop)
    with shop.scope():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('app.seller_id', %s, true)", [str(other_shop.id)]
            )
        stolen = Recipient.objects.get(pk=row.pk)
        assert stolen.name == row.name
        with pytest.raises(OtherSeller):
            opening._open(row=stolen, field="name")


def test_the_last_second_opens_and_the_first_of_the_day_does_not(
    shop: Shop, inside: Scope
) -> None:
    row = buyer_in(shop)
    with at(LAST_SECOND):
        assert opened(row) == {"name": NAME}
    with at(FIRST_SECOND), pytest.raises(PastItsDay):
        opened(row)


@pytest.mark.parametrize(
    "instant",
    ["2026-12-18T01:00:00+02:00", "2026-12-17T18:59:59-05:00"],
)
def test_the_day_is_counted_in_utc(shop: Shop, inside: Scope, instant: str) -> None:
    row = buyer_in(shop)
    with at(instant):
        assert opened(row) == {"name": NAME}
    with at("2026-12-17T19:00:00-05:00"), pytest.raises(PastItsDay):
        opened(row)


def test_past_its_day_though_the_key_is_there_and_the_row_says_later(
    shop: Shop, inside: Scope
) -> None:
    """The day stands in the sealed bytes: a changed column moves nothing."""
    row = buyer_in(shop)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_recipient SET purge_on = '2027-06-01', "
            "limit_on = '2027-06-03'"
        )
    with at(FIRST_SECOND), pytest.raises(PastItsDay):
        opened(loaded(row))
    data_keys().data_key(seller_id=shop.id, day=DAY)


def test_moved_by_an_offset(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    before = clock.now()
    clock.move("+40000d")
    try:
        with pytest.raises(PastItsDay):
            opened(row)
    finally:
        clock.move(before.isoformat())
    assert opened(row) == {"name": NAME}


def test_destroyed(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    data_keys().keystore.destroy_through(DAY)
    with pytest.raises(KeyDestroyed):
        opened(row)


def test_the_seller_is_gone(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    data_keys().keystore.destroy_seller(shop.id)
    with pytest.raises(KeyDestroyed):
        opened(row)


def test_lost(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    lose_day(DAY)
    with pytest.raises(KeyLost):
        opened(row)


def test_suspended(shop: Shop, inside: Scope) -> None:
    row = buyer_in(shop)
    folder = data_keys().keystore.folder
    folder.chmod(0)
    try:
        with pytest.raises(OpeningSuspended):
            opened(row)
    finally:
        folder.chmod(0o700)
    assert opened(row) == {"name": NAME}


def broken(row: Recipient) -> None:
    """Alter a value in memory."""
    row.__dict__["name"] = Sealed(row.name.blob[:-1] + b"?")


def destroyed(row: Recipient) -> None:
    """Destroy the key."""
    data_keys().keystore.destroy_through(row.purge_on)


def lost(row: Recipient) -> None:
    """Lose the key."""
    lose_day(row.purge_on)


@pytest.mark.parametrize(
    ("fault", "error"),
    [(broken, Tampered), (destroyed, KeyDestroyed), (lost, KeyLost)],
)
def test_a_refusal_says_and_logs_nothing_of_the_value(
    shop: Shop,
    inside: Scope,
    caplog: pytest.LogCaptureFixture,
    fault: Callable[[Recipient], None],
    error: type[OpeningRefused],
) -> None:
    row = buyer_in(shop)
    blob = row.name.blob
    fault(row)
    caplog.set_level("DEBUG")
    with pytest.raises(error) as refused:
        opened(row)
    said = f"{refused.value}{refused.value!r}{refused.value.args}{caplog.text}"
    for secret in (*SECRETS, blob.hex(), repr(blob[46:60]), shop.seller.name):
        assert secret not in said


def test_each_refusal_is_an_error_of_its_own() -> None:
    kinds = {NoContext, OtherSeller, Tampered, PastItsDay}
    kinds |= {KeyDestroyed, KeyLost, OpeningStopped, OpeningSuspended}
    assert set(OpeningRefused.__subclasses__()) == kinds
    assert [k for k in kinds if k.__subclasses__()] == []


def test_what_is_not_sealed_is_not_opened(shop: Shop, inside: Scope) -> None:
    row = unsaved_buyer(shop)
    assert opened(row, "name", "order_id", "purge_on") == {}
    assert openings() == []
    with pytest.raises(AttributeError):
        opened(row, "no_such_field")
