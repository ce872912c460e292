"""The retention clock, case by case."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from compliance.clock import Basis, Evidence, NaiveInstant, Verdict, purge_day
from compliance.policies import policy_for

AMAZON = policy_for("amazon")


def at(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


BOUGHT = at(10, 1)
ORDER = Evidence(purchased_at=BOUGHT)


def judge(evidence: Evidence) -> Verdict:
    return purge_day(evidence=evidence, policy=AMAZON)


def test_silence_counts_from_the_purchase() -> None:
    assert judge(ORDER) == Verdict(
        clock=BOUGHT,
        basis=Basis.PURCHASED,
        purge_on=date(2026, 10, 29),
        limit_on=date(2026, 10, 31),
    )


def test_each_rung_of_the_ladder_in_rising_strength() -> None:
    """One more thing is told each time; the clock moves to it."""
    steps: list[tuple[str, datetime, Basis]] = [
        ("unshipped_seen_at", at(10, 3), Basis.UNSHIPPED_SEEN),
        ("shipped_at", at(10, 5), Basis.SHIPPED),
        ("in_transit_seen_at", at(10, 8), Basis.SHIPPED),
        ("delivered_seen_at", at(10, 9), Basis.IN_TRANSIT_SEEN),
        ("delivered_at", at(10, 8, 18), Basis.DELIVERED),
    ]
    clocks = [at(10, 3), at(10, 5), at(10, 5), at(10, 8), at(10, 8, 18)]
    evidence = ORDER
    for (name, instant, basis), clock in zip(steps, clocks, strict=True):
        evidence = replace(evidence, **{name: instant})
        verdict = judge(evidence)
        assert (verdict.clock, verdict.basis) == (clock, basis)
        assert verdict.purge_on == clock.date() + timedelta(days=28)
        assert verdict.limit_on == clock.date() + timedelta(days=30)


@pytest.mark.parametrize(
    ("shipped", "purge_on"),
    [
        (at(10, 14, 0), date(2026, 11, 11)),
        (at(10, 14, 23, 59), date(2026, 11, 11)),
        (at(10, 15, 0), date(2026, 11, 12)),
    ],
)
def test_the_day_turns_at_midnight_utc(shipped: datetime, purge_on: date) -> None:
    assert judge(replace(ORDER, shipped_at=shipped)).purge_on == purge_on


def test_the_day_is_utc_whatever_zone_the_instant_came_in() -> None:
    """23:30 of 14 October in New York is 15 October in UTC."""
    eastern = timezone(timedelta(hours=-4))
    shipped = datetime(2026, 10, 14, 23, 30, tzinfo=eastern)
    verdict = judge(replace(ORDER, shipped_at=shipped))
    assert verdict.purge_on == date(2026, 11, 12)
    assert verdict.clock.tzinfo is UTC


@pytest.mark.parametrize(
    ("bought", "purge_on"),
    [
        (datetime(2028, 2, 1, 12, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2027, 2, 1, 12, tzinfo=UTC), date(2027, 3, 1)),
        (datetime(2026, 12, 20, 12, tzinfo=UTC), date(2027, 1, 17)),
        # The clocks of Europe and America change in between; UTC does not.
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2027, 3, 13, 23, 30, tzinfo=UTC), date(2027, 4, 10)),
    ],
)
def test_leap_years_year_ends_and_summer_time(bought: datetime, purge_on: date) -> None:
    assert judge(Evidence(purchased_at=bought)).purge_on == purge_on


class TestAnExactDelivery:
    """It is the truth: everything weaker gives way, on either side of it."""

    @pytest.mark.parametrize(
        "name", ["unshipped_seen_at", "shipped_at", "undeliverable_at"]
    )
    @pytest.mark.parametrize("told", [at(10, 4), at(10, 20)])
    def test_overrules_what_else_was_told(self, name: str, told: datetime) -> None:
        evidence = replace(ORDER, delivered_at=at(10, 8), **{name: told})
        verdict = judge(evidence)
        assert (verdict.clock, verdict.basis) == (at(10, 8), Basis.DELIVERED)

    def test_after_a_poll_that_already_said_delivered_gives_way_to_it(self) -> None:
        evidence = replace(
            ORDER,
            shipped_at=at(10, 3),
            delivered_seen_at=at(10, 6),
            delivered_at=at(10, 8),
        )
        verdict = judge(evidence)
        assert (verdict.clock, verdict.basis) == (at(10, 3), Basis.SHIPPED)

    def test_at_the_very_poll_that_says_delivered_does_not_contradict_it(self) -> None:
        evidence = replace(ORDER, delivered_seen_at=at(10, 8), delivered_at=at(10, 8))
        assert judge(evidence).clock == at(10, 8)

    def test_is_not_bound_by_the_ceiling(self) -> None:
        verdict = judge(replace(ORDER, delivered_at=at(12, 20)))
        assert verdict.purge_on == date(2027, 1, 17)

    def test_before_the_purchase_is_taken_as_the_purchase(self) -> None:
        verdict = judge(replace(ORDER, delivered_at=at(9, 1)))
        assert (verdict.clock, verdict.basis) == (BOUGHT, Basis.DELIVERED)


class TestADeliverySeenByAPoll:
    """It closes an interval, whose beginning counts and never its end."""

    @pytest.mark.parametrize(
        ("told", "clock", "basis"),
        [
            ({}, BOUGHT, Basis.PURCHASED),
            ({"unshipped_seen_at": at(10, 3)}, at(10, 3), Basis.UNSHIPPED_SEEN),
            ({"shipped_at": at(10, 5)}, at(10, 5), Basis.SHIPPED),
            ({"in_transit_seen_at": at(10, 7)}, at(10, 7), Basis.IN_TRANSIT_SEEN),
            (
                # The first package was on the way before the last one was shipped.
                {"in_transit_seen_at": at(10, 4), "shipped_at": at(10, 5)},
                at(10, 5),
                Basis.SHIPPED,
            ),
            (
                {"shipped_at": at(10, 5), "in_transit_seen_at": at(10, 5)},
                at(10, 5),
                Basis.IN_TRANSIT_SEEN,
            ),
        ],
    )
    def test_counts_from_the_last_instant_before_it(
        self, told: dict[str, datetime], clock: datetime, basis: Basis
    ) -> None:
        verdict = judge(replace(ORDER, delivered_seen_at=at(10, 9), **told))
        assert (verdict.clock, verdict.basis) == (clock, basis)

    @pytest.mark.parametrize(
        "name",
        ["unshipped_seen_at", "shipped_at", "in_transit_seen_at", "undeliverable_at"],
    )
    @pytest.mark.parametrize("told", [at(10, 9), at(10, 30)])
    def test_ignores_what_contradicts_it(self, name: str, told: datetime) -> None:
        verdict = judge(replace(ORDER, delivered_seen_at=at(10, 9), **{name: told}))
        assert (verdict.clock, verdict.basis) == (BOUGHT, Basis.PURCHASED)

    def test_falls_back_to_the_next_rung_that_does_not_contradict_it(self) -> None:
        evidence = replace(
            ORDER,
            unshipped_seen_at=at(10, 4),
            shipped_at=at(10, 12),
            delivered_seen_at=at(10, 9),
        )
        assert judge(evidence).basis is Basis.UNSHIPPED_SEEN


class TestUnshipped:
    """The weakest word but the purchase: stale beside anything that came after it."""

    def test_beside_an_earlier_ship_time_is_stale(self) -> None:
        evidence = replace(ORDER, shipped_at=at(10, 5), unshipped_seen_at=at(10, 6))
        verdict = judge(evidence)
        assert (verdict.clock, verdict.basis) == (at(10, 5), Basis.SHIPPED)

    def test_after_a_poll_on_the_way_that_ended_in_delivered_is_stale(self) -> None:
        evidence = replace(
            ORDER,
            in_transit_seen_at=at(10, 5),
            unshipped_seen_at=at(10, 6),
            delivered_seen_at=at(10, 9),
        )
        assert judge(evidence).clock == at(10, 5)

    def test_moves_the_day_on_as_long_as_the_ceiling_lets_it(self) -> None:
        first = judge(replace(ORDER, unshipped_seen_at=at(11, 1)))
        assert first.purge_on == date(2026, 11, 29)
        last = judge(replace(ORDER, unshipped_seen_at=at(11, 20)))
        assert (last.purge_on, last.basis) == (date(2026, 11, 30), Basis.UNSHIPPED_SEEN)
        assert last.limit_on == date(2026, 12, 20)

    def test_without_a_ceiling_goes_on_moving_it(self) -> None:
        verdict = purge_day(
            evidence=replace(ORDER, unshipped_seen_at=at(11, 20)),
            policy=replace(AMAZON, ceiling_days=None),
        )
        assert verdict.purge_on == date(2026, 12, 18)

    def test_before_the_purchase_is_taken_as_the_purchase(self) -> None:
        assert judge(replace(ORDER, unshipped_seen_at=at(9, 1))).clock == BOUGHT


def test_on_the_way_alone_moves_nothing() -> None:
    for evidence in (ORDER, replace(ORDER, shipped_at=at(10, 5))):
        polled = replace(evidence, in_transit_seen_at=at(11, 20))
        assert judge(polled) == judge(evidence)


class TestCancelled:
    """No delivery, no purpose: the next day, and the limit one day after it."""

    @pytest.mark.parametrize("hour", [0, 23])
    def test_is_purged_on_the_next_utc_day(self, hour: int) -> None:
        verdict = judge(replace(ORDER, cancelled_at=at(10, 4, hour)))
        assert verdict == Verdict(
            clock=at(10, 4, hour),
            basis=Basis.CANCELLED,
            purge_on=date(2026, 10, 5),
            limit_on=date(2026, 10, 6),
        )

    @pytest.mark.parametrize("name", ["shipped_at", "unshipped_seen_at"])
    def test_stands_where_something_later_contradicts_it(self, name: str) -> None:
        evidence = replace(ORDER, cancelled_at=at(10, 4), **{name: at(10, 9)})
        assert judge(evidence).purge_on == date(2026, 10, 5)

    def test_never_lengthens(self) -> None:
        """Cancelled long after the delivery: the delivery's own day holds."""
        evidence = replace(ORDER, delivered_at=at(10, 4), cancelled_at=at(11, 9))
        verdict = judge(evidence)
        assert (verdict.purge_on, verdict.basis) == (
            date(2026, 11, 1),
            Basis.DELIVERED,
        )

    def test_before_the_purchase_is_taken_as_the_purchase(self) -> None:
        verdict = judge(replace(ORDER, cancelled_at=at(9, 1)))
        assert verdict.purge_on == date(2026, 10, 2)

    def test_whose_day_is_the_other_one_has_the_earlier_limit(self) -> None:
        verdict = judge(replace(ORDER, cancelled_at=at(10, 28)))
        assert verdict == Verdict(
            clock=at(10, 28),
            basis=Basis.CANCELLED,
            purge_on=date(2026, 10, 29),
            limit_on=date(2026, 10, 30),
        )


