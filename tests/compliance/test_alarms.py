"""What owners must know, judged from facts: each kind opens, stands and closes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from compliance.alarm_words import told_of
from compliance.alarms import (
    RED,
    RISK,
    SILENT_AFTER,
    Ending,
    Off,
    Opened,
    ShopFacts,
    Valid,
    judge_shop,
)
from compliance.models import Notice, NoticeKind

NOW = datetime(2026, 11, 22, 17, 14, tzinfo=UTC)
CALM = ShopFacts(now=NOW, has_buyers=True, last_good_sweep=NOW)
OPENED = Opened(times=1, last=NOW, person_id="", order_id="")

#: What makes a notice of each kind, and what no longer does.
CASES: dict[NoticeKind, tuple[dict[str, Any], dict[str, Any]]] = {
    NoticeKind.PAST_LIMIT: (
        {"past_limit": 2, "past_since": date(2026, 11, 18)},
        {"past_limit": 0, "past_since": None},
    ),
    NoticeKind.SILENT_SWEEP: (
        {"last_good_sweep": NOW - SILENT_AFTER - timedelta(seconds=1)},
        {"last_good_sweep": NOW - SILENT_AFTER},
    ),
    NoticeKind.FAILED_RATCHET: ({"unturned": (date(2026, 11, 21),)}, {"unturned": ()}),
    NoticeKind.CLOCK: ({"clock_waits": True}, {"clock_waits": False}),
    NoticeKind.HOLD_ENDING: (
        {"holds": (Ending("H-0001", date(2026, 11, 25)),)},
        {"holds": (Ending("H-0001", date(2026, 11, 26)),)},
    ),
    NoticeKind.RULE_REVIEW: (
        {"rules": (Ending("T-0001", date(2026, 11, 20)),)},
        {"rules": (Ending("T-0001", date(2027, 11, 20)),)},
    ),
    NoticeKind.CERTIFICATE: (
        {"certificate": Valid("9f41c07a", NOW + timedelta(days=30))},
        {"certificate": Valid("9f41c07a", NOW + timedelta(days=30, seconds=1))},
    ),
    NoticeKind.MACHINE_OFF: (
        {"off": Off(NOW, timedelta(days=2, minutes=1), 2)},
        {"off": Off(NOW, timedelta(days=2, minutes=1), 4)},
    ),
    NoticeKind.STUCK_ROW: ({"stuck": 1}, {"stuck": 0}),
    NoticeKind.TEST_BUYER: ({"opened": OPENED}, {"opened": None}),
}


def test_every_kind_has_its_case_its_risk_and_its_words() -> None:
    assert set(CASES) == set(RISK) == set(NoticeKind)
    assert len(RISK) == len(NoticeKind)


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_kind_stands_for_its_own_facts_alone(kind: NoticeKind) -> None:
    wrong, right = CASES[kind]
    standing = judge_shop(replace(CALM, **wrong))
    assert [about[0] for about in standing] == [kind]
    assert judge_shop(replace(CALM, **right)) == {}
    (((_, label), facts),) = standing.items()
    notice = Notice(kind=kind, about=label, facts=dict(facts))
    told = told_of(notice=notice, names={})
    assert told.tone == ("bad" if kind in RED else "warn")
    assert all(len(words) > 10 for words in (told.title, told.text, told.todo))


def test_a_certificate_that_ends_and_one_that_has_ended_are_two_notices() -> None:
    """So that owners are mailed at the end again, who left the first mail lie."""
    ends_at = NOW + timedelta(days=1)
    facts = replace(CALM, certificate=Valid("9f41c07a", ends_at))
    day = "2026-11-23"
    assert judge_shop(facts) == {
        (NoticeKind.CERTIFICATE, "9f41c07a"): {"day": day, "over": 0}
    }
    assert judge_shop(replace(facts, now=ends_at, last_good_sweep=ends_at)) == {
        (NoticeKind.CERTIFICATE, "9f41c07a over"): {"day": day, "over": 1}
    }


def test_a_calm_shop_has_none() -> None:
    assert judge_shop(CALM) == {}


def test_without_any_sweep_a_shop_with_buyers_is_told() -> None:
    never = replace(CALM, last_good_sweep=None)
    assert [kind for kind, _ in judge_shop(never)] == [NoticeKind.SILENT_SWEEP]
    assert judge_shop(replace(never, has_buyers=False)) == {}


def test_a_machine_that_slept_is_given_time_to_sweep() -> None:
    late = replace(CALM, last_good_sweep=NOW - timedelta(hours=8))
    assert judge_shop(replace(late, awake_since=NOW - SILENT_AFTER)) == {}
    woke = NOW - SILENT_AFTER - timedelta(seconds=1)
    assert judge_shop(replace(late, awake_since=woke)) != {}


def test_a_clock_that_is_not_trusted_is_no_silent_sweep() -> None:
    facts = replace(CALM, clock_waits=True, last_good_sweep=NOW - timedelta(days=9))
    assert [kind for kind, _ in judge_shop(facts)] == [NoticeKind.CLOCK]


def test_each_hold_has_a_notice_of_its_own() -> None:
    day = date(2026, 11, 23)
    facts = replace(CALM, holds=(Ending("H-0001", day), Ending("H-0002", day)))
    assert [label for _, label in judge_shop(facts)] == ["H-0001", "H-0002"]


def test_a_time_off_is_told_of_for_two_weeks() -> None:
    off = Off(NOW - timedelta(days=14, seconds=1), timedelta(days=3), 2)
    assert judge_shop(replace(CALM, off=off)) == {}


@pytest.mark.parametrize(
    ("margin", "todo"),
    [
        (2, "May it happen again? Then set a margin of 4 days for your marketplaces."),
        (4, "See to it that the portal runs again before so many days are over."),
    ],
)
def test_a_margin_is_proposed_only_where_it_is_wider(margin: int, todo: str) -> None:
    off = Off(NOW, timedelta(days=5), margin)
    ((kind, about), facts), *_ = judge_shop(replace(CALM, off=off)).items()
    notice = Notice(kind=kind, about=about, facts=facts)
    assert told_of(notice=notice, names={}).todo == todo
