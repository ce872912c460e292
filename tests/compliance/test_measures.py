"""Measured exposure: the figures hold all of it, and a silent sweep hides nothing."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.models import ExposureMeasure
from compliance.queries.exposure import Cell, Exposure, State, exposure_of
from compliance.queries.measures import exposure_from, figures_of, measures_of
from compliance.services import measuring
from compliance.services.sweep import sweep
from orders.models import Recipient
from tests.compliance.planting import plant
from tests.orders.incoming import incoming, receive
from tests.shops import Shop, at
from vault.clock import clock
from vault.privacy import Category

NOW = datetime(2026, 11, 22, 17, 14, tzinfo=UTC)
TODAY = NOW.date()


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    """Draw a cell as the counting makes it: ahead it opens or is lost, past not."""
    ahead = draw(st.integers(-40, 40))
    states = (State.READABLE, State.LOST) if ahead > 0 else (State.REFUSED, State.GONE)
    state = draw(st.sampled_from(states))
    orders = draw(st.integers(1, 5_000))
    return Cell(
        purge_on=TODAY + timedelta(days=ahead),
        limit_on=TODAY + timedelta(days=ahead + draw(st.integers(0, 4))),
        state=state,
        orders=orders,
        kept=draw(st.integers(0, orders)) if state is State.READABLE else 0,
        by_category=draw(
            st.dictionaries(st.sampled_from(list(Category)), st.integers(0, 5_000))
        ),
    )


@given(
    found=st.lists(cells(), max_size=12),
    suspended=st.booleans(),
    closing=st.frozensets(st.dates(date(2026, 10, 1), date(2026, 12, 31))),
    destroyed=st.frozensets(st.dates(date(2026, 10, 1), date(2026, 12, 31))),
)
def test_figures_there_and_back_are_the_same_exposure(
    found: list[Cell],
    suspended: bool,
    closing: frozenset[date],
    destroyed: frozenset[date],
) -> None:
    exposure = Exposure(
        now=NOW,
        cells=tuple(found),
        records=(),
        suspended=suspended,
        closing=closing,
    )
    figures = json.loads(
        json.dumps(figures_of(exposure=exposure, destroyed_through=None))
    )
    back = exposure_from(figures=figures, now=NOW, destroyed=destroyed)
    assert back == exposure


def test_a_sweep_measures_what_the_page_would_say(shop: Shop) -> None:
    plant(shop, days_old=3, orders=2)
    plant(shop, days_old=22, orders=3)
    sweep(seller_ids=[shop.id], now=clock.now())
    with shop.scope():
        asked = exposure_of(seller_id=shop.id, now=clock.now(), with_categories=True)
        measure = measures_of(seller_ids=[shop.id], now=clock.now())[shop.id]
        assert ExposureMeasure.objects.count() == 1
    assert measure.exposure.cells == asked.cells
    assert (measure.exposure.readable, measure.exposure.due_7_days) == (5, 3)
    assert (measure.at, measure.silent) == (clock.now(), False)
    assert measure.destroyed_through is None


def counted_anew(shop: Shop, monkeypatch: pytest.MonkeyPatch, instant: str) -> bool:
    """Sweep at an instant; tell whether the categories were counted from the rows."""
    asked: list[bool] = []

    def note(**facts: Any) -> Exposure:
        asked.append(facts.get("with_categories", False))
        return exposure_of(**facts)

    monkeypatch.setattr(measuring, "exposure_of", note)
    with at(instant):
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        with shop.scope():
            right = exposure_of(
                seller_id=shop.id, now=clock.now(), with_categories=True
            )
            told = measures_of(seller_ids=[shop.id], now=clock.now())[shop.id]
    assert told.exposure.cells == right.cells
    return True in asked


def test_what_did_not_change_is_not_counted_from_the_rows(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sweep's figures are those of the page; only a change reads the rows."""
    plant(shop, days_old=22, orders=3)
    assert counted_anew(shop, monkeypatch, "2026-11-22T17:14Z") is True
    assert counted_anew(shop, monkeypatch, "2026-11-22T18:20Z") is True
    assert counted_anew(shop, monkeypatch, "2026-11-22T19:25Z") is False
    with at("2026-11-22T19:30Z"):
        plant(shop, days_old=22, buyer={"phone": "+1 555 0100"})
    assert counted_anew(shop, monkeypatch, "2026-11-22T19:35Z") is True
    assert counted_anew(shop, monkeypatch, "2026-11-22T23:00Z") is True
    assert counted_anew(shop, monkeypatch, "2026-11-23T00:05Z") is False
    with at("2026-11-23T00:10Z"), shop.scope():
        Recipient.objects.filter(buyer_name__isnull=True).delete()
    assert counted_anew(shop, monkeypatch, "2026-11-23T02:00Z") is True


def test_a_value_that_came_without_a_row_is_counted(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of rows tells nothing of it; when they were sealed does."""
    receive(shop, incoming(buyer={"name": "Testa Exampleton"}))
    assert counted_anew(shop, monkeypatch, "2026-11-22T19:00Z") is True
    assert counted_anew(shop, monkeypatch, "2026-11-22T21:00Z") is False
    with at("2026-11-22T21:02Z"):
        receive(shop, incoming(buyer={"name": "Testa Exampleton", "phone": "+1 555"}))
    assert counted_anew(shop, monkeypatch, "2026-11-22T21:05Z") is True


def test_the_last_destroyed_day_is_kept(shop: Shop) -> None:
    plant(shop, days_old=3)
    with at("2026-12-18T00:05Z"):
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        with shop.scope():
            measure = measures_of(seller_ids=[shop.id], now=clock.now())[shop.id]
    assert measure.destroyed_through == date(2026, 12, 18)


def test_a_silent_sweep_cannot_hide_an_order_going_past_its_limit(shop: Shop) -> None:
    plant(shop, days_old=3)
    sweep(seller_ids=[shop.id], now=clock.now())
    with at("2026-12-25T08:00Z"), shop.scope():
        measure = measures_of(seller_ids=[shop.id], now=clock.now())[shop.id]
    assert measure.silent is True
    assert (measure.exposure.readable, measure.exposure.past_limit) == (0, 1)


def test_a_day_that_was_destroyed_since_is_gone(shop: Shop) -> None:
    plant(shop, days_old=3)
    measured = clock.now()
    sweep(seller_ids=[shop.id], now=measured)
    with shop.scope():
        kept = ExposureMeasure.objects.get().figures
    day = date.fromisoformat(kept["cells"][0][0])
    later = datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=1)
    gone = exposure_from(figures=kept, now=later, destroyed=frozenset({day}))
    there = exposure_from(figures=kept, now=later, destroyed=frozenset())
    assert [cell.state for cell in gone.cells] == [State.GONE]
    assert [cell.state for cell in there.cells] == [State.REFUSED]


def test_after_a_quarter_of_an_hour_the_sweep_counts_as_silent(shop: Shop) -> None:
    sweep(seller_ids=[shop.id], now=clock.now())
    for minutes, silent in ((15, False), (16, True)):
        later = clock.now() + timedelta(minutes=minutes)
        with shop.scope():
            measure = measures_of(seller_ids=[shop.id], now=later)[shop.id]
        assert measure.silent is silent
