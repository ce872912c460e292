"""The facts of notices: what is past, late, failing or about to end in a shop."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count

from compliance.alarms import (
    AHEAD,
    OFF_TOLD,
    Ending,
    Off,
    Opened,
    ShopFacts,
    Valid,
)
from compliance.declarations import judge
from compliance.queries.alarm_rows import (
    incident_rows,
    left_out_rows,
    past_limit_rows,
)
from compliance.queries.certificates import latest_certificate
from compliance.queries.counted import counted
from compliance.queries.gaps import Gap, gaps, longest_gap
from compliance.queries.health import last_good_sweep
from compliance.queries.held import ending_holds, rules_to_review
from compliance.queries.past_limit import days_with_keys
from compliance.queries.policies import policies_of
from vault.privacy import buyer_models
from vault.turning import failed_turns, last_turn

#: Failed turns of the root are looked for so far back.
_TURNS_TOLD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class World:
    """What is the same for every shop at ``now`` (UTC)."""

    now: datetime
    clock_waits: bool
    last_good_sweep: datetime | None
    awake_since: datetime | None
    unturned: tuple[date, ...]
    gap: Gap | None


def world_at(
    *, now: datetime, clock_waits: bool, awake_since: datetime | None = None
) -> World:
    """Read what belongs to no shop; ``awake_since``: whoever asks slept until then."""
    latest = gaps(since=now - OFF_TOLD, now=now).first()
    woke = [at for at in (awake_since, latest and latest.ended_at) if at]
    return World(
        now=now,
        clock_waits=clock_waits,
        last_good_sweep=last_good_sweep(now=now),
        awake_since=max(woke, default=None),
        unturned=_unturned(now=now),
        gap=longest_gap(since=now - OFF_TOLD, now=now) if latest else None,
    )


def shop_facts(*, seller_id: UUID, world: World) -> ShopFacts:
    """Read the facts of the seller in scope: eight statements, whatever it holds."""
    today = world.now.date()
    past = _past_limit(seller_id=seller_id, today=today)
    return ShopFacts(
        now=world.now,
        has_buyers=_has_buyers(seller_id) if world.last_good_sweep is None else True,
        past_limit=sum(past.values()),
        past_since=min(past, default=None),
        last_good_sweep=world.last_good_sweep,
        awake_since=world.awake_since,
        clock_waits=world.clock_waits,
        unturned=world.unturned,
        holds=_holds(seller_id=seller_id, today=today),
        rules=_rules(seller_id=seller_id, today=today),
        certificate=_certificate(seller_id=seller_id),
        off=_off(seller_id=seller_id, gap=world.gap),
        stuck=left_out_rows(seller_id=seller_id).count(),
        opened=_opened(seller_id=seller_id),
    )


def _past_limit(*, seller_id: UUID, today: date) -> dict[date, int]:
    """Count orders past the limit by their purge day."""
    found: dict[date, int] = {}
    for rows in past_limit_rows(seller_id=seller_id, today=today):
        grouped = rows.values_list("purge_on").annotate(orders=Count("pk"))
        for day, orders in grouped:
            found[day] = found.get(day, 0) + orders
    alive = days_with_keys(seller_id=seller_id, days=found, today=today)
    return {day: orders for day, orders in found.items() if day in alive}


def _has_buyers(seller_id: UUID) -> bool:
    return any(
        model._default_manager.filter(
            counted(privacy=privacy), seller_id=seller_id
        ).exists()
        for model, privacy in buyer_models()
    )


def _unturned(*, now: datetime) -> tuple[date, ...]:
    """Return the days whose turn failed, unless a later one made up for them."""
    turned = last_turn()
    failed = failed_turns(since=(now - _TURNS_TOLD).date())
    return tuple(t.day for t in failed if turned is None or t.day > turned.day)


def _holds(*, seller_id: UUID, today: date) -> tuple[Ending, ...]:
    """Return live holds whose last day comes within days; today's included."""
    rows = ending_holds(seller_id=seller_id, today=today, days=AHEAD.days)
    return tuple(Ending(row.label, row.ends_on) for row in rows)


def _rules(*, seller_id: UUID, today: date) -> tuple[Ending, ...]:
    """Return standing rules whose review is due within days, or late."""
    rows = rules_to_review(seller_id=seller_id, today=today + AHEAD)
    return tuple(
        Ending(row.label, row.review_on) for row in rows if row.review_on is not None
    )


def _certificate(*, seller_id: UUID) -> Valid | None:
    certificate = latest_certificate(seller_id=seller_id)
    if certificate is None:
        return None
    return Valid(certificate.sha256[:8], certificate.ends_at)


def _off(*, seller_id: UUID, gap: Gap | None) -> Off | None:
    """Return the longest time off beside the narrowest margin that the shop has."""
    if gap is None:
        return None
    known = policies_of(seller_id=seller_id)
    used = judge().channels(seller_id=seller_id)
    if not used:
        return None
    margin = min(known[channel].margin_days for channel in used)
    return Off(gap.ended_at, gap.length, margin)


def _opened(*, seller_id: UUID) -> Opened | None:
    """Return the openings of the test buyer since an owner last closed such a notice.

    Incidents where there are any, else openings that left none.
    """
    asked = (list(rows) for rows in incident_rows(seller_id=seller_id))
    found = next((entries for entries in asked if entries), [])
    if not found:
        return None
    last = max(found, key=lambda entry: entry.at)
    return Opened(
        times=len(found),
        last=last.at,
        person_id=str(last.actor_id or ""),
        order_id=str(last.subject_id or ""),
    )
