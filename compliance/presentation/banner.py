"""The verdict band of the exposure page: one sentence first, then its cause."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.alarms import SILENT_AFTER
from compliance.queries.exposure import Exposure, State
from compliance.queries.records import SweepReport

#: How often the schedule starts a sweep, in minutes.
SWEEP_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Band:
    """A verdict: ``kind`` is bad, idle or ok."""

    kind: str
    title: str
    text: str


def band_of(*, exposure: Exposure, sweep: SweepReport | None) -> Band:
    """Judge: past the limit first, then whatever keeps the purge from coming."""
    if exposure.past_limit:
        return _past(exposure, sweep)
    idle = _idle(exposure, sweep)
    if idle is not None:
        return idle
    return Band(
        kind="ok",
        title=_("No buyer data is past its limit"),
        text=_("Checked %(time)s UTC.") % {"time": f"{exposure.now:%H:%M}"},
    )


def silence_words(silence: timedelta) -> str:
    """Tell how long: 25 min, 2 h 10 min, 3 d 4 h."""
    minutes = int(silence.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes}


def _past(exposure: Exposure, sweep: SweepReport | None) -> Band:
    cells = list(exposure.past_cells())
    title = ngettext(
        "%(n)s order is past the 30-day limit",
        "%(n)s orders are past the 30-day limit",
        exposure.past_limit,
    ) % {"n": f"{exposure.past_limit:,}"}
    sentences = []
    if all(cell.state is State.REFUSED for cell in cells):
        since = min(cell.purge_on for cell in cells)
        sentences.append(
            _("Nobody can open them; they have been refused since %(day)s.")
            % {"day": _day(since)}
        )
    sentences.append(_cause(exposure.now, sweep))
    tomorrow = exposure.today + timedelta(days=1)
    more = sum(
        cell.orders for cell in exposure.of(State.REFUSED) if cell.limit_on == tomorrow
    )
    if more:
        sentences.append(
            ngettext(
                "%(n)s more passes the limit on %(day)s, 00:00 UTC.",
                "%(n)s more pass the limit on %(day)s, 00:00 UTC.",
                more,
            )
            % {"n": f"{more:,}", "day": _day(tomorrow)}
        )
    return Band(kind="bad", title=title, text=" ".join(sentences))


def _cause(now: datetime, sweep: SweepReport | None) -> str:
    if sweep is None:
        return _("Their key still exists: the sweep has not run yet.")
    if now - sweep.at > SILENT_AFTER:
        return _(
            "Their key still exists: the sweep has not reported for %(silence)s."
        ) % {"silence": silence_words(now - sweep.at)}
    if sweep.waiting:
        return _sentence(sweep.waiting)
    return _("Their key still exists; the next sweep destroys it.")


def _idle(exposure: Exposure, sweep: SweepReport | None) -> Band | None:
    """Return what keeps, or may keep, the purge from coming."""
    if exposure.suspended:
        return Band(
            kind="idle",
            title=_("The keystore cannot be read, so nothing opens"),
            text=_("The figures count every order whose day has not begun."),
        )
    reason = _sweep_reason(exposure, sweep)
    if reason is not None:
        title, text = reason
        closed = _("Nothing past its day opens meanwhile.")
        return Band(kind="idle", title=title, text=f"{text} {closed}".strip())
    return _refused(exposure) if exposure.refused_key_exists else None


def _sweep_reason(
    exposure: Exposure, sweep: SweepReport | None
) -> tuple[str, str] | None:
    """Return why no sweep destroys keys at present, as a title and a sentence."""
    if sweep is None:
        return (_("The sweep has not run yet"), "") if exposure.cells else None
    if exposure.now - sweep.at > SILENT_AFTER:
        silence = silence_words(exposure.now - sweep.at)
        title = _("The sweep has not reported for %(silence)s") % {"silence": silence}
        return title, ""
    return (_("The sweep waits"), _sentence(sweep.waiting)) if sweep.waiting else None


def _refused(exposure: Exposure) -> Band:
    number = exposure.refused_key_exists
    title = ngettext(
        "%(n)s order is past its day, and its key still exists",
        "%(n)s orders are past their day, and their key still exists",
        number,
    ) % {"n": f"{number:,}"}
    text = _(
        "Nobody can open them, and none is past the limit. "
        "The next sweep destroys the key."
    )
    return Band(kind="idle", title=title, text=text)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _day(value: date) -> str:
    return date_words(value, "j M")
