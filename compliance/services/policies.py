"""Changing how long a shop keeps buyers: foreseen, then a version, never longer."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from compliance.declarations import Foresight, judge
from compliance.declarations.second_clock import DryRun, dry_run
from compliance.models import PolicyChange
from compliance.policies import (
    OwnFigures,
    RetentionPolicy,
    check_figures,
    policy_for,
    shortened,
)
from compliance.queries.policies import latest_changes, policies_of
from vault.context import current_scope
from vault.kinds import Kind
from vault.ledger import append

#: More buyers and orders than this go for good only where their number is typed.
TYPED_OVER = 50


class ChangeRefused(Exception):
    """A change was not made, and nothing was written."""


class NothingChanges(ChangeRefused):
    """The figures are those in force already."""


class ChangedMeanwhile(ChangeRefused):
    """What the person was shown is not so any more; ``plan`` is what is."""

    def __init__(self, plan: "Plan") -> None:
        """Take what would happen now."""
        super().__init__("The policy or the orders changed meanwhile.")
        self.plan = plan


class CountNotTyped(ChangeRefused):
    """Many buyers or orders would go for good, and their number was not typed."""

    def __init__(self, plan: "Plan") -> None:
        """Take what would happen now."""
        super().__init__("The number of buyers and orders that go was not typed.")
        self.plan = plan


@dataclass(frozen=True, slots=True)
class Figures:
    """What a person wants for a marketplace; ``months`` None leaves it to the rule."""

    days: int
    margin_days: int
    months: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A change that is not made yet: from which policy to which, and what it does.

    ``forgets`` is what the second clock takes by the next midnight (UTC) where orders
    are kept for fewer months than before, else None.
    """

    before: RetentionPolicy
    after: RetentionPolicy
    foresight: Foresight
    forgets: DryRun | None = None

    @property
    def code(self) -> str:
        """Return in one word what a person was shown: version and what would happen.

        How many orders stay as they are is no part of it.
        """
        version = self.before.own.version if self.before.own else 0
        shown = [
            str(getattr(self.foresight, field.name))
            for field in fields(self.foresight)
            if field.name != "judged"
        ]
        if self.forgets is not None:
            shown += [str(self.forgets.rows), str(self.forgets.before)]
        return ":".join([str(version), *shown])

    @property
    def forgotten(self) -> int:
        """Return how many orders the change takes by the next midnight (UTC)."""
        return 0 if self.forgets is None else self.forgets.rows

    @property
    def must_type(self) -> int | None:
        """Return the number to type before so many go for good, else None.

        Buyers that are removed at once, and orders that are forgotten: no order is
        both, since one that still has its buyer's row is not forgotten.
        """
        gone = self.foresight.at_once + self.forgotten
        return gone if gone > TYPED_OVER else None


def plan_change(
    *, seller_id: UUID, channel: str, figures: Figures, now: datetime
) -> Plan:
    """Say what figures would do to the orders of the seller in scope; change nothing.

    Raises `UnknownMarketplace`, `FigureRefused` for figures that keep longer than the
    rule, and `NothingChanges`.
    """
    rule = policy_for(channel)
    check_figures(
        rule=rule,
        days=figures.days,
        margin_days=figures.margin_days,
        months=figures.months,
    )
    before = policies_of(seller_id=seller_id)[channel]
    own = OwnFigures(
        days=figures.days,
        margin_days=figures.margin_days,
        months=figures.months,
        version=(before.own.version if before.own else 0) + 1,
        set_at=now,
    )
    after = shortened(rule=rule, own=own)
    if _same(before, after) and (before.own is not None or rule.verified):
        raise NothingChanges
    return Plan(
        before=before,
        after=after,
        foresight=judge().foresee(seller_id=seller_id, policy=after, now=now),
        forgets=_forgets(seller_id=seller_id, before=before, after=after, now=now),
    )


def change_policy(
    *,
    channel: str,
    figures: Figures,
    seen: str,
    typed: int | None,
    person_id: UUID,
    now: datetime,
) -> PolicyChange:
    """Put figures in force for the seller in scope, as a version of their own.

    New orders are judged by it from this commit on; the known ones by
    `compliance.services.repolicy`. ``seen`` is the `Plan.code` that the person was
    shown. Raises what `plan_change` does, `ChangedMeanwhile` and `CountNotTyped`.
    """
    seller_id = current_scope().seller_id
    # Imports judge by what they read: from here on they wait, and read this version.
    judge().wait_for_others(seller_id=seller_id)
    plan = plan_change(seller_id=seller_id, channel=channel, figures=figures, now=now)
    if plan.code != seen:
        raise ChangedMeanwhile(plan)
    if plan.must_type is not None and typed != plan.must_type:
        raise CountNotTyped(plan)
    rule = policy_for(channel)
    change = PolicyChange.objects.create(
        seller_id=seller_id,
        channel=channel,
        version=plan.after.own.version if plan.after.own else 1,
        days=figures.days,
        margin_days=figures.margin_days,
        months=figures.months,
        confirmed=not rule.verified,
        changed_at=now,
        changed_by_id=person_id,
    )
    append(
        kind=Kind.POLICY_CHANGED_DAYS,
        now=now,
        subject_id=change.id,
        facts={
            "marketplace": channel,
            "version": change.version,
            "days": change.days,
            "margin": change.margin_days,
            "days before": plan.before.days,
            "margin before": plan.before.margin_days,
            "months": plan.after.second_clock_months or 0,
        },
    )
    return change


def unfinished_changes(*, seller_id: UUID) -> list[PolicyChange]:
    """Return the versions in force that are not applied to all orders yet.

    A version that a later one replaced is not finished any more: its work stopped.
    """
    latest = latest_changes(seller_id=seller_id)
    return [change for change in latest if change.finished_at is None]


def _forgets(
    *, seller_id: UUID, before: RetentionPolicy, after: RetentionPolicy, now: datetime
) -> DryRun | None:
    """Ask what leaves by fewer months; what leaves anyway is no effect of a change."""
    old, new = before.second_clock_months, after.second_clock_months
    if new is None or (old is not None and new >= old):
        return None
    return dry_run(seller_id=seller_id, channel=after.id, months=new, now=now)


def _same(before: RetentionPolicy, after: RetentionPolicy) -> bool:
    return (before.days, before.margin_days, before.second_clock_months) == (
        after.days,
        after.margin_days,
        after.second_clock_months,
    )
