"""The cards "Keys" and "Health" of the board, from rows that belong to no shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.models import SweepRun
from compliance.queries.health import purge_health
from sellerportal.staff.board import ShopFacts
from sellerportal.staff.moments import day_words, instant_words
from vault.models import DayState, LostKey, PurgeDay
from vault.turning import FailedTurn, last_turn, latest_failure


@dataclass(frozen=True, slots=True)
class KeyCard:
    """How the days' keys stand, in words. ``overdue`` counts days."""

    root: str
    root_failed: bool
    live: str
    last_destroyed: str
    overdue: str
    missing: str
    probed: str
    overdue_days: int


@dataclass(frozen=True, slots=True)
class Sign:
    """One line of the health card."""

    name: str
    ok: bool
    says: str
    small: str = ""


def key_card(*, now: datetime) -> KeyCard:
    """Read the purge days and the lost keys. ``now`` is in UTC."""
    destroyed, today = Q(state=DayState.DESTROYED), now.date()
    facts = PurgeDay.objects.aggregate(
        first=Min("day", filter=Q(day__gt=today) & ~destroyed),
        last=Max("day", filter=Q(day__gt=today) & ~destroyed),
        destroyed=Max("day", filter=destroyed),
        at=Max("destroyed_at", filter=destroyed),
        probed=Max("probe_dead_at", filter=destroyed),
    )
    overdue = list(
        PurgeDay.objects.filter(day__lte=today)
        .exclude(state=DayState.DESTROYED)
        .order_by("day")
        .values_list("day", flat=True)
    )
    lost = list(
        LostKey.objects.filter(Q(day__gt=today) | Q(day=None))
        .order_by("day")
        .values_list("day", flat=True)
    )
    live = _("none")
    if facts["first"]:
        ends = {"first": day_words(facts["first"]), "last": day_words(facts["last"])}
        live = _("%(first)s to %(last)s") % ends
    failure = latest_failure()
    return KeyCard(
        root=_root(failure, now),
        root_failed=failure is not None,
        live=live,
        last_destroyed=_destroyed(facts, now),
        overdue=_days(overdue),
        missing=_days(lost),
        probed=_at(facts["probed"], now),
        overdue_days=len(overdue),
    )


def health_signs(*, shops: list[ShopFacts], now: datetime) -> list[Sign]:
    """Tell what lives, each by its own facts. ``now`` is in UTC."""
    health = purge_health(now=now)
    reported = sum(not facts.silent for facts in shops)
    told = {"n": reported, "all": len(shops)}
    all_swept = health.sweep_ok and reported == len(shops)
    waiting = (
        SweepRun.objects.filter(ended_at__isnull=False)
        .order_by("-started_at")
        .values_list("waiting", flat=True)
        .first()
    )
    swept = _at(health.last_good_sweep, now)
    return [
        Sign(_("Web and database"), ok=True, says=f"{now:%H:%M}"),
        Sign(_("Worker"), ok=health.worker, says=_beats(alive=health.worker)),
        Sign(_("Beat"), ok=health.beat, says=_beats(alive=health.beat)),
        Sign(_("Sweep"), all_swept, swept, _("%(n)d of %(all)d shops") % told),
        Sign(
            _("Clock"),
            ok=not waiting,
            says=_("waits") if waiting else _("trusted"),
            small=waiting or "",
        ),
    ]


def _beats(*, alive: bool) -> str:
    return _("lives") if alive else _("silent")


def _root(failure: FailedTurn | None, now: datetime) -> str:
    if failure is not None:
        words = ngettext(
            "failed, tried %(n)d time: %(error)s",
            "failed, tried %(n)d times: %(error)s",
            failure.tries,
        )
        return words % {"error": failure.error, "n": failure.tries}
    turn = last_turn()
    if turn is None or turn.turned_at is None:
        return _("not yet")
    return _("%(at)s UTC") % {"at": _at(turn.turned_at, now)}


def _destroyed(facts: dict[str, date | datetime | None], now: datetime) -> str:
    day, at = facts["destroyed"], facts["at"]
    if not isinstance(day, date) or not isinstance(at, datetime):
        return _("none yet")
    return _("%(day)s, at %(at)s UTC") % {"day": day_words(day), "at": _at(at, now)}


def _at(at: datetime | None, now: datetime) -> str:
    if at is None:
        return _("never")
    if at.date() == now.date():
        return f"{at:%H:%M}"
    return instant_words(at=at, now=now)


def _days(days: Sequence[date | None]) -> str:
    """Name the days, or how many there are; None is a secret of a whole shop."""
    if not days:
        return _("none")
    named = [day_words(day) if day else _("a shop's own") for day in days[:2]]
    more = len(days) - len(named)
    return ", ".join(named) + (_(" and %(n)d more") % {"n": more} if more else "")
