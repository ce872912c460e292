"""What an order says of its day, word for word."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.conf import ENVIRONMENT_VARIABLE, settings
from django.utils import translation

from compliance.clock import Basis, Evidence, purge_day
from compliance.explanation import NoBuyer, explain, why_no_buyer
from compliance.policies import RetentionPolicy, policy_for

AMAZON = policy_for("amazon")
COUNT = "30 days less 2 days margin"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Words need settings: the portal's where there are any, else the least."""
    if not settings.configured and ENVIRONMENT_VARIABLE not in os.environ:
        settings.configure(USE_I18N=False)
    with translation.override("en"):
        yield


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


NOW = at(10, 20)
ORDER = Evidence(purchased_at=at(10, 1))


def said(
    evidence: Evidence, *, now: datetime = NOW, policy: RetentionPolicy = AMAZON
) -> str:
    verdict = purge_day(evidence=evidence, policy=policy)
    return explain(evidence=evidence, verdict=verdict, policy=policy, now=now)


SENTENCES = [
    (
        Basis.PURCHASED,
        ORDER,
        (
            "Nothing is known after the purchase on 1 Oct; counted from then, "
            f"{COUNT}: 29 Oct. The day moves on with a report that says unshipped."
        ),
    ),
    (
        Basis.PURCHASED,
        replace(ORDER, delivered_seen_at=at(10, 9)),
        (
            "Seen delivered on 9 Oct 09:00 UTC, nothing known before; counted from the "
            f"purchase on 1 Oct, {COUNT}: 29 Oct."
        ),
    ),
    (
        Basis.UNSHIPPED_SEEN,
        replace(ORDER, unshipped_seen_at=at(10, 12, 8, 58)),
        (
            f"Seen unshipped on 12 Oct 08:58 UTC; counted from then, {COUNT}: 9 Nov. "
            "The day moves on each time a report or a person says again that it is not "
            "shipped."
        ),
    ),
    (
        Basis.UNSHIPPED_SEEN,
        replace(ORDER, unshipped_seen_at=at(10, 4), delivered_seen_at=at(10, 9)),
        (
            "Seen delivered on 9 Oct 09:00 UTC, last seen unshipped 4 Oct 09:00 UTC; "
            f"counted from then, {COUNT}: 1 Nov."
        ),
    ),
    (
        Basis.SHIPPED,
        replace(ORDER, shipped_at=at(10, 14)),
        f"Counted from shipping 14 Oct, {COUNT}: 11 Nov.",
    ),
    (
        Basis.SHIPPED,
        replace(ORDER, shipped_at=at(10, 14), delivered_seen_at=at(10, 18)),
        (
            "Seen delivered on 18 Oct 09:00 UTC; counted from shipping 14 Oct, "
            f"{COUNT}: 11 Nov."
        ),
    ),
    (
        Basis.IN_TRANSIT_SEEN,
        replace(ORDER, in_transit_seen_at=at(11, 2, 18), delivered_seen_at=at(11, 3)),
        (
            "Seen delivered on 3 Nov 09:00 UTC, last seen on the way 2 Nov 18:00 UTC; "
            f"counted from then, {COUNT}: 30 Nov."
        ),
    ),
    (
        Basis.DELIVERED,
        replace(ORDER, delivered_at=at(10, 9), delivered_seen_at=at(10, 10)),
        f"Counted from delivery 9 Oct 09:00 UTC, {COUNT}: 6 Nov.",
    ),
    (
        Basis.UNDELIVERABLE,
        replace(ORDER, undeliverable_at=at(10, 9), delivered_seen_at=at(10, 10)),
        (
            "Lost or undeliverable since 9 Oct 09:00 UTC; counted from then, "
            f"{COUNT}: 6 Nov."
        ),
    ),
    (
        Basis.CANCELLED,
        replace(ORDER, cancelled_at=at(10, 9)),
        (
            "Cancelled on 9 Oct 09:00 UTC: no delivery, so no purpose. Purged the next "
            "day: 10 Oct."
        ),
    ),
]


@pytest.mark.parametrize(("basis", "evidence", "sentence"), SENTENCES)
def test_the_sentence_of_each_basis(
    basis: Basis, evidence: Evidence, sentence: str
) -> None:
    assert purge_day(evidence=evidence, policy=AMAZON).basis is basis
    assert said(evidence) == sentence


def test_every_basis_has_its_sentence() -> None:
    assert {basis for basis, _evidence, _sentence in SENTENCES} == set(Basis)


def test_the_ceiling_says_so_and_promises_no_later_day() -> None:
    evidence = replace(ORDER, unshipped_seen_at=at(11, 20))
    assert said(evidence) == (
        f"Seen unshipped on 20 Nov 09:00 UTC; counted from then, {COUNT}, it would be "
        "18 Dec; the ceiling without an exact delivery, 60 days from the purchase on "
        "1 Oct, comes first: 30 Nov."
    )


def test_another_year_is_named_and_this_one_is_not() -> None:
    evidence = Evidence(purchased_at=at(12, 20), delivered_at=at(12, 27))
    ends = f"Counted from delivery 27 Dec 09:00 UTC, {COUNT}: 24 Jan 2027."
    assert said(evidence, now=at(12, 28)) == ends
    later = datetime(2027, 1, 2, tzinfo=UTC)
    assert said(evidence, now=later) == (
        f"Counted from delivery 27 Dec 2026 09:00 UTC, {COUNT}: 24 Jan."
    )


@pytest.mark.parametrize(
    "evidence", [ORDER, replace(ORDER, unshipped_seen_at=at(10, 1))]
)
def test_a_day_that_has_come_moves_on_no_more(evidence: Evidence) -> None:
    assert "moves on" in said(evidence, now=at(10, 28, 23, 59))
    assert "moves on" not in said(evidence, now=at(10, 29, 0))


def test_the_numbers_are_the_policys() -> None:
    policy = replace(AMAZON, days=14, margin_days=1)
    evidence = replace(ORDER, shipped_at=at(10, 14))
    assert said(evidence, policy=policy) == (
        "Counted from shipping 14 Oct, 14 days less 1 day margin: 27 Oct."
    )
    exact = replace(AMAZON, days=14, margin_days=0)
    assert said(evidence, policy=exact) == (
        "Counted from shipping 14 Oct, 14 days: 28 Oct."
    )


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            NoBuyer.AMAZON_FULFILS,
            (
                "Amazon ships this order, so its buyer is never asked for and never "
                "stored."
            ),
        ),
        (
            NoBuyer.DAY_PASSED,
            (
                "The purge day had passed when this order arrived, so it was stored "
                "without its buyer."
            ),
        ),
        (
            NoBuyer.CANCELLED,
            (
                "This order had been cancelled when it arrived, so it was stored "
                "without its buyer."
            ),
        ),
        (
            NoBuyer.WITHHELD,
            "The file held no buyer for this order.",
        ),
        (
            NoBuyer.PURGED,
            (
                "The buyer of this order was purged, and no later import or sync "
                "brings it back."
            ),
        ),
        (
            NoBuyer.LOST,
            (
                "The key to this buyer is missing without a record of its destruction: "
                "lost, not purged, and the next import or sync may fill it again."
            ),
        ),
    ],
)
def test_why_an_order_has_no_buyer(state: NoBuyer, sentence: str) -> None:
    assert why_no_buyer(state) == sentence


def test_every_reason_has_a_sentence_of_its_own() -> None:
    assert len({why_no_buyer(state) for state in NoBuyer}) == len(NoBuyer)
