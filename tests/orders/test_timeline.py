"""The timeline: one list, newest first, of what happened to order and buyer."""

import re
from datetime import timedelta

from compliance.services.sweep import sweep
from orders.enums import FulfillmentStatus
from orders.models import Order
from orders.queries.history import KEPT_QUIET
from orders.services.disclosure import disclose_recipient
from orders.services.shipping import Package, record_delivery, record_shipment
from sellers.models import Person
from tests.factories.orders import NOW, alter, incoming, line, one_order, take_in
from tests.shops import Shop, at
from vault.clock import clock
from vault.context import person_actor, seller_scope
from vault.kinds import Kind, Purpose
from vault.ledger import append
from vault.models import LedgerEntry


def told(shop: Shop, order: Order) -> list[str]:
    """Return the events of an order's page, as text, newest first."""
    answer = shop.client("owner").get(shop.url(f"orders/{order.id}/"))
    html = answer.content.decode().split('<ol class="tl">')[1].split("</ol>")[0]
    events = re.findall(r"<p>(.*?)</p>", html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", event).split()) for event in events]


def test_the_whole_life_of_an_order(shop: Shop) -> None:
    order = one_order(shop.id, purchased_at=NOW - timedelta(hours=1))
    packer = person_actor(shop.people["fulfilment"].id)
    with at("2026-11-23T09:00Z"), seller_scope(seller_id=shop.id, actor=packer):
        disclose_recipient(
            order=order,
            group="ship-to",
            purpose=Purpose.DELIVER,
            reference="1Z-77",
            now=clock.now(),
        )
    with at("2026-11-23T10:00Z"), seller_scope(seller_id=shop.id, actor=packer):
        package = Package("1", "UPS", "1Z-77", clock.now(), "Ground")
        record_shipment(order=order, package=package, now=clock.now())
    with at("2026-11-25T10:00Z"), seller_scope(seller_id=shop.id, actor=packer):
        record_delivery(
            order=order, delivered_at=clock.now() - timedelta(hours=1), now=clock.now()
        )
    with shop.scope():
        order.refresh_from_db()
    with at(f"{order.purge_on}T00:02Z"):
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        events = told(shop, order)
    day = f"{order.purge_on.day} Dec"
    gone = f"Key destroyed {day}, 00:02 UTC, 9 fields gone. Purge record P-0001."
    why = "Purpose: deliver the order. Number: 1Z-77."
    late = "Evidence allowed it until 23 Dec, and no sweep ran in its last week."
    assert events == [
        f"Day not moved on in time {late}",
        f"Buyer data purged {gone}",
        "Fulfilment Exampleton recorded the delivery Delivered 25 Nov, 09:00.",
        "Fulfilment Exampleton marked it shipped UPS Ground, 1Z-77",
        f"Fulfilment Exampleton was shown the ship-to address {why}",
        "Buyer data received and sealed 9 fields. Stored day then 20 Dec.",
        "Order imported Amazon US",
    ]


def test_an_import_that_changes_something(shop: Shop) -> None:
    order = one_order(shop.id)
    with at("2026-11-23T09:00Z"):
        again = incoming(
            marketplace_order_id=order.marketplace_order_id,
            status=FulfillmentStatus.SHIPPED,
            lines=(line(),),
        )
        take_in(shop.id, again)
        assert told(shop, order)[0] == "Changed by an import Status: shipped."


def test_a_refusal_is_told_with_person_and_reason(shop: Shop) -> None:
    order = one_order(shop.id)
    alter(shop.id, "phone")
    url = shop.url(f"orders/{order.id}/show/phone/")
    shop.client("support").post(url, {"purpose": "answer-buyer"})
    assert told(shop, order)[0] == (
        "Support Exampleton was not shown the phone number It was altered."
    )


def test_a_removal_before_the_day(shop: Shop) -> None:
    order = one_order(shop.id)
    with at("2026-11-24T09:00Z"):
        cancelled = incoming(
            marketplace_order_id=order.marketplace_order_id,
            status=FulfillmentStatus.CANCELLED,
            cancelled_at=NOW + timedelta(hours=1),
        )
        take_in(shop.id, cancelled)
        gone = "9 fields gone before their day; the last key dies on 20 Dec."
        assert told(shop, order) == [
            "Changed by an import Status: cancelled.",
            f"Buyer data removed {gone}",
            "Cancelled",
            "Buyer data received and sealed 9 fields. Stored day then 20 Dec.",
            "Order imported Amazon US",
        ]


def test_names_are_those_of_today_and_a_person_who_left_keeps_none(shop: Shop) -> None:
    order = one_order(shop.id)
    shop.client("support").post(
        shop.url(f"orders/{order.id}/show/email/"), {"purpose": "answer-buyer"}
    )
    assert told(shop, order)[0].startswith("Support Exampleton was shown the e-mail")
    Person.objects.filter(id=shop.people["support"].id).update(name="New Name")
    assert told(shop, order)[0].startswith("New Name was shown the e-mail")
    stranger = person_actor(order.id)
    with seller_scope(seller_id=shop.id, actor=stranger):
        append(
            kind=Kind.PII_OPENED_PACK,
            now=NOW + timedelta(seconds=1),
            subject_id=order.id,
            facts={"fields": "phone"},
        )
    assert told(shop, order)[0] == (
        "Somebody who left was shown the phone number Purpose: pack the order."
    )


def test_an_entry_of_a_kind_without_words_is_shown_as_it_stands(shop: Shop) -> None:
    order = one_order(shop.id)
    with shop.scope():
        append(
            kind=Kind.FILE_IMPORTED_ORDERS,
            now=NOW + timedelta(seconds=1),
            subject_id=order.id,
        )
    assert told(shop, order)[0] == "The portal file:imported:orders"


def test_every_kind_that_can_speak_of_an_order_can_be_told(shop: Shop) -> None:
    order = one_order(shop.id)
    facts: dict[str, int | str] = {
        "fields": 3,
        "day": "2026-12-20",
        "owed": "2026-12-23",
        "status": "SHIPPED",
        "last key dies on": "2026-12-20",
        "group": "phone",
        "name": "H-0001",
        "last day": "2027-05-01",
    }
    with shop.scope():
        for kind in Kind:
            append(kind=kind, now=NOW, subject_id=order.id, facts=facts)
    assert len(told(shop, order)) == len(Kind) - len(KEPT_QUIET) + 2


def test_nothing_of_another_order_or_shop_is_told(shop: Shop, other_shop: Shop) -> None:
    order, other = one_order(shop.id), one_order(shop.id)
    elsewhere = one_order(other_shop.id)
    with other_shop.scope():
        append(kind=Kind.PII_OPENED_TAX, now=NOW, subject_id=order.id)
    shop.client("owner").post(
        shop.url(f"orders/{other.id}/show/phone/"), {"purpose": "tax"}
    )
    assert len(told(shop, order)) == 2
    assert len(told(shop, other)) == 3
    assert len(told(other_shop, elsewhere)) == 2
    with other_shop.scope():
        assert LedgerEntry.objects.filter(subject_id=order.id).count() == 1
