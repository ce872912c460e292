"""Import jobs: one at a time on a file, stopped exactly, resumed where they ended."""

from datetime import timedelta
from typing import Any

import pytest

from marketplaces.enums import RunState, Why
from marketplaces.models import UploadPiece
from marketplaces.services import contents, running
from marketplaces.services.running import LEASE, ask_to_stop, claim, run_import
from marketplaces.services.tidying import tidy_imports
from orders.models import Recipient
from orders.services.intake import IntakeResult, receive_orders
from sellers.models import Membership
from tests.marketplaces.uploads import (
    entries,
    imported,
    orders,
    page,
    press,
    report,
    spoilt,
    started,
    the_run,
    uploaded,
)
from tests.shops import Shop
from vault.clock import clock
from vault.models import LedgerEntry


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Store ten orders at a time."""
    monkeypatch.setattr(running, "BATCH", 10)


def after_batches(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, number: int, then: Any
) -> None:
    """Have something happen once so many batches are stored, between two of them."""
    real, done = running._one_batch, []

    def batch(*words: Any) -> bool:
        went_on = real(*words)
        done.append(1)
        if len(done) == number:
            with shop.scope():
                then()
        return went_on

    monkeypatch.setattr(running, "_one_batch", batch)


@pytest.mark.parametrize("seed", range(4))
def test_the_check_counts_what_the_import_then_does(shop: Shop, seed: int) -> None:
    run = started(shop, report(30, seed=1))
    imported(shop, run)
    mixed = report(45, seed=1) if seed % 2 else report(25, seed=seed)
    checked = uploaded(shop, spoilt(mixed, 5 + seed))
    press(shop, checked, "start")
    done = imported(shop, checked)
    names = ("orders", "created", "updated", "unchanged", "sealed")
    assert {n: getattr(done, n) for n in names} == {n: checked.plan[n] for n in names}
    assert done.rejected == checked.rejected == 1


def test_an_import_stores_the_orders_and_deletes_the_file(shop: Shop) -> None:
    done = imported(shop, started(shop, report(40)))
    assert (done.state, done.created, done.rows_done) == (
        RunState.FINISHED,
        40,
        done.rows,
    )
    with shop.scope():
        assert (Recipient.objects.count(), UploadPiece.objects.count()) == (40, 0)
    assert (done.file_print, done.checked_print, done.first_rows) == ("", "", [])
    assert entries(shop, "file:imported:orders")[0]["created"] == 40
    assert [e["why"] for e in entries(shop, "file:deleted:upload")] == ["imported"]
    assert "Finished 17:14: 40 new, 0 changed" in page(shop, done).content.decode()


def test_the_person_who_pressed_stands_in_the_ledger(shop: Shop) -> None:
    imported(shop, started(shop, report(3)))
    with shop.scope():
        actors = set(
            LedgerEntry.objects.filter(kind="pii:sealed:import").values_list("actor_id")
        )
    assert actors == {(shop.people["owner"].id,)}


def test_the_same_file_again_changes_nothing(shop: Shop) -> None:
    imported(shop, started(shop, report(12)))
    again = imported(shop, started(shop, report(12)))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 12)


def test_a_task_that_comes_twice_runs_once(shop: Shop) -> None:
    run = started(shop, report(12))
    imported(shop, run)
    imported(shop, run)
    assert len(entries(shop, "file:imported:orders")) == 1


def test_two_tasks_on_one_file_only_one_has_it(shop: Shop) -> None:
    run = started(shop, report(12))
    first = claim(seller_id=shop.id, run_id=run.id, now=clock.now())
    assert first is not None
    assert claim(seller_id=shop.id, run_id=run.id, now=clock.now()) is None
    assert imported(shop, run).state == RunState.RUNNING
    assert orders(shop) == 0


def test_without_the_guard_both_would_run(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the guard is what the test before relies on."""
    run = started(shop, report(12))
    monkeypatch.setattr(running, "_is_free", lambda *_args: True)
    assert claim(seller_id=shop.id, run_id=run.id, now=clock.now()) is not None
    assert claim(seller_id=shop.id, run_id=run.id, now=clock.now()) is not None
    imported(shop, run)
    assert imported(shop, run).state == RunState.ENDED_EARLY


def test_pressing_import_twice_says_that_it_runs(shop: Shop) -> None:
    run = started(shop, report(12))
    answer = press(shop, run, "start")
    assert "being imported already" in answer.content.decode()
    imported(shop, run)
    assert "imported already" in press(shop, run, "start").content.decode()
    assert len(entries(shop, "file:imported:orders")) == 1


