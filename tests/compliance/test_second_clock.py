"""The edge of the second clock: whole calendar months back, by UTC days."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.second_clock import forget_before, leaves_on

START = datetime(2020, 1, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "months", "before"),
    [
        ("2026-11-22 17:14", 18, "2025-05-22"),
        ("2026-11-22 00:00", 18, "2025-05-22"),
        ("2027-08-31 12:00", 18, "2026-02-28"),
        ("2028-08-31 12:00", 18, "2027-02-28"),
        ("2024-02-29 12:00", 12, "2023-02-28"),
        ("2026-01-31 12:00", 1, "2025-12-31"),
    ],
)
def test_the_edge(now: str, months: int, before: str) -> None:
    instant = datetime.fromisoformat(now).replace(tzinfo=UTC)
    wanted = datetime.fromisoformat(before).replace(tzinfo=UTC)
    assert forget_before(now=instant, months=months) == wanted


def test_the_day_is_that_of_utc() -> None:
    west = timezone(timedelta(hours=-8))
    now = datetime(2026, 11, 21, 20, 0, tzinfo=west)
    assert forget_before(now=now, months=18) == datetime(2025, 5, 22, tzinfo=UTC)


@given(
    st.integers(0, 20_000).map(lambda days: START + timedelta(days=days)),
    st.integers(1, 60),
)
def test_it_never_moves_back(now: datetime, months: int) -> None:
    earlier = forget_before(now=now, months=months)
    assert earlier <= forget_before(now=now + timedelta(days=1), months=months)
    assert timedelta(days=27 * months) < now - earlier < timedelta(days=31 * months + 4)


@given(
    st.integers(0, 20_000).map(lambda days: START + timedelta(days=days)),
    st.integers(1, 60),
)
def test_the_day_it_leaves_on_is_the_first_behind_the_edge(
    bought: datetime, months: int
) -> None:
    day = leaves_on(bought_at=bought, months=months)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert forget_before(now=midnight, months=months) > bought
    eve = midnight - timedelta(seconds=1)
    assert forget_before(now=eve, months=months) <= bought
