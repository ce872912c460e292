"""The card "Keys": the day's root, days with a live key, times the machine was off."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.presentation.banner import silence_words
from compliance.queries.gaps import LOOKED_BACK, gaps
from vault.custody import keystore_state
from vault.models import DayState, PurgeDay
from vault.turning import last_turn, latest_failure

#: Times off that the card lists, the latest ones, and how many it counts at most.
GAPS_SHOWN = 5
GAPS_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class OffTime:
    """A time without a sign of life, as the card lists it (UTC)."""

    began_at: datetime
    ended_at: datetime
    length: str


@dataclass(frozen=True, slots=True)
class KeysCard:
    """How the keys stand, in words; ``off`` are times off of the last 90 days.

    ``trouble`` is what is wrong at present, or empty.
    """

    trouble: str
    root: str
    live: str
    last_destroyed: str
    off: tuple[OffTime, ...]
    off_times: int


def keys_card(*, now: datetime) -> KeysCard:
    """Ask the keystore and the rows at ``now`` (UTC)."""
    state = keystore_state()
    turn, failure = last_turn(), latest_failure()
    root = _("not turned yet")
    if turn is not None and turn.turned_at is not None:
        root = _instant(turn.turned_at, now)
    trouble = ""
    if state is None:
        trouble = _("cannot be read")
    elif failure is not None:
        trouble = ngettext(
            "root not turned, tried %(n)d time",
            "root not turned, tried %(n)d times",
            failure.tries,
        ) % {"n": failure.tries}
    live = _("unknown") if state is None else _("none")
    if state is not None and state.live_days:
        days = state.live_days
        live = _("%(n)d, %(first)s to %(last)s") % {
            "n": len(days),
            "first": date_words(days[0], "j M"),
            "last": date_words(days[-1], "j M"),
        }
    off = list(gaps(since=now - LOOKED_BACK, now=now)[:GAPS_COUNTED])
    return KeysCard(
        trouble=trouble,
        root=root,
        live=live,
        last_destroyed=_last_destroyed(),
        off=tuple(
            OffTime(
                each.began_at,
                each.ended_at,
                silence_words(each.ended_at - each.began_at),
            )
            for each in off[:GAPS_SHOWN]
        ),
        off_times=len(off),
    )


def _last_destroyed() -> str:
    rows = PurgeDay.objects.filter(state=DayState.DESTROYED).order_by("-day")
    day, at = rows.values_list("day", "destroyed_at").first() or (None, None)
    if day is None or at is None:
        return _("none yet")
    if at.date() == day:
        return date_words(at, "j M, H:i")
    told = {"day": date_words(day, "j M"), "at": date_words(at, "j M, H:i")}
    return _("%(day)s, on %(at)s") % told


def _instant(at: datetime, now: datetime) -> str:
    """Tell the time, with its day where that is not the present one."""
    return date_words(at, "H:i" if at.date() == now.date() else "j M, H:i")
