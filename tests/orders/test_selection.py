"""Many orders at once: ticked, a whole view, as a job that stops and goes on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.enums import FulfillmentStatus, JobState
from orders.models import EvidenceRun, Order
from orders.services import evidence_runs
from orders.services.evidence_runs import (
    LEASE,
    ask_to_stop,
    claim,
    run_evidence,
    waiting_runs,
)
from sellers.models import Membership
from tests.orders.evidence_pages import many_waiting, said, waiting
from tests.orders.incoming import incoming, receive, the_order
from tests.orders.list_pages import page as list_html
from tests.shops import Shop, at
from vault.clock import clock
from vault.models import LedgerEntry

BOUGHT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def answered(shop: Shop, **form: Any) -> Any:
    """Send a selection; return the page that follows."""
    url = shop.url("orders/unshipped/")
    return shop.client("fulfilment").post(url, form, follow=True)


def the_run(shop: Shop) -> EvidenceRun:
    """Return the only job of the shop."""
    with shop.scope():
        return EvidenceRun.objects.get()


def told(shop: Shop) -> int:
    """Count the orders of which it is recorded that they wait."""
    with shop.scope():
        return Order.objects.filter(unshipped_seen_at__isnull=False).count()


@pytest.fixture
def job(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> EvidenceRun:
    """Ask for 60 orders of a view, with batches of 25."""
    monkeypatch.setattr(evidence_runs, "BATCH", 25)
    many_waiting(shop, 60, bought=BOUGHT)
    answered(shop, everything="1", view="unshipped")
    return the_run(shop)


def test_ticked_orders_are_answered_at_once(shop: Shop) -> None:
    orders = [waiting(shop, f"114-000000{n}-0000001") for n in range(3)]
    page = answered(shop, order=[str(o.id) for o in orders[:2]])
    assert "Recorded for 2 orders" in said(page)
    assert told(shop) == 2
    assert the_run(shop).state == JobState.FINISHED


def test_who_cannot_take_it_is_named_with_the_reason(
    shop: Shop, other_shop: Shop
) -> None:
    good = waiting(shop, "114-0000001-0000001")
    gone = waiting(shop, "114-0000002-0000002", status=FulfillmentStatus.SHIPPED)
    foreign = waiting(other_shop, "114-0000003-0000003")
    ids = [good.id, gone.id, foreign.id, uuid4()]
    text = said(answered(shop, order=[str(i) for i in ids]))
    assert "Recorded for 1 order" in text
    assert "3 orders were left out" in text
    assert "114-0000002-0000002 The order was shipped already." in text
    assert "2 chosen orders are not in this shop any more." in text
    assert "114-0000003" not in text
    assert (told(shop), told(other_shop)) == (1, 0)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Nothing was ticked, so nothing was changed. Tick the orders first."),
        (
            {"order": ["nonsense"]},
            "Nothing was ticked, so nothing was changed. Tick the orders first.",
        ),
        (
            {"order": [str(UUID(int=n)) for n in range(51)]},
            "Tick 50 orders at most, or all of a view; nothing was changed.",
        ),
    ],
)
def test_a_selection_of_nothing_or_too_much_gets_one_sentence(
    shop: Shop, form: dict[str, Any], sentence: str
) -> None:
    assert sentence in said(answered(shop, **form))
    with shop.scope():
        assert EvidenceRun.objects.count() == 0


def test_a_small_view_is_answered_whole_at_once(shop: Shop) -> None:
    many_waiting(shop, 3, bought=BOUGHT)
    waiting(shop, "116-0000001-0000001")
    page = answered(shop, everything="1", view="unshipped", q="115-")
    assert "Recorded for 3 orders" in said(page)
    assert told(shop) == 3


def test_a_large_view_is_a_job_of_batches(shop: Shop, job: EvidenceRun) -> None:
    assert (job.state, job.total, told(shop)) == (JobState.QUEUED, 60, 0)
    run_evidence(seller_id=shop.id, run_id=job.id)
    done = the_run(shop)
    assert (done.state, done.done, done.recorded) == (JobState.FINISHED, 60, 60)
    assert told(shop) == 60
    with shop.scope():
        rows = LedgerEntry.objects.filter(kind="order:unshipped:recorded")
        assert rows.count() == 60
        assert {row.actor_id for row in rows} == {shop.people["fulfilment"].id}


def test_an_order_that_arrives_after_the_selection_is_not_in_it(
    shop: Shop, job: EvidenceRun
) -> None:
    with at("2026-11-22T18:00Z"):
        waiting(shop, "117-0000001-0000001")
        run_evidence(seller_id=shop.id, run_id=job.id)
    assert the_order(shop, "117-0000001-0000001").unshipped_seen_at is None
    assert told(shop) == 60


def test_progress_is_shown_and_asked_again_until_the_end(
    shop: Shop, job: EvidenceRun
) -> None:
    url, htmx = shop.url(f"orders/evidence/{job.id}/"), {"HX-Request": "true"}
    client = shop.client("fulfilment")
    moving = client.get(url, headers=htmx)
    assert (moving.status_code, "0 of 60 orders" in said(moving)) == (200, True)
    run_evidence(seller_id=shop.id, run_id=job.id)
    over = client.get(url, headers=htmx)
    assert (over.status_code, "Recorded for 60 orders" in said(over)) == (286, True)


def stop_after(shop: Shop, monkeypatch: pytest.MonkeyPatch, then: Any) -> None:
    """Have something happen after the first batch."""
    real, done = evidence_runs._one_batch, []

    def batch(mine: Any) -> bool:
        went_on = real(mine)
        done.append(1)
        if len(done) == 1:
            with shop.scope():
                then()
        return went_on

    monkeypatch.setattr(evidence_runs, "_one_batch", batch)


def test_stop_keeps_what_is_recorded_and_says_how_many(
    shop: Shop, job: EvidenceRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_after(shop, monkeypatch, lambda: ask_to_stop(run_id=job.id, now=clock.now()))
    run_evidence(seller_id=shop.id, run_id=job.id)
    assert (the_run(shop).state, told(shop)) == (JobState.STOPPED, 25)
    page = shop.client("fulfilment").get(shop.url(f"orders/evidence/{job.id}/"))
    assert "Stopped after 25 of 60: recorded for 25 orders" in said(page)


def test_a_job_that_waits_stops_at_once(shop: Shop, job: EvidenceRun) -> None:
    url = shop.url(f"orders/evidence/{job.id}/stop/")
    shop.client("fulfilment").post(url)
    run_evidence(seller_id=shop.id, run_id=job.id)
    assert (the_run(shop).state, told(shop)) == (JobState.STOPPED, 0)


def test_who_may_not_ship_any_more_records_no_more(
    shop: Shop, job: EvidenceRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = shop.people["fulfilment"]
    stop_after(
        shop,
        monkeypatch,
        lambda: Membership.objects.filter(person=person).delete(),
    )
    run_evidence(seller_id=shop.id, run_id=job.id)
    assert (the_run(shop).state, told(shop)) == (JobState.STOPPED, 25)


class Killed(BaseException):
    """The worker dies."""


@pytest.mark.parametrize("batches", [1, 2])
def test_a_dead_worker_is_followed_by_one_that_goes_on(
    shop: Shop, job: EvidenceRun, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    real, done = evidence_runs._batch, []

    def batch(*words: Any) -> None:
        real(*words)
        done.append(1)
        if len(done) == batches:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(evidence_runs, "_batch", batch)
        with pytest.raises(Killed):
            run_evidence(seller_id=shop.id, run_id=job.id)
    assert told(shop) == 25 * (batches - 1)
    now = clock.now()
    assert waiting_runs(seller_id=shop.id, now=now + timedelta(minutes=2)) == []
    assert claim(seller_id=shop.id, run_id=job.id, now=now) is None
    later = now + LEASE + timedelta(seconds=1)
    assert waiting_runs(seller_id=shop.id, now=later) == [job.id]
    with at(later.isoformat()):
        run_evidence(seller_id=shop.id, run_id=job.id)
    run = the_run(shop)
    assert (run.state, run.done, run.recorded, told(shop)) == (
        JobState.FINISHED,
        60,
        60,
        60,
    )


def test_the_list_offers_the_whole_view_only_beyond_its_page(shop: Shop) -> None:
    many_waiting(shop, 51, bought=BOUGHT)
    html = list_html(shop, "?view=unshipped&q=115-")
    assert "Select all 51 in this view" in html
    assert 'name="q" value="115-"' in html
    assert html.count("data-tick ") == 50
    assert "Select all" not in list_html(shop, "?q=115-0000001")


def test_a_selection_asks_the_same_number_of_times_for_few_and_many(
    shop: Shop,
) -> None:
    many_waiting(shop, 50, bought=BOUGHT)
    with shop.scope():
        ids = [str(i) for i in Order.objects.values_list("id", flat=True)]
    client, counts = shop.client("fulfilment"), []
    for chosen in (ids[:2], ids):
        with CaptureQueriesContext(connection) as asked:
            client.post(shop.url("orders/unshipped/"), {"order": chosen})
        counts.append(len([q for q in asked if "orders_" in q["sql"]]))
    assert counts[0] == counts[1]


def test_an_idle_job_is_answered_404_to_a_stranger(
    shop: Shop, other_shop: Shop, job: EvidenceRun
) -> None:
    receive(other_shop, incoming())
    own = shop.client("owner").get(shop.url(f"orders/evidence/{job.id}/"))
    client = other_shop.client("owner")
    strange = [
        client.get(other_shop.url(f"orders/evidence/{run_id}/"))
        for run_id in (job.id, uuid4())
    ]
    assert [own.status_code, *(a.status_code for a in strange)] == [200, 404, 404]


def test_a_job_is_cleared_ninety_days_after_its_end(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_runs, "BATCH", 2)
    now = clock.now()
    edge = now - evidence_runs.KEPT
    ends = [edge - timedelta(seconds=n) for n in range(1, 4)]
    with shop.scope():
        for ended in (*ends, edge, None):
            EvidenceRun.objects.create(
                seller_id=shop.id,
                state=JobState.FINISHED if ended else JobState.RUNNING,
                asked_at=edge - timedelta(days=1),
                heartbeat_at=edge - timedelta(days=1),
                ended_at=ended,
            )
    assert evidence_runs.clear_runs(seller_id=shop.id, now=now) == 3
    assert evidence_runs.clear_runs(seller_id=shop.id, now=now) == 0
    with shop.scope():
        found = EvidenceRun.objects.order_by("id").values_list("ended_at", flat=True)
        assert list(found) == [edge, None]
