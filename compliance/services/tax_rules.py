"""Standing tax rules: placing, approving, reviewing, ending."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max

from compliance.models import OrderKind, StandingRule
from compliance.queries.held import Stand, rule_stand
from compliance.services.approving import (
    Approval,
    ChangedMeanwhile,
    HoldRefused,
    approval_of,
    check_approval,
    one_at_a_time,
)
from compliance.services.certificates import (
    needed_certificate,
    refuse_ended_certificate,
)
from compliance.services.stuck import failing, solve
from vault.context import current_scope
from vault.kinds import Kind
from vault.ledger import append

#: A rule is gone through once in this time.
REVIEW = timedelta(days=365)
#: Years that a rule may keep: no tax law that sellers meet asks for more.
MOST_YEARS = 12
_FEBRUARY, _LEAP_DAY = 2, 29


class RuleTwice(HoldRefused):
    """The same country and kind of order has a live or waiting rule already."""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as a person asks for it. ``country``: two letters, ``law``: its name."""

    country: str
    kind: OrderKind
    law: str
    fields: tuple[str, ...]
    years: int


def place_rule(*, draft: RuleDraft, person_id: UUID, now: datetime) -> StandingRule:
    """Ask for a rule in the shop in scope; it seals nothing before it is approved.

    Raises `RuleTwice` and `CertificateEnded`.
    """
    seller_id = current_scope().seller_id
    one_at_a_time(seller_id=seller_id)
    refuse_ended_certificate(seller_id=seller_id, now=now)
    rules = StandingRule.objects.filter(seller_id=seller_id)
    standing = rules.filter(withdrawn_at=None, ended_at=None)
    if standing.filter(country=draft.country, kind=draft.kind).exists():
        raise RuleTwice
    last = rules.aggregate(number=Max("number"))
    rule = StandingRule.objects.create(
        seller_id=seller_id,
        number=(last["number"] or 0) + 1,
        country=draft.country,
        kind=draft.kind,
        law=draft.law,
        fields=list(draft.fields),
        years=draft.years,
        placed_at=now,
        placed_by_id=person_id,
    )
    append(
        kind=Kind.RULE_PLACED_TAX,
        now=now,
        subject_id=rule.id,
        facts={
            "number": rule.label,
            "country": rule.country,
            "kind": rule.kind,
            "fields": " ".join(draft.fields),
            "years": rule.years,
        },
    )
    return rule


def approve_rule(
    *, rule_id: UUID, person_id: UUID, factor_given: bool, now: datetime
) -> StandingRule:
    """Approve a rule: from now on it seals on arrival. It does not reach back.

    Raises `SecondPersonNeeded`, `TooEarly`, `FactorNeeded`, `ChangedMeanwhile` and
    `NoCertificate`.
    """
    rule = _locked(rule_id=rule_id)
    if rule_stand(rule=rule) is not Stand.WAITING:
        raise ChangedMeanwhile
    approval = rule_approval(rule=rule, person_id=person_id, now=now)
    check_approval(approval=approval, factor_given=factor_given)
    needed_certificate(seller_id=rule.seller_id)
    rule.approved_at, rule.approved_by_id, rule.alone = now, person_id, approval.alone
    rule.review_on = now.date() + REVIEW
    rule.save()
    _say(Kind.RULE_APPROVED_TAX, rule, now, alone=int(rule.alone))
    return rule


def withdraw_rule(*, rule_id: UUID, now: datetime) -> StandingRule:
    """Take back or refuse a rule that waits. Raises `ChangedMeanwhile`."""
    rule = _locked(rule_id=rule_id)
    if rule_stand(rule=rule) is not Stand.WAITING:
        raise ChangedMeanwhile
    rule.withdrawn_at = now
    rule.save(update_fields=["withdrawn_at"])
    _say(Kind.RULE_ENDED_TAX, rule, now, why="withdrawn")
    return rule


def review_rule(*, rule_id: UUID, person_id: UUID, now: datetime) -> StandingRule:
    """Note that somebody went through a live rule and lets it stand for a year more.

    Raises `ChangedMeanwhile`.
    """
    rule = _locked(rule_id=rule_id)
    if rule_stand(rule=rule) is not Stand.LIVE:
        raise ChangedMeanwhile
    rule.reviewed_at, rule.reviewed_by_id = now, person_id
    rule.review_on = now.date() + REVIEW
    rule.save(update_fields=["reviewed_at", "reviewed_by", "review_on"])
    _say(Kind.RULE_REVIEWED_TAX, rule, now, **{"next review": f"{rule.review_on}"})
    return rule


def end_rule(*, rule_id: UUID, person_id: UUID, now: datetime) -> StandingRule:
    """End a live rule: nothing more is sealed; its items stay to their last day.

    Raises `ChangedMeanwhile`.
    """
    rule = _locked(rule_id=rule_id)
    if rule_stand(rule=rule) is not Stand.LIVE:
        raise ChangedMeanwhile
    rule.ended_at, rule.ended_by_id = now, person_id
    rule.save(update_fields=["ended_at", "ended_by"])
    step = archiving_step(rule=rule)
    solve(step=step, subject_ids=failing(step=step), now=now)
    _say(Kind.RULE_ENDED_TAX, rule, now, why="ended")
    return rule


def archiving_step(*, rule: StandingRule) -> str:
    """Return the name under which tries at orders that a rule cannot seal count."""
    return f"archiving {rule.label}"


def rule_approval(*, rule: StandingRule, person_id: UUID, now: datetime) -> Approval:
    """Return how a person stands to a rule that waits."""
    return approval_of(
        seller_id=rule.seller_id,
        asked_by=rule.placed_by_id,
        asked_at=rule.placed_at,
        person_id=person_id,
        now=now,
    )


def last_day(*, bought_at: datetime, years: int) -> date:
    """Return the last UTC day of an item: the purchase and so many years.

    29 February counts as the 28th in a year that has none.
    """
    day = bought_at.date()
    if (day.month, day.day) == (_FEBRUARY, _LEAP_DAY):
        day = day.replace(day=_LEAP_DAY - 1)
    return day.replace(year=day.year + years)


def _locked(*, rule_id: UUID) -> StandingRule:
    """Return a rule of the shop in scope, locked; raise `StandingRule.DoesNotExist`."""
    seller_id = current_scope().seller_id
    one_at_a_time(seller_id=seller_id)
    rows = StandingRule.objects.filter(seller_id=seller_id, id=rule_id)
    return rows.select_for_update().get()


def _say(kind: Kind, rule: StandingRule, now: datetime, **facts: int | str) -> None:
    facts = {"number": rule.label, **facts}
    append(kind=kind, now=now, subject_id=rule.id, facts=facts)