@pytest.mark.usefixtures("small_batches")
def test_stop_keeps_what_is_stored_and_says_so_exactly(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(shop, report(35))
    with monkeypatch.context() as here:
        now = clock.now()
        after_batches(shop, here, 2, lambda: ask_to_stop(run_id=run.id, now=now))
        stopped = imported(shop, run)
    assert (stopped.state, stopped.why, stopped.orders) == (
        RunState.STOPPED,
        Why.PERSON,
        20,
    )
    assert orders(shop) == 20
    text = page(shop, stopped).content.decode()
    said = f"Stopped after {stopped.rows_done} of {stopped.rows} rows: 20 orders are"
    assert said in text
    assert entries(shop, "file:stopped:import")[0]["orders"] == 20
    press(shop, stopped, "start")
    rest = imported(shop, stopped)
    assert (rest.state, rest.created, orders(shop)) == (RunState.FINISHED, 35, 35)


def test_stopping_twice_and_too_late_is_said(shop: Shop) -> None:
    run = started(shop, report(5))
    press(shop, run, "stop")
    assert the_run(shop, run.id).state == RunState.STOPPED
    assert "ended already" in press(shop, run, "stop").content.decode()
    assert imported(shop, run).state == RunState.STOPPED
    assert (orders(shop), len(entries(shop, "file:stopped:import"))) == (0, 1)


@pytest.mark.usefixtures("small_batches")
def test_a_right_that_is_taken_away_stops_the_import(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(shop, report(35))

    def leave() -> None:
        member = Membership.objects.filter(person=shop.people["owner"])
        member.update(ends_on=clock.today())

    after_batches(shop, monkeypatch, 1, leave)
    stopped = imported(shop, run)
    assert (stopped.state, stopped.why, orders(shop)) == (
        RunState.STOPPED,
        Why.RIGHT_TAKEN,
        10,
    )
    text = page(shop, stopped, role="manager").content.decode()
    assert "may not import any more" in text


def test_a_role_removed_while_the_check_is_open_starts_nothing(shop: Shop) -> None:
    run = uploaded(shop, report(5))
    client = shop.client("manager")
    with shop.scope():
        Membership.objects.filter(person=shop.people["manager"]).update(
            ends_on=clock.today()
        )
    answer = client.post(shop.url(f"imports/{run.id}/start/"))
    assert answer.status_code in {403, 404}
    assert the_run(shop, run.id).state == RunState.CHECKED


@pytest.mark.usefixtures("small_batches")
def test_a_dead_workers_run_is_taken_over_where_it_ended(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(shop, report(35))

    class Killed(BaseException):
        pass

    real, batches = receive_orders, []

    def die_in_the_second(**words: Any) -> IntakeResult:
        result = real(**words)
        batches.append(1)
        if len(batches) > 1:
            raise Killed
        return result

    with monkeypatch.context() as here:
        here.setattr(contents, "receive_orders", die_in_the_second)
        with pytest.raises(Killed):
            run_import(seller_id=shop.id, run_id=run.id)
    half = the_run(shop, run.id)
    # The second batch died before its end, so neither its orders nor its count stand.
    assert (half.state, half.orders, orders(shop)) == (RunState.RUNNING, 10, 10)
    assert imported(shop, run).orders == 10
    clock.move((clock.now() + LEASE + timedelta(seconds=1)).isoformat())
    done = imported(shop, run)
    assert (done.state, done.created, orders(shop)) == (RunState.FINISHED, 35, 35)


def test_the_clean_up_says_that_a_run_ended_early(shop: Shop) -> None:
    run = started(shop, report(5))
    assert claim(seller_id=shop.id, run_id=run.id, now=clock.now()) is not None
    tidy_imports(seller_id=shop.id, now=clock.now() + LEASE)
    assert the_run(shop, run.id).state == RunState.RUNNING
    later = clock.now() + LEASE + timedelta(seconds=1)
    tidy_imports(seller_id=shop.id, now=later)
    ended = the_run(shop, run.id)
    assert (ended.state, ended.why) == (RunState.ENDED_EARLY, Why.NO_WORKER)
    assert "import the rest" in page(shop, ended).content.decode()
    assert len(entries(shop, "file:failed:import")) == 1


def test_what_nobody_has_taken_is_sent_again(shop: Shop) -> None:
    run = started(shop, report(5))
    assert tidy_imports(seller_id=shop.id, now=clock.now()) == []
    later = clock.now() + timedelta(minutes=3)
    assert tidy_imports(seller_id=shop.id, now=later) == [(run.id, RunState.QUEUED)]
