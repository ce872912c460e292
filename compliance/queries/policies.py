"""The policies in force in a shop: each marketplace's rule under the shop's figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.declarations import judge
from compliance.models import PolicyChange
from compliance.policies import (
    OwnFigures,
    Policies,
    RetentionPolicy,
    policies,
    shortened,
)


def policies_of(*, seller_id: UUID, at: datetime | None = None) -> Policies:
    """Return every policy of the seller in scope by its marketplace id, in one query.

    Load it once a batch or request, after the orders it is to judge were locked: a
    change that was committed before is then in it. ``at`` (UTC) asks for those that
    were in force at an instant, for what was judged by then.
    """
    in_force = Policies(policies())
    for change in latest_changes(seller_id=seller_id, at=at):
        # A marketplace that a later release dropped has no rule to lay figures over.
        if change.channel in in_force:
            in_force[change.channel] = shortened(
                rule=in_force[change.channel], own=own_figures(change=change)
            )
    return in_force


def latest_changes(
    *, seller_id: UUID, at: datetime | None = None
) -> list[PolicyChange]:
    """Return the latest version of each marketplace that the seller ever changed.

    ``at`` (UTC): of those made until then.
    """
    changes = PolicyChange.objects.filter(seller_id=seller_id)
    if at is not None:
        changes = changes.filter(changed_at__lte=at)
    return list(changes.order_by("channel", "-version").distinct("channel"))


@dataclass(frozen=True, slots=True)
class ChartPolicy:
    """What the chart of ages is drawn by: the marketplace with most orders.

    ``own``: these figures are the shop's. ``kept_most``: the most days that any
    marketplace in use keeps a buyer; ``others``: marketplaces in use that keep them
    for other days.
    """

    name: str
    days: int
    margin_days: int
    limit_days: int
    own: bool
    kept_most: int
    others: int

    @property
    def kept_days(self) -> int:
        """Return the days from which a buyer is refused."""
        return self.days - self.margin_days


def chart_policy(*, seller_id: UUID) -> ChartPolicy:
    """Return what to draw for the seller in scope; a rule for a shop without orders."""
    in_force = policies_of(seller_id=seller_id)
    used = judge().channels(seller_id=seller_id)
    return _drawn([in_force[channel] for channel in used])


def chart_policy_from(*, figures: Mapping[str, Any] | None) -> ChartPolicy:
    """Return what `dataclasses.asdict` wrote down; the rule where nothing was."""
    return ChartPolicy(**figures) if figures else _drawn([])


def _drawn(found: Sequence[RetentionPolicy]) -> ChartPolicy:
    """Draw the first; without any the rule that comes first in the file."""
    drawn = list(found) or [next(iter(policies().values()))]
    first = drawn[0]
    return ChartPolicy(
        name=first.name,
        days=first.days,
        margin_days=first.margin_days,
        limit_days=first.limit_days,
        own=first.own is not None,
        kept_most=max(policy.kept_days for policy in drawn),
        others=sum(1 for policy in drawn if policy.kept_days != first.kept_days),
    )


def own_figures(*, change: PolicyChange) -> OwnFigures:
    """Return the figures that a version set."""
    return OwnFigures(
        days=change.days,
        margin_days=change.margin_days,
        months=change.months,
        version=change.version,
        set_at=change.changed_at,
    )


def every_change(*, seller_id: UUID) -> dict[str, list[PolicyChange]]:
    """Return all versions of the seller in scope by marketplace, the newest first."""
    changes: dict[str, list[PolicyChange]] = {}
    found = PolicyChange.objects.filter(seller_id=seller_id)
    for change in found.order_by("channel", "-version"):
        changes.setdefault(change.channel, []).append(change)
    return changes
