"""The service behind the showing: record first, columns of one group, real commits."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Order, Recipient
from orders.services import disclosure
from orders.services.disclosure import (
    GROUPS,
    DisclosureRefused,
    Refusal,
    disclose_recipient,
)
from tests.factories.orders import BUYER, NOW, alter, one_order
from tests.shops import Shop
from vault.context import ScopeMissing
from vault.kinds import Purpose
from vault.models import LedgerEntry


def disclose(order: Order, group: str = "phone") -> disclosure.Disclosure:
    """Open a group for delivery."""
    return disclose_recipient(
        order=order, group=group, purpose=Purpose.DELIVER, reference="", now=NOW
    )


def test_every_sealed_field_is_in_exactly_one_group() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(Recipient.privacy.buyer)


def test_only_the_columns_of_the_group_leave_the_database(shop: Shop) -> None:
    order = one_order(shop.id)
    with shop.scope(), CaptureQueriesContext(connection) as asked:
        disclose(order)
    # The second one asks whether the buyer is invented.
    sql, _ = [q["sql"] for q in asked if 'FROM "orders_recipient"' in q["sql"]]
    loaded = [name for name in Recipient.privacy.buyer if f'"{name}"' in sql]
    assert sorted(loaded) == ["buyer_phone", "phone"]


def test_the_record_is_written_before_the_value_is_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = one_order(shop.id)

    def no_log(**_: object) -> None:
        message = "no log"
        raise RuntimeError(message)

    monkeypatch.setattr("vault.opening.append", no_log)
    monkeypatch.setattr("vault.opening.unseal", pytest.fail)
    with shop.scope(), pytest.raises(RuntimeError, match="no log"):
        disclose(order)


def test_what_was_opened_prints_no_value(shop: Shop) -> None:
    order = one_order(shop.id)
    with shop.scope():
        shown = disclose(order)
    assert dict(shown.values) == {"phone": BUYER["phone"]}
    assert repr(shown) == "<shown phone, 1 fields>"


def test_outside_a_scope_nothing_opens(shop: Shop) -> None:
    order = one_order(shop.id)
    with pytest.raises(ScopeMissing):
        disclose(order)


def test_a_refusal_says_which(shop: Shop) -> None:
    order = one_order(shop.id)
    alter(shop.id, "phone")
    with pytest.raises(DisclosureRefused) as refused, shop.scope():
        disclose(order)
    assert refused.value.refusal is Refusal.TAMPERED


def test_by_the_page_a_refusal_is_committed(transactional_db: None, shop: Shop) -> None:
    order = one_order(shop.id)
    alter(shop.id, "phone")
    url = shop.url(f"orders/{order.id}/show/phone/")
    assert shop.client("owner").post(url, {"purpose": "tax"}).status_code == 409
    connection.close()
    with shop.scope():
        kinds = LedgerEntry.objects.filter(subject_id=order.id).order_by("id")
        assert list(kinds.values_list("kind", flat=True)) == [
            "pii:sealed:import",
            "pii:refused:tampered",
        ]


def test_by_the_page_a_showing_is_committed_with_its_record(
    transactional_db: None, shop: Shop
) -> None:
    order = one_order(shop.id)
    url = shop.url(f"orders/{order.id}/show/phone/")
    answer = shop.client("owner").post(url, {"purpose": "tax"})
    assert BUYER["phone"] in answer.content.decode()
    connection.close()
    with shop.scope():
        assert LedgerEntry.objects.filter(kind="pii:opened:tax").count() == 1
