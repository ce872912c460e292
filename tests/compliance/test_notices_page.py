"""Notices and the test buyer on the pages: who sees what, and closing an incident."""

import pytest
from django.core import mail
from django.test import Client

from compliance.models import Notice
from compliance.services.sweep import sweep
from orders.models import Order
from orders.services.keeping_test_buyer import keep_test_buyer
from tests.orders.incoming import incoming, receive
from tests.orders.showing import show
from tests.sellerportal import today_pages
from tests.sellerportal.watching import standing, turn
from tests.shops import Shop, at
from vault import opening
from vault.clock import clock
from vault.kinds import Kind
from vault.models import LedgerEntry

OPENED = "The test buyer was opened"


@pytest.fixture
def invented(shop: Shop) -> Order:
    """Return the order of the test buyer of a shop, swept just now."""
    receive(shop, incoming())
    assert keep_test_buyer(seller_id=shop.id, now=clock.now())
    sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
    with shop.scope():
        return Order.objects.get(test_buyer=True)


def exposure(shop: Shop, role: str = "owner") -> str:
    """Return the exposure page as a member sees it."""
    answer = shop.client(role).get(shop.url("exposure/"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def look(shop: Shop, order: Order, role: str = "support") -> None:
    """Have the buyer shown."""
    told = {"purpose": "answer-buyer"}
    assert show(shop, order, told=told, client=shop.client(role)).status_code == 200


def test_a_calm_shop_shows_no_notice(shop: Shop, invented: Order) -> None:
    turn()
    assert 'id="notices"' not in exposure(shop)


def test_a_notice_says_since_when_and_whether_it_was_mailed(
    shop: Shop, invented: Order
) -> None:
    with at("2026-11-22T17:30Z"):
        turn()
        for role in ("owner", "manager", "auditor"):
            page = exposure(shop, role)
            assert "The sweep has not reported since 22 Nov, 17:14 UTC" in page
            assert "Since 22 Nov, 17:30 UTC. Mailed 22 Nov, 17:30." in page


def test_the_owner_alone_learns_which_order_it_is(shop: Shop, invented: Order) -> None:
    page = exposure(shop)
    assert f'<a class="mono" href="{shop.url(f"orders/{invented.id}/")}">' in page
    assert "Never opened." in page
    for role in ("manager", "auditor"):
        assert invented.marketplace_order_id not in exposure(shop, role)
        assert "Test buyer" not in exposure(shop, role)


def test_its_opening_is_told_to_owners_by_name_and_to_nobody_else(
    shop: Shop, invented: Order
) -> None:
    look(shop, invented)
    turn()
    assert standing(shop) == ["test-buyer"]
    (message,) = mail.outbox
    assert message.to == [shop.people["owner"].email]
    assert message.subject == f"Harbor & Pine: {OPENED}"
    assert "By Support Exampleton on 22 Nov, 17:14 UTC." in message.body
    assert OPENED in today_pages.card(today_pages.page(shop), "needs")
    assert "Last opened by Support Exampleton on 22 Nov 2026" in exposure(shop)
    for role in ("manager", "auditor"):
        assert OPENED not in exposure(shop, role)
        assert OPENED not in today_pages.page(shop, role)
    with shop.scope():
        facts = [str(e.facts) for e in LedgerEntry.objects.all()]
    assert [f for f in facts if "Exampleton" in f] == []


def test_the_log_alone_betrays_an_opening_that_was_kept_from_the_vault(
    shop: Shop, invented: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_note_incident", lambda **_: None)
    look(shop, invented)
    turn()
    assert standing(shop) == ["test-buyer"]


def close(shop: Shop, notice: Notice, client: Client) -> int:
    """Close a notice; return the status."""
    url = shop.url(f"exposure/notices/{notice.id}/close/")
    return int(client.post(url).status_code)


def test_an_owner_closes_it_and_the_next_opening_opens_another(
    shop: Shop, invented: Order
) -> None:
    look(shop, invented)
    turn()
    with shop.scope():
        notice = Notice.objects.get()
    assert close(shop, notice, shop.client("manager")) == 403
    assert close(shop, notice, shop.client("owner")) == 302
    assert close(shop, notice, shop.client("owner")) == 404
    turn()
    assert standing(shop) == []
    with shop.scope():
        (entry,) = LedgerEntry.objects.filter(kind=Kind.NOTICE_CLOSED_OWNER.value)
    assert entry.actor_id == shop.people["owner"].id
    with at("2026-11-22T17:20Z"):
        look(shop, invented)
        turn()
        assert standing(shop) == ["test-buyer"]
    with shop.scope():
        assert Notice.objects.get(closed_at=None).facts["times"] == 1
    assert len(mail.outbox) == 2


def test_a_notice_that_is_not_over_is_not_closed(shop: Shop, invented: Order) -> None:
    with at("2026-11-22T17:30Z"):
        turn()
        with shop.scope():
            notice = Notice.objects.get()
        client = shop.client("owner")
        assert close(shop, notice, client) == 302
        assert standing(shop) == ["silent-sweep"]
        page = client.get(shop.url("exposure/")).content.decode()
    assert "This notice closes itself" in page


def test_a_notice_of_another_shop_is_none(
    shop: Shop, other_shop: Shop, invented: Order
) -> None:
    look(shop, invented)
    turn()
    with shop.scope():
        notice = Notice.objects.get()
    assert close(other_shop, notice, other_shop.client("owner")) == 404
    assert standing(shop) == ["test-buyer"]
