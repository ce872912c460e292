"""Whatever is known of an order and whatever a shop sets: never later than the rule."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from compliance.clock import Evidence, purge_day
from compliance.policies import (
    OwnFigures,
    Policies,
    RetentionPolicy,
    check_figures,
    policies,
    shortened,
)
from orders.enums import FulfillmentStatus
from orders.models import Order, Recipient
from orders.services.retention import is_tombstone, set_day
from tests.compliance.histories import START, steady
from tests.compliance.test_clock_properties import any_evidence
from vault.rows import new_id

rules = st.sampled_from(list(policies().values()))


@st.composite
def own_policies(draw: st.DrawFn, rule: RetentionPolicy) -> RetentionPolicy:
    """Draw figures that a shop may set, laid over a rule."""
    days = draw(st.integers(rule.margin_days + 1, rule.days))
    margin = draw(st.integers(rule.margin_days, days - 1))
    check_figures(rule=rule, days=days, margin_days=margin, months=None)
    own = OwnFigures(days, margin, None, version=1, set_at=START)
    return shortened(rule=rule, own=own)


@st.composite
def changes(draw: st.DrawFn) -> tuple[RetentionPolicy, list[RetentionPolicy]]:
    """Draw a rule and what a shop sets one after the other, the rule's own last."""
    rule = draw(rules)
    return rule, [*draw(st.lists(own_policies(rule), max_size=5)), rule]


def judged(evidence: Evidence, *, status: FulfillmentStatus) -> tuple[Order, Recipient]:
    """Return an order with its buyer that nothing was judged of yet; not saved."""
    facts = {name: getattr(evidence, name) for name in evidence.__slots__}
    seller = new_id()
    order = Order(seller_id=seller, status=status, purge_on=date.max, **facts)
    buyer = Recipient(seller_id=seller, order_id=order.id, purge_on=date.max)
    return order, buyer


def judge(
    order: Order, buyer: Recipient, *, policy: RetentionPolicy, today: date
) -> date:
    """Judge as the run does, and move the buyer; return the day that is stored."""
    order.channel = policy.id
    move = set_day(
        order=order,
        recipient=buyer,
        policies=Policies({policy.id: policy}),
        today=today,
    )
    if move is not None:
        # A buyer in memory has no sealed value, so that its day may just be set.
        buyer.__dict__["purge_on"] = move[1]
    return order.purge_on


@steady
@given(any_evidence(), rules, st.data())
def test_no_figures_that_a_shop_may_set_yield_a_later_day(
    evidence: Evidence, rule: RetentionPolicy, data: st.DataObject
) -> None:
    mine = data.draw(own_policies(rule))
    own, theirs = (purge_day(evidence=evidence, policy=p) for p in (mine, rule))
    assert own.purge_on <= theirs.purge_on
    assert own.purge_on <= own.limit_on <= theirs.limit_on


@steady
@given(
    any_evidence(),
    changes(),
    st.sampled_from(FulfillmentStatus),
    st.integers(0, 70).map(lambda days: timedelta(days=days)),
)
def test_changes_one_after_the_other_stay_within_the_rule(
    evidence: Evidence,
    told: tuple[RetentionPolicy, list[RetentionPolicy]],
    status: FulfillmentStatus,
    after: timedelta,
) -> None:
    """Shorter is never later, judged twice is once, and the rule is the bound.

    A day that is over already is stored as today, never as a day in the past.
    """
    rule, versions = told
    bound = purge_day(evidence=evidence, policy=rule).purge_on
    today = (evidence.purchased_at + after).date()
    order, buyer = judged(evidence, status=status)
    stored = judge(order, buyer, policy=rule, today=today)
    before = rule
    for policy in versions:
        if is_tombstone(order=order, today=today):
            break
        day = judge(order, buyer, policy=policy, today=today)
        verdict = purge_day(evidence=evidence, policy=policy).purge_on
        assert today <= day <= max(today, min(bound, verdict))
        if policy.kept_days <= before.kept_days:
            assert day <= stored
        assert judge(order, buyer, policy=policy, today=today) == day
        stored, before = day, policy


def test_a_longer_figure_would_be_seen_by_this_check() -> None:
    """The control: figures that nobody may set yield a later day."""
    evidence = Evidence(purchased_at=datetime.fromisoformat("2026-01-01T00:00Z"))
    rule = policies()["amazon"]
    longer = OwnFigures(40, 2, None, version=1, set_at=START)
    beyond = purge_day(
        evidence=evidence,
        policy=RetentionPolicy("amazon", "Amazon", 40, 2, 60, verified=True),
    )
    assert beyond.purge_on > purge_day(evidence=evidence, policy=rule).purge_on
    clamped = purge_day(evidence=evidence, policy=shortened(rule=rule, own=longer))
    assert clamped == purge_day(evidence=evidence, policy=rule)
