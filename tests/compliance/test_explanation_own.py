"""What an order says of its day under a shop's own figures, word for word."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from compliance.clock import Basis, Evidence, purge_day
from compliance.explanation import explain
from compliance.policies import OwnFigures, RetentionPolicy, policies, shortened
from tests.compliance.test_explanation import COUNT, ORDER, SENTENCES, at

#: Own figures: days, margin, and how they are counted in words for a verified rule.
OWN = [
    (20, 2, "20 days, set by you on 3 Nov, less 2 days margin"),
    (30, 4, "30 days less 4 days margin, the margin set by you on 3 Nov"),
    (20, 4, "20 days less 4 days margin, both set by you on 3 Nov"),
    (30, 2, COUNT),
]
#: The same where nobody verified the marketplace's days: they are the shop's own.
OWN_UNVERIFIED = [
    *OWN[:1],
    (30, 4, "30 days less 4 days margin, both set by you on 3 Nov"),
    *OWN[2:3],
    (30, 2, "30 days, set by you on 3 Nov, less 2 days margin"),
]
NOW = at(10, 12)
DAY = re.compile(r": (\d+ (?:Oct|Nov))\.")


def own(rule: RetentionPolicy, days: int, margin: int) -> RetentionPolicy:
    """Lay figures that were set on 3 November over a rule."""
    figures = OwnFigures(days, margin, None, version=1, set_at=at(11, 3))
    return shortened(rule=rule, own=figures)


def expected(sentence: str, *, count: str, kept: int) -> str:
    """Return the sentence of the rule with another count, its day moved with it."""

    def moved(found: re.Match[str]) -> str:
        day = datetime.strptime(f"{found[1]} 2026", "%d %b %Y").replace(tzinfo=UTC)
        day -= timedelta(days=28 - kept)
        return f": {day.day} {day:%b}."

    if COUNT not in sentence:  # cancelled: no days are counted
        return sentence
    return DAY.sub(moved, sentence.replace(COUNT, count))


@pytest.mark.parametrize("channel", policies())
@pytest.mark.parametrize(("basis", "evidence", "sentence"), SENTENCES)
def test_every_basis_under_every_policy(
    channel: str, basis: Basis, evidence: Evidence, sentence: str
) -> None:
    rule = policies()[channel]
    cases = OWN if rule.verified else OWN_UNVERIFIED
    for days, margin, count in [(0, 0, COUNT), *cases]:
        policy = own(rule, days, margin) if days else rule
        verdict = purge_day(evidence=evidence, policy=policy)
        said = explain(evidence=evidence, verdict=verdict, policy=policy, now=NOW)
        assert verdict.basis is basis
        assert said == expected(sentence, count=count, kept=policy.kept_days)


@pytest.mark.parametrize("channel", policies())
def test_the_ceiling_stays_the_rules(channel: str) -> None:
    policy = own(policies()[channel], 20, 2)
    evidence = replace(ORDER, unshipped_seen_at=at(11, 20))
    verdict = purge_day(evidence=evidence, policy=policy)
    said = explain(evidence=evidence, verdict=verdict, policy=policy, now=NOW)
    assert said == (
        "Seen unshipped on 20 Nov 09:00 UTC; counted from then, 20 days, set by you on "
        "3 Nov, less 2 days margin, it would be 8 Dec; the ceiling without an exact "
        "delivery, 60 days from the purchase on 1 Oct, comes first: 30 Nov."
    )


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (
            replace(ORDER, unshipped_seen_at=at(10, 12, 8, 58)),
            (
                "Recorded by a person as not shipped yet on 12 Oct 08:58 UTC; counted "
                f"from then, {COUNT}: 9 Nov. The day moves on each time a report or a "
                "person says again that it is not shipped."
            ),
        ),
        (
            replace(ORDER, unshipped_seen_at=at(10, 4), delivered_seen_at=at(10, 9)),
            (
                "Seen delivered on 9 Oct 09:00 UTC, recorded by a person as not "
                "shipped yet 4 Oct 09:00 UTC; counted from then, "
                f"{COUNT}: 1 Nov."
            ),
        ),
        (
            replace(ORDER, shipped_at=at(10, 14), unshipped_seen_at=at(10, 13)),
            f"Counted from shipping 14 Oct, {COUNT}: 11 Nov.",
        ),
    ],
)
def test_a_persons_word_is_said_to_be_one(evidence: Evidence, sentence: str) -> None:
    amazon = policies()["amazon"]
    verdict = purge_day(evidence=evidence, policy=amazon)
    said = explain(
        evidence=evidence, verdict=verdict, policy=amazon, now=NOW, by_person=True
    )
    assert said == sentence
