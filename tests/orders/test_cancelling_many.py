"""Cancelling many orders: ticked or a whole view, asked about first, as a job."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from orders.enums import FulfillmentStatus
from orders.models import EvidenceRun, Order
from orders.services import evidence_runs
from orders.services.evidence_runs import run_evidence
from tests.orders.evidence_pages import buyers, many_waiting, record, said, waiting
from tests.orders.incoming import receive, the_order
from tests.orders.list_pages import page as list_html
from tests.shops import Shop, at
from vault.clock import clock

NUMBER = "114-0000001-0000001"
BOUGHT = datetime(2026, 11, 20, 8, tzinfo=UTC)
LAST_KEY = date(2026, 12, 18)
TOMORROW = date(2026, 11, 23)


@pytest.fixture
def order(shop: Shop) -> Order:
    """Take in one order, bought on 20 November."""
    receive(shop)
    return the_order(shop)


def chosen(shop: Shop, role: str = "fulfilment", **form: Any) -> Any:
    """Choose orders in the list to cancel; return the page that follows."""
    url = shop.url("orders/cancelled/")
    return shop.client(role).post(url, form, follow=True)


def test_it_asks_first_with_both_dates_and_then_does_it(shop: Shop) -> None:
    orders = [waiting(shop, f"114-000000{n}-0000001") for n in range(3)]
    gone = waiting(shop, "114-0000009-0000002", status=FulfillmentStatus.SHIPPED)
    ids = [str(o.id) for o in (*orders[:2], gone)]
    asked = said(chosen(shop, order=ids))
    assert "Cancel 2 orders?" in asked
    assert "1 chosen order stays as it is" in asked
    assert "Removed 23 Nov" in asked
    assert "Last key dies 18 Dec" in asked
    assert "This cannot be undone" in asked
    with shop.scope():
        assert Order.objects.filter(cancelled_at__isnull=False).count() == 0
    done = said(chosen(shop, order=ids, seen="2 3"))
    assert "Recorded for 2 orders" in done
    assert "Their buyers leave on 23 Nov, and the last key" in done
    assert "114-0000009-0000002 The order was shipped already." in done
    with shop.scope():
        assert set(Order.objects.values_list("purge_on", "last_key_on", "status")) == {
            (TOMORROW, LAST_KEY, "CANCELLED"),
            (LAST_KEY, LAST_KEY, "UNSHIPPED"),
            (LAST_KEY, LAST_KEY, "SHIPPED"),
        }


def test_changed_meanwhile_it_is_asked_again(shop: Shop) -> None:
    one, two = (waiting(shop, f"114-000000{n}-0000001") for n in range(2))
    ids = [str(one.id), str(two.id)]
    record(shop, one)
    answer = chosen(shop, order=ids, seen="2 2")
    assert answer.status_code == 409
    assert "The orders changed since this was shown." in said(answer)
    assert the_order(shop, two.marketplace_order_id).cancelled_at is None


def test_what_is_not_of_this_shop_is_not_cancelled(
    shop: Shop, other_shop: Shop
) -> None:
    mine, foreign = waiting(shop, NUMBER), waiting(other_shop, NUMBER)
    ids = [str(mine.id), str(foreign.id), str(uuid4())]
    assert "Cancel 1 order?" in said(chosen(shop, order=ids))
    text = said(chosen(shop, order=ids, seen="1 3"))
    assert "2 chosen orders are not in this shop any more." in text
    assert the_order(other_shop, NUMBER).cancelled_at is None


def test_nothing_to_cancel_has_no_button(shop: Shop) -> None:
    gone = waiting(shop, NUMBER, status=FulfillmentStatus.SHIPPED)
    page = chosen(shop, order=[str(gone.id)], seen="0 1")
    assert "Nothing to cancel" in said(page)
    assert "Record the cancellation" not in said(page)
    assert "Nothing was ticked" in said(chosen(shop))


def test_a_whole_view_is_a_job_as_old_as_the_persons_word(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_runs, "BATCH", 25)
    many_waiting(shop, 60, bought=BOUGHT)
    whole = {"everything": "1", "view": "unshipped"}
    assert "Cancel 60 orders?" in said(chosen(shop, **whole))
    chosen(shop, **whole, seen="60 60")
    with shop.scope():
        run = EvidenceRun.objects.get()
    asked = clock.now()
    with at("2026-11-23T00:30Z"):
        run_evidence(seller_id=shop.id, run_id=run.id)
        with shop.scope():
            assert set(Order.objects.values_list("cancelled_at", flat=True)) == {asked}
        assert buyers(shop) == 0
    url = shop.url(f"orders/evidence/{run.id}/")
    text = said(shop.client("fulfilment").get(url))
    assert "Recorded for 60 orders" in text
    assert "Their buyers are removed, and the last key dies on 18 Dec." in text


def test_the_list_offers_it_to_who_ships_alone(shop: Shop, order: Order) -> None:
    assert "orders/cancelled/" in list_html(shop)
    assert "orders/cancelled/" not in list_html(shop, role="support")
    assert chosen(shop, "support", order=[str(order.id)]).status_code == 403
