"""Numbers to coordinates: bars within their frame, every order drawn once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.presentation.charts import (
    AGE_FRAME,
    AgeBin,
    Frame,
    age_chart,
    busiest_day,
    leaving_chart,
    looks_chart,
    round_top,
)
from tests.compliance.histories import steady


@pytest.mark.parametrize(
    ("most", "top"),
    [
        (1, 3),
        (3, 3),
        (4, 6),
        (15, 15),
        (16, 30),
        (55, 60),
        (86, 90),
        (99, 150),
        (1_234, 1_500),
    ],
)
def test_the_axis_ends_at_a_round_number(most: int, top: int) -> None:
    assert round_top(most) == top


@given(st.integers(min_value=1, max_value=10**7))
@steady
def test_the_axis_reaches_and_is_not_wasted(most: int) -> None:
    assert most <= round_top(most) <= max(3, 2.5 * most + 3)


def test_slots_fill_the_frame() -> None:
    frame = Frame(left=10, right=40, top=0, bottom=10, slots=3)
    assert [frame.start(n) for n in range(4)] == [10, 20, 30, 40]
    assert frame.middle(1) == 25


def test_a_bar_is_as_high_as_its_number() -> None:
    drawn = age_chart([AgeBin(4, readable=30)], limit=30, refused_from=28)
    (bar,) = drawn.chart.bars
    height = AGE_FRAME.bottom - AGE_FRAME.top
    assert (bar.kind, bar.height, bar.y) == ("readable", height, AGE_FRAME.top)
    assert [line.number for line in drawn.chart.lines] == [0, 10, 20, 30]


def test_parts_of_one_day_are_piled_up_with_the_worst_at_the_base() -> None:
    bins = [AgeBin(30, refused=28), AgeBin(30, past=2)]
    drawn = age_chart(bins, limit=30, refused_from=28)
    past, refused = drawn.chart.bars
    assert (past.kind, refused.kind) == ("past", "refused")
    assert past.y + past.height == pytest.approx(AGE_FRAME.bottom)
    assert refused.y + refused.height < past.y
    assert past.x > drawn.limit_x


def test_what_lies_beyond_the_last_slot_is_drawn_in_it() -> None:
    near = age_chart([AgeBin(34, past=1)], limit=30, refused_from=28)
    far = age_chart([AgeBin(400, past=1)], limit=30, refused_from=28)
    assert far.chart.bars == near.chart.bars
    assert (near.beyond, far.beyond) == (False, True)


def test_a_small_number_beside_a_large_one_can_still_be_seen() -> None:
    bins = [AgeBin(3, readable=10_000), AgeBin(29, past=1)]
    drawn = age_chart(bins, limit=30, refused_from=28)
    assert [bar.height for bar in drawn.chart.bars if bar.kind == "past"] == [2.0]


def test_nothing_draws_no_bar_but_keeps_its_axis() -> None:
    drawn = age_chart([], limit=30, refused_from=28)
    assert drawn.chart.bars == ()
    assert [line.number for line in drawn.chart.lines] == [0, 1, 2, 3]
    marks = [mark.value for mark in drawn.chart.marks]
    assert marks == [0, 5, 10, 15, 20, 25, 28, 30, 34]


def test_the_next_days_stand_out_and_so_does_the_busiest() -> None:
    numbers = [1] * 30
    numbers[18] = 5
    kinds = [bar.kind for bar in leaving_chart(numbers, soon=7).bars]
    assert kinds == ["soon"] * 7 + ["later"] * 11 + ["busiest"] + ["later"] * 11


def test_a_busiest_day_within_the_next_seven_stays_amber() -> None:
    kinds = {bar.kind for bar in leaving_chart([9, 1] + [0] * 28, soon=7).bars}
    assert kinds == {"soon"}


@pytest.mark.parametrize(
    ("numbers", "index"), [([], None), ([0, 0], None), ([1, 3, 3], 1)]
)
def test_the_busiest_day_is_the_first_highest(
    numbers: list[int], index: int | None
) -> None:
    assert busiest_day(numbers) == index


def test_a_day_without_showing_keeps_a_base() -> None:
    bars = looks_chart([0, 4, 2]).bars
    assert sorted((bar.x, bar.kind, bar.height) for bar in bars) == [
        (1.2, "none", 1),
        (13.2, "shown", 38),
        (25.2, "shown", 19),
    ]


@given(
    st.lists(
        st.builds(
            AgeBin,
            days=st.integers(-5, 90),
            readable=st.integers(0, 5_000),
            leaving=st.integers(0, 5_000),
            refused=st.integers(0, 5_000),
            past=st.integers(0, 5_000),
        ),
        max_size=60,
    )
)
@steady
def test_every_bar_stays_in_the_frame(bins: list[AgeBin]) -> None:
    drawn = age_chart(bins, limit=30, refused_from=28)
    for bar in drawn.chart.bars:
        assert AGE_FRAME.left <= bar.x
        assert bar.x + bar.width <= AGE_FRAME.right
        # Four parts of one day, each kept visible, may rise by as many least heights.
        assert bar.y >= AGE_FRAME.top - 8
        assert bar.y + bar.height <= AGE_FRAME.bottom + 0.1
