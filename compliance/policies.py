"""Retention rules as data: one policy for each marketplace, read from a file.

A shop may shorten a rule by figures of its own, and never lengthen it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "marketplace-policies.json"
#: Offered for the second clock where a marketplace names none, and the most there is.
MONTHS_OFFERED, MONTHS_MOST = 18, 120
#: An order is the tombstone of its buyer: it stays for longer than an import could give
#: it one again, which is 60 days from the purchase. Three months have 89 days or more.
MONTHS_LEAST = 3


class UnknownMarketplace(LookupError):
    """No policy has this id. The text names the ids that exist."""


class PolicyUnusable(ValueError):
    """A policy's numbers cannot yield a purge day before its limit."""


class FigureRefused(ValueError):
    """A figure of a shop's own would lengthen the rule, or leave no day to keep.

    ``figure`` is ``days``, ``margin_days`` or ``months``; ``least`` and ``most`` are
    what it may be.
    """

    def __init__(self, *, figure: str, least: int, most: int) -> None:
        """Remember which figure, and its bounds."""
        super().__init__(f"{figure} must be {least} to {most}.")
        self.figure, self.least, self.most = figure, least, most


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """What a shop set for one marketplace: version and instant (UTC) of the change.

    ``months`` is the second clock; None leaves it to the rule.
    """

    days: int
    margin_days: int
    months: int | None
    version: int
    set_at: datetime


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long one marketplace lets a buyer's data be kept, and who says so.

    ``days`` counts from delivery; the purge comes ``margin_days`` before it ends.
    ``ceiling_days`` counts from the purchase and holds for an order without an exact
    delivery. ``verified`` means that ``days`` was read in the marketplace's own
    documentation; otherwise it is the product's choice until the seller confirms it.
    ``own`` holds the shop's figures where they are in force; ``own_days`` and
    ``own_margin`` tell which differ from the rule, whose days are ``rule_days``.
    ``second_clock_months`` is when an order without its buyer is forgotten, counted
    from the purchase; None for never.
    Fields are the marketplace's own names. Raises `PolicyUnusable`.
    """

    id: str
    name: str
    days: int
    margin_days: int
    ceiling_days: int | None
    verified: bool
    days_set_by: str = "product"
    certainty: str = ""
    start: str = "delivery"
    stuck_after_days: int = 30
    second_clock_months: int | None = None
    fields_named: tuple[str, ...] = ()
    fields_added: tuple[str, ...] = ()
    fields_plain: tuple[str, ...] = ()
    report_columns: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    rule_days: int | None = None
    own: OwnFigures | None = None
    own_days: bool = False
    own_margin: bool = False

    def __post_init__(self) -> None:
        """Refuse numbers that would purge before the clock or at the limit itself."""
        if not 0 <= self.margin_days < self.days:
            message = f"Policy {self.id}: the margin must be 0 or more, below the days."
            raise PolicyUnusable(message)
        if self.ceiling_days is not None and self.ceiling_days < 1:
            message = f"Policy {self.id}: the ceiling must be 1 day or more, or none."
            raise PolicyUnusable(message)

    @property
    def kept_days(self) -> int:
        """Days from the clock to the purge: the days less the margin."""
        return self.days - self.margin_days

    @property
    def limit_days(self) -> int:
        """Days from the clock to the limit: the marketplace's, whatever a shop set."""
        return self.days if self.rule_days is None else self.rule_days


class Policies(dict[str, RetentionPolicy]):
    """Policies by marketplace id. An unknown id raises `UnknownMarketplace`.

    An order without a known rule is never stored under a guessed one; ``generic`` is
    there to be chosen.
    """

    def __missing__(self, channel: str) -> RetentionPolicy:
        """Refuse an id without a policy; it may have come from a file, so unnamed."""
        message = f"No retention policy for this marketplace. Use {', '.join(self)}."
        raise UnknownMarketplace(message)


def policy_for(channel: str) -> RetentionPolicy:
    """Return the marketplace's own rule by an id such as ``amazon``.

    What a shop judges by is `compliance.queries.policies.policies_of`. Raises
    `UnknownMarketplace`.
    """
    return policies()[channel]


@cache
def policies() -> Policies:
    """Return every marketplace's rule by its id, in the order of the file."""
    profiles = json.loads(_FILE.read_text(encoding="utf-8"))["profiles"]
    return Policies({profile["id"]: _policy(profile) for profile in profiles})


def check_figures(
    *, rule: RetentionPolicy, days: int, margin_days: int, months: int | None
) -> None:
    """Refuse figures that keep a buyer longer than the rule; raise `FigureRefused`.

    Fewer days and a larger margin shorten. The rule's margin is the least: reports
    may be that far behind the truth.
    """
    least_days = rule.margin_days + 1
    if not least_days <= days <= rule.days:
        raise FigureRefused(figure="days", least=least_days, most=rule.days)
    if not rule.margin_days <= margin_days < days:
        raise FigureRefused(figure="margin_days", least=rule.margin_days, most=days - 1)
    most_months = rule.second_clock_months or MONTHS_MOST
    if months is not None and not MONTHS_LEAST <= months <= most_months:
        raise FigureRefused(figure="months", least=MONTHS_LEAST, most=most_months)


def shortened(*, rule: RetentionPolicy, own: OwnFigures) -> RetentionPolicy:
    """Lay a shop's figures over a rule; where the rule is shorter it wins.

    So a rule that a later release shortens binds a shop whose figures are older.
    """
    days = min(own.days, rule.days)
    margin = min(max(own.margin_days, rule.margin_days), days - 1)
    told = None if own.months is None else max(own.months, MONTHS_LEAST)
    known = [m for m in (told, rule.second_clock_months) if m is not None]
    return replace(
        rule,
        days=days,
        margin_days=margin,
        second_clock_months=min(known, default=None),
        rule_days=rule.days,
        own=own,
        # An unverified number is nobody's until the shop makes it its own.
        own_days=days != rule.days or not rule.verified,
        own_margin=margin != rule.margin_days,
    )


def _policy(profile: Mapping[str, Any]) -> RetentionPolicy:
    days = profile["days"]
    unshipped = profile["not_all_shipped"]
    fields = profile["pii"]
    return RetentionPolicy(
        id=profile["id"],
        name=profile["name"],
        days=profile["days_default"] if days is None else days,
        margin_days=profile["safety_margin_days"],
        ceiling_days=unshipped["ceiling_days_after_order_without_exact_delivery"],
        # A marketplace whose documentation was read but names no number of days is
        # as unverified as one that was not read.
        verified=days is not None and not profile["seller_must_confirm"],
        days_set_by=profile["days_set_by"],
        certainty=profile["certainty"],
        start=profile["clock"]["start"],
        stuck_after_days=unshipped["shown_as_stuck_after_days"],
        second_clock_months=profile["second_clock"]["months"],
        fields_named=tuple(fields["named_by_marketplace"]),
        fields_added=tuple(fields["added_by_product"]),
        fields_plain=tuple(fields["kept_plain"]),
        report_columns=tuple(fields.get("report_columns", ())),
        exceptions=tuple(profile["exceptions"]),
        sources=tuple(profile["source"]),
    )
