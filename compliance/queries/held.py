"""Holds, standing rules and their items, as pages, notices and figures ask for them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from compliance.alarms import AHEAD
from compliance.models import ArchiveItem, HeldOrder, Hold, StandingRule
from vault.context import Whose

#: A hold that ends within so many days is pointed out.
NEAR_DAYS = AHEAD.days


class Stand(StrEnum):
    """How far a hold or a rule is."""

    WAITING = "waiting"
    LIVE = "live"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"
    ENDED = "ended"


def stand_of(*, hold: Hold, today: date) -> Stand:
    """Tell how far a hold is; past its last day it has ended, swept or not (UTC)."""
    if hold.withdrawn_at is not None:
        return Stand.WITHDRAWN
    if hold.why_ended == Stand.RELEASED:
        return Stand.RELEASED
    if hold.ended_at is not None or hold.ends_on < today:
        return Stand.ENDED
    return Stand.WAITING if hold.approved_at is None else Stand.LIVE


def rule_stand(*, rule: StandingRule) -> Stand:
    """Tell how far a standing rule is."""
    if rule.withdrawn_at is not None:
        return Stand.WITHDRAWN
    if rule.ended_at is not None:
        return Stand.ENDED
    return Stand.WAITING if rule.approved_at is None else Stand.LIVE


def live_items(*, seller_id: UUID, today: date) -> QuerySet[ArchiveItem]:
    """Return items whose last day is not over; their bytes are not loaded."""
    rows = ArchiveItem.objects.filter(seller_id=seller_id, ends_on__gte=today)
    return rows.defer("cms")


def orders_on_hold(*, seller_id: UUID, today: date) -> int:
    """Count the orders with a live item, each once. Never readable here."""
    rows = live_items(seller_id=seller_id, today=today)
    return rows.aggregate(n=Count("subject_id", distinct=True))["n"] or 0


def live_holds(*, seller_id: Whose, today: date) -> QuerySet[Hold]:
    """Return approved holds whose last day is not over, the one that ends first."""
    rows = Hold.objects.filter(
        seller_id=seller_id,
        approved_at__isnull=False,
        withdrawn_at=None,
        ended_at=None,
        ends_on__gte=today,
    )
    return rows.order_by("ends_on", "number")


def ending_holds(
    *, seller_id: Whose, today: date, days: int = NEAR_DAYS
) -> QuerySet[Hold]:
    """Return live holds whose last day comes within some days: renew, or let it end."""
    last = today + timedelta(days=days)
    return live_holds(seller_id=seller_id, today=today).filter(ends_on__lte=last)


def live_rules(*, seller_id: Whose) -> QuerySet[StandingRule]:
    """Return the standing rules that seal on arrival."""
    return StandingRule.objects.filter(
        seller_id=seller_id,
        approved_at__isnull=False,
        withdrawn_at=None,
        ended_at=None,
    ).order_by("number")


def rules_to_review(*, seller_id: Whose, today: date) -> QuerySet[StandingRule]:
    """Return the live rules whose yearly review is due by a day (UTC), or late."""
    return live_rules(seller_id=seller_id).filter(review_on__lte=today)


def items_by_hold(*, seller_id: UUID, ids: Iterable[UUID]) -> dict[UUID, int]:
    """Count items by hold."""
    return _counts(seller_id=seller_id, column="hold_id", ids=ids)


def items_by_rule(*, seller_id: UUID, ids: Iterable[UUID]) -> dict[UUID, int]:
    """Count items by standing rule."""
    return _counts(seller_id=seller_id, column="rule_id", ids=ids)


def items_of_subject(
    *, seller_id: UUID, subject_id: UUID, today: date
) -> list[ArchiveItem]:
    """Return an order's live items with their hold or rule, first to end first."""
    rows = live_items(seller_id=seller_id, today=today).filter(subject_id=subject_id)
    return list(rows.select_related("hold", "rule").order_by("ends_on", "id"))


def holds_of_subject(*, seller_id: UUID, subject_id: UUID) -> list[HeldOrder]:
    """Return an order's place in each hold that names it, oldest first."""
    rows = HeldOrder.objects.filter(seller_id=seller_id, subject_id=subject_id)
    people = ("hold__placed_by", "hold__approved_by", "hold__ended_by")
    return list(rows.select_related("hold", *people).order_by("hold__number"))


def outcomes_of(*, hold: Hold) -> dict[str, int]:
    """Count a hold's orders by what became of them."""
    rows = HeldOrder.objects.filter(seller_id=hold.seller_id, hold=hold)
    counted = rows.values("outcome").annotate(n=Count("pk")).order_by("outcome")
    return {row["outcome"]: row["n"] for row in counted}


def waiting_counts(*, seller_id: UUID, today: date) -> int:
    """Count what waits to be approved: holds, renewals and rules."""
    holds = Hold.objects.filter(
        Q(approved_at=None) | Q(wanted_until__isnull=False),
        seller_id=seller_id,
        withdrawn_at=None,
        ended_at=None,
        ends_on__gte=today,
    )
    rules = StandingRule.objects.filter(
        seller_id=seller_id, approved_at=None, withdrawn_at=None, ended_at=None
    )
    return holds.count() + rules.count()


def waiting_for(
    *, seller_id: UUID, person_id: UUID, today: date, own_until: datetime
) -> tuple[int, int]:
    """Count holds, renewals and rules to approve: those of others, and a person's own.

    Own ones only where they were asked for at ``own_until`` (UTC) or before.
    """
    placed, wanted = Q(placed_by_id=person_id), Q(wanted_by_id=person_id)
    first, again = Q(approved_at=None), Q(wanted_until__isnull=False)
    old, old_renewal = Q(placed_at__lte=own_until), Q(wanted_at__lte=own_until)
    holds = Hold.objects.filter(
        seller_id=seller_id, withdrawn_at=None, ended_at=None, ends_on__gte=today
    ).aggregate(
        others=Count("pk", filter=first & ~placed | again & ~wanted),
        own=Count("pk", filter=first & placed & old | again & wanted & old_renewal),
    )
    rules = StandingRule.objects.filter(
        first, seller_id=seller_id, withdrawn_at=None, ended_at=None
    ).aggregate(
        others=Count("pk", filter=~placed), own=Count("pk", filter=placed & old)
    )
    return holds["others"] + rules["others"], holds["own"] + rules["own"]


def _counts(*, seller_id: UUID, column: str, ids: Iterable[UUID]) -> dict[UUID, int]:
    rows = ArchiveItem.objects.filter(seller_id=seller_id, **{f"{column}__in": [*ids]})
    counted = rows.values(column).annotate(n=Count("pk")).order_by(column)
    return {row[column]: row["n"] for row in counted}
