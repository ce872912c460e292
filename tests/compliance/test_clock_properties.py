"""The clock's promises, against random histories and against any evidence at all."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from compliance.clock import Basis, Evidence, purge_day
from tests.compliance.histories import (
    AMAZON,
    MOST_LAG,
    START,
    History,
    Says,
    histories,
    spans,
    steady,
    the_clock,
    within_28_days,
    within_30_days,
)

instants = spans(days=800).map(lambda span: START + span)


@st.composite
def any_evidence(draw: st.DrawFn) -> Evidence:
    """Draw evidence of any kind, however much it contradicts itself."""
    maybe = st.none() | instants
    return Evidence(
        purchased_at=draw(instants),
        unshipped_seen_at=draw(maybe),
        shipped_at=draw(maybe),
        in_transit_seen_at=draw(maybe),
        delivered_seen_at=draw(maybe),
        delivered_at=draw(maybe),
        cancelled_at=draw(maybe),
        undeliverable_at=draw(maybe),
    )


class TestThePromise:
    """It holds at every moment, whatever had been imported by then."""

    @steady
    @given(histories(), spans(days=200))
    def test_without_lag_the_day_comes_within_28_days(
        self, history: History, after: timedelta
    ) -> None:
        assert within_28_days(history, the_clock)
        assert within_28_days(history.until(history.purchased + after), the_clock)

    @steady
    @given(histories(lag=MOST_LAG), spans(days=200))
    def test_with_48_hours_of_lag_it_comes_within_30_days(
        self, history: History, after: timedelta
    ) -> None:
        assert within_30_days(history, the_clock)
        assert within_30_days(history.until(history.purchased + after), the_clock)

    @steady
    @given(histories(never_scanned=True))
    def test_a_carrier_that_never_scans_cannot_delay_it(self, history: History) -> None:
        assert within_28_days(history, the_clock)

    @steady
    @given(histories(lag=MOST_LAG), st.data())
    def test_it_holds_for_any_part_of_what_was_said(
        self, history: History, data: st.DataObject
    ) -> None:
        """So more evidence of one truth never makes the day too late."""
        keep = data.draw(st.sets(st.sampled_from(range(7))))
        told = tuple(s for number, s in enumerate(history.statements) if number in keep)
        assert within_30_days(replace(history, statements=told), the_clock)


class TestTheClockIsNoEarlierThanItMustBe:
    """Else "purge at once" would pass every test above."""

    @steady
    @given(histories())
    def test_it_is_the_latest_instant_that_is_certain(self, history: History) -> None:
        evidence = history.evidence()
        verdict = purge_day(evidence=evidence, policy=AMAZON)
        certain = history.heard(Says.UNSHIPPED)
        if evidence.shipped_at is not None:
            certain.append(evidence.shipped_at)
        if evidence.delivered_seen_at is not None:
            certain += [t for t in [evidence.in_transit_seen_at] if t is not None]
        # Shipped and seen delivered in one instant: the interval is empty, and the
        # clock then takes the earlier bound.
        before = [at for at in certain if at != evidence.delivered_seen_at]
        latest = max([evidence.purchased_at, *before])
        assert verdict.clock == (evidence.delivered_at or latest)
        assert verdict.clock <= history.delivered

    @steady
    @given(histories())
    def test_an_unshipped_order_keeps_its_buyer(self, history: History) -> None:
        told = [s for s in history.statements if s.says is Says.UNSHIPPED]
        unshipped = replace(history, statements=tuple(told))
        latest = max([history.purchased, *unshipped.heard(Says.UNSHIPPED)])
        ceiling = history.purchased.date() + timedelta(days=60)
        expected = min(latest.date() + timedelta(days=28), ceiling)
        assert the_clock(unshipped) == expected


class TestAnyEvidence:
    """Also where it contradicts itself there is a day, and it is bound."""

    @steady
    @given(any_evidence())
    def test_there_is_a_day_after_the_purchase_and_before_the_limit(
        self, evidence: Evidence
    ) -> None:
        verdict = purge_day(evidence=evidence, policy=AMAZON)
        assert evidence.purchased_at.date() < verdict.purge_on < verdict.limit_on
        assert verdict.clock >= evidence.purchased_at

    @steady
    @given(any_evidence())
    def test_the_ceiling_holds_without_an_exact_delivery(
        self, evidence: Evidence
    ) -> None:
        verdict = purge_day(
            evidence=replace(evidence, delivered_at=None), policy=AMAZON
        )
        ceiling = evidence.purchased_at.date() + timedelta(days=60)
        assert verdict.purge_on <= ceiling

    @steady
    @given(any_evidence(), instants)
    def test_an_exact_delivery_bounds_the_day_whatever_else_is_said(
        self, evidence: Evidence, delivered: datetime
    ) -> None:
        told = replace(evidence, delivered_at=delivered, delivered_seen_at=None)
        latest = max(delivered, evidence.purchased_at).date() + timedelta(days=28)
        verdict = purge_day(evidence=told, policy=AMAZON)
        assert verdict.purge_on <= latest
        if verdict.basis is not Basis.CANCELLED:
            assert (verdict.basis, verdict.purge_on) == (Basis.DELIVERED, latest)

    @steady
    @given(any_evidence(), instants)
    def test_a_poll_that_says_delivered_bounds_the_clock(
        self, evidence: Evidence, seen: datetime
    ) -> None:
        told = replace(evidence, delivered_seen_at=seen, cancelled_at=None)
        verdict = purge_day(evidence=told, policy=AMAZON)
        assert verdict.clock <= max(seen, evidence.purchased_at)

    @steady
    @given(any_evidence(), instants)
    def test_a_cancellation_only_ever_shortens(
        self, evidence: Evidence, cancelled: datetime
    ) -> None:
        before = replace(evidence, cancelled_at=None)
        after = replace(evidence, cancelled_at=cancelled)
        day = purge_day(evidence=after, policy=AMAZON).purge_on
        assert day <= purge_day(evidence=before, policy=AMAZON).purge_on
        latest = max(cancelled, evidence.purchased_at).date() + timedelta(days=1)
        assert day <= latest

    @steady
    @given(any_evidence(), instants)
    def test_on_the_way_moves_nothing_while_no_poll_says_delivered(
        self, evidence: Evidence, polled: datetime
    ) -> None:
        without = replace(evidence, in_transit_seen_at=None, delivered_seen_at=None)
        with_poll = replace(without, in_transit_seen_at=polled)
        assert purge_day(evidence=with_poll, policy=AMAZON) == purge_day(
            evidence=without, policy=AMAZON
        )
