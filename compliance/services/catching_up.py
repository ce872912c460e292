"""Sealing by standing tax rules what arrivals had to leave out.

Because staff had stopped opening, or the country came later; by the next sweep, as long
as the buyer is there. What is refused, since a value is lost or altered, is asked for
last, has three tries and is then named: it holds up no other order.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from compliance.declarations.subjects import Subject, Unarchived, held_subjects
from compliance.models import HoldCertificate, OrderKind, StandingRule
from compliance.queries.certificates import latest_certificate
from compliance.queries.held import live_rules
from compliance.queries.held_buyers import buyers_of
from compliance.services.arrivals import Arrival, seal_by_rule
from compliance.services.resisting import go_past, note_tries
from compliance.services.stuck import failing, left_out, solve
from compliance.services.tax_rules import archiving_step
from vault.context import current_scope

#: Orders that a sweep seals for one rule in one transaction.
BATCH = 500


def seal_left_out(*, now: datetime) -> int:
    """Seal, for the seller in scope, what arrivals left out; return the items.

    Only what came after a rule was approved: a rule does not reach back.
    """
    seller_id = current_scope().seller_id
    rules = list(live_rules(seller_id=seller_id))
    certificate = latest_certificate(seller_id=seller_id) if rules else None
    if certificate is None:
        return 0
    return sum(_catch_up(rule=rule, certificate=certificate, now=now) for rule in rules)


def _catch_up(
    *, rule: StandingRule, certificate: HoldCertificate, now: datetime
) -> int:
    subjects = {each.id: each for each in _missed(rule=rule, now=now)}
    passed: set[UUID] = set()
    refused: dict[UUID, str] = {}

    def seal(some: Sequence[UUID]) -> int:
        rows = buyers_of(seller_id=rule.seller_id, ids=some, lock=True)
        outcome = seal_by_rule(
            rule=rule,
            arrivals=[
                Arrival(row=row, subject=subjects[order_id])
                for order_id, row in rows.items()
            ],
            certificate=certificate,
            now=now,
        )
        orders = {row.id: order_id for order_id, row in rows.items()}
        passed.update(orders[row_id] for row_id in outcome.items)
        for row_id, why in outcome.refused.items():
            refused[orders[row_id]] = type(why).__name__
        return len(outcome.items)

    done, resisting = go_past(ids=list(subjects), act=seal)
    note_tries(
        step=archiving_step(rule=rule),
        passed=passed,
        left={**refused, **resisting},
        now=now,
    )
    return sum(done)


def _missed(*, rule: StandingRule, now: datetime) -> list[Subject]:
    """Return a batch of what a rule missed, last what it could not seal before."""
    if rule.approved_at is None:
        return []
    step, today = archiving_step(rule=rule), now.date()
    noted = failing(step=step)
    asked = Unarchived(
        rule_id=rule.id,
        country=rule.country,
        since=rule.approved_at,
        fields=rule.fields,
        business=rule.kind == OrderKind.BUSINESS,
    )
    fresh = held_subjects().unarchived(
        seller_id=rule.seller_id,
        rule=replace(asked, without=noted),
        today=today,
        most=BATCH,
    )
    if not noted:
        return fresh
    again = _again(rule=rule, asked=asked, noted=noted, today=today)
    solve(step=step, subject_ids=noted - {each.id for each in again}, now=now)
    out = left_out(step=step)
    return [*fresh, *(each for each in again if each.id not in out)][:BATCH]


def _again(
    *, rule: StandingRule, asked: Unarchived, noted: frozenset[UUID], today: date
) -> list[Subject]:
    """Return what a rule could not seal and that is still there, without an item."""
    return held_subjects().unarchived(
        seller_id=rule.seller_id,
        rule=replace(asked, among=noted),
        today=today,
        most=len(noted),
    )
