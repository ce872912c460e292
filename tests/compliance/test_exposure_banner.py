"""The verdict band: what it says in each state, and which state comes first."""

from datetime import date, timedelta

import pytest

from compliance.presentation.banner import SWEEP_MINUTES, Band, band_of, silence_words
from compliance.queries.exposure import Cell, Exposure, State
from compliance.queries.records import SweepReport
from sellerportal.schedule import BEAT_SCHEDULE
from tests.compliance.planting import instant

NOW = instant("2026-11-22 17:14")
TODAY = NOW.date()
FRESH = SweepReport(at=instant("2026-11-22 17:10"), waiting="")
MEANWHILE = "Nothing past its day opens meanwhile."


def cell(purge: int, limit: int, state: State, orders: int = 1) -> Cell:
    """Make a cell with days relative to today."""
    return Cell(
        purge_on=TODAY + timedelta(days=purge),
        limit_on=TODAY + timedelta(days=limit),
        state=state,
        orders=orders,
    )


def band(
    *cells: Cell, sweep: SweepReport | None = FRESH, suspended: bool = False
) -> Band:
    """Judge a shop of these cells."""
    exposure = Exposure(now=NOW, cells=cells, records=(), suspended=suspended)
    return band_of(exposure=exposure, sweep=sweep)


def test_green() -> None:
    assert band(cell(3, 5, State.READABLE)) == Band(
        "ok", "No buyer data is past its limit", "Checked 17:14 UTC."
    )


def test_a_new_shop_is_green_before_any_sweep() -> None:
    assert band(sweep=None).kind == "ok"


def test_red_says_since_when_why_and_what_follows() -> None:
    told = band(
        cell(-2, 0, State.REFUSED, 3),
        cell(-1, 1, State.REFUSED, 28),
        sweep=SweepReport(at=NOW - timedelta(hours=2, minutes=10), waiting=""),
    )
    assert told == Band(
        "bad",
        "3 orders are past the 30-day limit",
        "Nobody can open them; they have been refused since 20 Nov. Their key still "
        "exists: the sweep has not reported for 2 h 10 min. "
        "28 more pass the limit on 23 Nov, 00:00 UTC.",
    )


def test_red_of_one_order_gives_the_reason_of_the_sweep() -> None:
    waiting = SweepReport(at=FRESH.at, waiting="The day 2026-11-20 is held open.")
    assert band(cell(-2, 0, State.REFUSED), sweep=waiting) == Band(
        "bad",
        "1 order is past the 30-day limit",
        "Nobody can open them; they have been refused since 20 Nov. "
        "The day 2026-11-20 is held open.",
    )


def test_what_still_opens_is_never_called_closed() -> None:
    told = band(cell(2, 0, State.READABLE))
    assert told.kind == "bad"
    assert "Nobody can open" not in told.text


def test_silence_is_grey_after_fifteen_minutes() -> None:
    quarter = timedelta(minutes=15)
    assert band(sweep=SweepReport(at=NOW - quarter, waiting="")).kind == "ok"
    late = SweepReport(at=NOW - quarter - timedelta(seconds=1), waiting="")
    assert band(sweep=late) == Band(
        "idle", "The sweep has not reported for 15 min", MEANWHILE
    )


def test_a_sweep_that_waits_says_why() -> None:
    waiting = SweepReport(at=FRESH.at, waiting="The clock stands 32 days past")
    assert band(sweep=waiting) == Band(
        "idle", "The sweep waits", f"The clock stands 32 days past. {MEANWHILE}"
    )


def test_no_sweep_yet_is_grey_where_there_is_something_to_purge() -> None:
    told = band(cell(3, 5, State.READABLE), sweep=None)
    assert told == Band("idle", "The sweep has not run yet", MEANWHILE)


def test_between_midnight_and_the_sweep() -> None:
    told = band(cell(0, 2, State.REFUSED, 2))
    assert (told.kind, told.title) == (
        "idle",
        "2 orders are past their day, and their key still exists",
    )


def test_an_unreadable_keystore_comes_before_the_sweep() -> None:
    told = band(cell(3, 5, State.READABLE), sweep=None, suspended=True)
    assert told.title == "The keystore cannot be read, so nothing opens"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (59, "59 min"), (130, "2 h 10 min"), (4_560, "3 d 4 h")],
)
def test_silence_in_words(minutes: int, words: str) -> None:
    assert silence_words(timedelta(minutes=minutes)) == words


def test_the_page_names_the_interval_of_the_schedule() -> None:
    assert BEAT_SCHEDULE["sweep"]["schedule"] == 60 * SWEEP_MINUTES


def test_today_is_the_utc_day() -> None:
    assert date(2026, 11, 22) == TODAY
