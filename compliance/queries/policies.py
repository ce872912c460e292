"""The policies in force in a shop: each marketplace's rule under the shop's figures."""

from datetime import datetime
from uuid import UUID

from compliance.models import PolicyChange
from compliance.policies import OwnFigures, Policies, policies, shortened


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
