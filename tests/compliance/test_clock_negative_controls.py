"""Wrong clocks: each breaks a promise that the clock keeps, or the tests are blind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from compliance.clock import purge_day
from tests.compliance.histories import (
    AMAZON,
    MOST_LAG,
    Clock,
    History,
    Says,
    histories,
    steady,
    the_clock,
    within_28_days,
    within_30_days,
)


def counts_from_the_import(history: History) -> date:
    """Wrong: takes a report for as new as its import."""
    imports = [s.imported_at for s in history.statements if s.says is Says.UNSHIPPED]
    seen = max(imports, default=None)
    evidence = replace(history.evidence(), unshipped_seen_at=seen)
    return purge_day(evidence=evidence, policy=AMAZON).purge_on


def counts_from_the_poll_that_says_delivered(history: History) -> date:
    """Wrong: takes the end of the interval for the delivery."""
    evidence = history.evidence()
    evidence = replace(evidence, delivered_at=evidence.delivered_seen_at)
    return purge_day(evidence=evidence, policy=AMAZON).purge_on


def counts_without_a_margin(history: History) -> date:
    """Wrong: uses the marketplace's days to the last."""
    policy = replace(AMAZON, margin_days=0)
    return purge_day(evidence=history.evidence(), policy=policy).purge_on


def counts_from_any_poll_on_the_way(history: History) -> date:
    """Wrong: trusts a carrier that has not scanned."""
    evidence = history.evidence()
    last = max(history.heard(Says.ON_THE_WAY), default=evidence.shipped_at)
    evidence = replace(evidence, shipped_at=last)
    return purge_day(evidence=evidence, policy=AMAZON).purge_on


def counts_unshipped_over_all(history: History) -> date:
    """Wrong: lets a stale report overrule a delivery that is known exactly."""
    evidence = history.evidence()
    if evidence.unshipped_seen_at is not None and evidence.delivered_at is not None:
        later = max(evidence.unshipped_seen_at, evidence.delivered_at)
        evidence = replace(evidence, delivered_at=later, delivered_seen_at=None)
    return purge_day(evidence=evidence, policy=AMAZON).purge_on


Promise = Callable[[History, Clock], bool]

WRONG = [
    (counts_from_the_import, histories(), within_28_days),
    (counts_from_the_import, histories(lag=MOST_LAG), within_30_days),
    (counts_from_the_poll_that_says_delivered, histories(), within_28_days),
    (
        counts_from_the_poll_that_says_delivered,
        histories(lag=MOST_LAG),
        within_30_days,
    ),
    (counts_without_a_margin, histories(), within_28_days),
    (counts_without_a_margin, histories(lag=MOST_LAG), within_30_days),
    (
        counts_from_any_poll_on_the_way,
        histories(never_scanned=True),
        within_28_days,
    ),
    (counts_unshipped_over_all, histories(lag=MOST_LAG), within_28_days),
]


@pytest.mark.parametrize(("wrong", "drawn", "promise"), WRONG)
def test_a_wrong_clock_is_caught(
    wrong: Clock, drawn: st.SearchStrategy[History], promise: Promise
) -> None:
    """Negative control: the same promise, the same histories, and it breaks."""
    broken = counterexample(wrong, drawn, promise)
    assert promise(broken, wrong) is False


@pytest.mark.parametrize(
    ("drawn", "promise"),
    [
        (histories(), within_28_days),
        (histories(lag=MOST_LAG), within_30_days),
        (histories(never_scanned=True), within_28_days),
    ],
)
def test_the_same_search_finds_nothing_against_the_clock(
    drawn: st.SearchStrategy[History], promise: Promise
) -> None:
    with pytest.raises(NoSuchExample):
        counterexample(the_clock, drawn, promise)


def test_the_margin_is_no_wider_than_promised() -> None:
    """Behind by five days, the promise of 30 days can break: the margin is two."""
    late = histories(lag=timedelta(days=5))
    broken = counterexample(the_clock, late, within_30_days, most=20_000)
    assert within_30_days(broken, the_clock) is False


def counterexample(
    clock: Clock, drawn: st.SearchStrategy[History], promise: Promise, most: int = 1_000
) -> History:
    """Search with a fixed seed; raise `NoSuchExample` where the promise holds.

    What is drawn depends on the modules that are loaded, too: Hypothesis takes
    constants out of them. ``most`` leaves room where examples are rare.
    """
    return find(
        drawn,
        lambda history: not promise(history, clock),
        # Unshrunk: that there is one is the point, and shrinking takes seconds.
        settings=settings(steady, max_examples=most, phases=[Phase.generate]),
        random=Random(6962),  # noqa: S311 - a fixed seed, nothing secret
    )
