"""What owners must know: judged from facts alone, without rows and without a clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from compliance.models import NoticeKind

#: After this much silence nobody may trust any more that a sweep comes; so long, too,
#: a purge day may have begun before its key is gone.
SILENT_AFTER = timedelta(minutes=15)
#: An end or a review is told of so many days before.
AHEAD = timedelta(days=3)
#: The end of a shop's certificate is told of so many days before: a new one takes time.
CERTIFICATE_AHEAD = timedelta(days=30)
#: A machine that was off for too long is told of for so long after it came back.
OFF_TOLD = timedelta(days=14)
#: Proposed where the machine was off for longer than the margin, in days.
WIDER_MARGIN = 4
#: These are mailed again each day for as long as they stand.
RED = frozenset(
    {
        NoticeKind.PAST_LIMIT,
        NoticeKind.SILENT_SWEEP,
        NoticeKind.FAILED_RATCHET,
        NoticeKind.CLOCK,
        NoticeKind.TEST_BUYER,
    }
)
#: In order of risk: the first is what somebody must see first.
RISK = (
    NoticeKind.PAST_LIMIT,
    NoticeKind.TEST_BUYER,
    NoticeKind.FAILED_RATCHET,
    NoticeKind.SILENT_SWEEP,
    NoticeKind.CLOCK,
    NoticeKind.STUCK_ROW,
    NoticeKind.HOLD_ENDING,
    NoticeKind.RULE_REVIEW,
    NoticeKind.CERTIFICATE,
    NoticeKind.MACHINE_OFF,
)

Facts = Mapping[str, int | str]
#: What a notice is about: its kind, and a label where there may be several.
About = tuple[NoticeKind, str]


@dataclass(frozen=True, slots=True)
class Ending:
    """A hold or a standing rule by its label, and its day (UTC)."""

    label: str
    day: date


@dataclass(frozen=True, slots=True)
class Valid:
    """The certificate of a shop's holds: how its fingerprint begins, its end (UTC)."""

    label: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """How often the test buyer was opened, when last (UTC) and by whom; "" unknown."""

    times: int
    last: datetime
    person_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class Off:
    """How long the machine was off, and the margin in days that should cover it."""

    ended_at: datetime
    length: timedelta
    margin_days: int


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What is known of a shop at ``now``. Instants and days are in UTC.

    ``awake_since``: the machine slept until then, so nobody can have swept before.
    ``clock_waits``: keys are not destroyed by this clock. ``past_since``: the first
    purge day of what is ``past_limit``.
    """

    now: datetime
    has_buyers: bool = False
    past_limit: int = 0
    past_since: date | None = None
    last_good_sweep: datetime | None = None
    awake_since: datetime | None = None
    clock_waits: bool = False
    unturned: tuple[date, ...] = ()
    holds: tuple[Ending, ...] = ()
    rules: tuple[Ending, ...] = ()
    certificate: Valid | None = None
    off: Off | None = None
    stuck: int = 0
    opened: Opened | None = None


def judge_shop(facts: ShopFacts, /) -> dict[About, Facts]:
    """Return the notices that must stand, each with the facts of its sentence."""
    return dict(_notices(facts))


def _notices(facts: ShopFacts) -> Iterator[tuple[About, Facts]]:
    if facts.past_limit and facts.past_since is not None:
        since = facts.past_since.isoformat()
        yield (
            (NoticeKind.PAST_LIMIT, ""),
            {"orders": facts.past_limit, "since": since},
        )
    yield from _sweeping(facts)
    if facts.unturned:
        yield (
            (NoticeKind.FAILED_RATCHET, ""),
            {"since": min(facts.unturned).isoformat(), "days": len(facts.unturned)},
        )
    for hold in facts.holds:
        if hold.day <= facts.now.date() + AHEAD:
            yield (
                (NoticeKind.HOLD_ENDING, hold.label),
                {"day": hold.day.isoformat()},
            )
    for rule in facts.rules:
        if rule.day <= facts.now.date() + AHEAD:
            yield (
                (NoticeKind.RULE_REVIEW, rule.label),
                {"day": rule.day.isoformat()},
            )
    yield from _certificate(facts)
    yield from _incidents(facts)


def _certificate(facts: ShopFacts) -> Iterator[tuple[About, Facts]]:
    """Judge a certificate by its end; once it has ended that is a notice of its own."""
    valid = facts.certificate
    if valid is None or valid.ends_at > facts.now + CERTIFICATE_AHEAD:
        return
    over = valid.ends_at <= facts.now
    yield (
        (NoticeKind.CERTIFICATE, f"{valid.label} over" if over else valid.label),
        {"day": valid.ends_at.date().isoformat(), "over": int(over)},
    )


def _sweeping(facts: ShopFacts) -> Iterator[tuple[About, Facts]]:
    """Judge whether sweeps come; one that waits for a word about the clock is told."""
    if facts.clock_waits:
        yield (NoticeKind.CLOCK, ""), {}
        return
    last = facts.last_good_sweep
    since = max((at for at in (last, facts.awake_since) if at), default=None)
    if since is None:
        if facts.has_buyers:
            yield (NoticeKind.SILENT_SWEEP, ""), {}
    elif facts.now - since > SILENT_AFTER:
        told = {"since": last.isoformat(timespec="seconds")} if last else {}
        yield (NoticeKind.SILENT_SWEEP, ""), told


def _incidents(facts: ShopFacts) -> Iterator[tuple[About, Facts]]:
    off, opened = facts.off, facts.opened
    if off is not None and _is_told(off, facts.now):
        yield (
            (NoticeKind.MACHINE_OFF, ""),
            {
                "hours": int(off.length.total_seconds()) // 3600,
                "margin": off.margin_days,
            },
        )
    if facts.stuck:
        yield (NoticeKind.STUCK_ROW, ""), {"rows": facts.stuck}
    if opened is not None:
        yield (
            (NoticeKind.TEST_BUYER, ""),
            {
                "times": opened.times,
                "last": opened.last.isoformat(timespec="seconds"),
                "person": opened.person_id,
                "order": opened.order_id,
            },
        )


def _is_told(off: Off, now: datetime) -> bool:
    longer = off.length > timedelta(days=off.margin_days)
    return longer and now - off.ended_at <= OFF_TOLD
