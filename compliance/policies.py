"""Retention rules as data: one policy for each marketplace, read from a file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "marketplace-policies.json"


class UnknownMarketplace(LookupError):
    """No policy has this id. The text names the ids that exist."""


class PolicyUnusable(ValueError):
    """A policy's numbers cannot yield a purge day before its limit."""


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long one marketplace lets a buyer's data be kept, and who says so.

    ``days`` counts from delivery; the purge comes ``margin_days`` before it ends.
    ``ceiling_days`` counts from the purchase and holds for an order without an exact
    delivery. ``verified`` means that ``days`` was read in the marketplace's own
    documentation; otherwise it is the product's choice until the seller confirms it.
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
        """Days from the clock to the purge: the marketplace's less the margin."""
        return self.days - self.margin_days


def policy_for(channel: str) -> RetentionPolicy:
    """Return the policy of a marketplace id such as ``amazon``.

    Raises `UnknownMarketplace`: an order without a known rule is never stored under
    a guessed one; ``generic`` is there to be chosen.
    """
    known = policies()
    if channel not in known:
        # The id asked for may have come from a file, so it stays out of the text.
        message = f"No retention policy for this marketplace. Use {', '.join(known)}."
        raise UnknownMarketplace(message)
    return known[channel]


@cache
def policies() -> Mapping[str, RetentionPolicy]:
    """Return every policy by its id, in the order of the file."""
    profiles = json.loads(_FILE.read_text(encoding="utf-8"))["profiles"]
    return {profile["id"]: _policy(profile) for profile in profiles}


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