class TestUndeliverable:
    """Lost or undeliverable: counted from that event."""

    def test_counts_from_the_event(self) -> None:
        evidence = replace(ORDER, shipped_at=at(10, 5), undeliverable_at=at(10, 20))
        verdict = judge(evidence)
        assert verdict == Verdict(
            clock=at(10, 20),
            basis=Basis.UNDELIVERABLE,
            purge_on=date(2026, 11, 17),
            limit_on=date(2026, 11, 19),
        )

    def test_counts_from_shipping_where_the_order_was_sent_again(self) -> None:
        evidence = replace(ORDER, shipped_at=at(10, 22), undeliverable_at=at(10, 20))
        assert judge(evidence).basis is Basis.SHIPPED

    def test_is_bound_by_the_ceiling(self) -> None:
        verdict = judge(replace(ORDER, undeliverable_at=at(12, 20)))
        assert verdict.purge_on == date(2026, 11, 30)


def test_a_policy_without_margin_purges_on_the_limit() -> None:
    verdict = purge_day(evidence=ORDER, policy=replace(AMAZON, margin_days=0))
    assert verdict.purge_on == verdict.limit_on == date(2026, 10, 31)


@pytest.mark.parametrize("name", ["purchased_at", "shipped_at", "delivered_at"])
def test_an_instant_without_a_time_zone_is_refused(name: str) -> None:
    naive = datetime(2026, 10, 5, 12)  # noqa: DTZ001 - the naive instant is the case
    with pytest.raises(NaiveInstant, match=name):
        replace(ORDER, **{name: naive})


def test_the_last_year_there_is_has_a_day_too() -> None:
    """Some files write the year 9999 for a date that is not set."""
    never = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert judge(replace(ORDER, shipped_at=never)).purge_on == date(2026, 11, 30)
    assert judge(Evidence(purchased_at=never)).purge_on == date.max
