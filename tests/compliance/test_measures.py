"""Measured exposure: the figures hold all of it, and a silent sweep hides nothing."""

import json
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from compliance.models import ExposureMeasure
from compliance.queries.exposure import Cell, Exposure, State, exposure_of
from compliance.queries.measures import exposure_from, figures_of, measures_of
from compliance.services.sweep import sweep
from tests.compliance.planting import plant
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
