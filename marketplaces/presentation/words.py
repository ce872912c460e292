"""Kinds of files, states, sizes and times of imports in words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as date_words
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplaces.amazon.order_reports import ReportKind
from marketplaces.carriers.event_files import KIND as EVENTS
from marketplaces.enums import RunState

_KILO = 1_000
KINDS: dict[str, Promise] = {
    ReportKind.UNSHIPPED: gettext_lazy("Unshipped orders"),
    ReportKind.ORDERS: gettext_lazy("Order report, shipping"),
    ReportKind.ALL_ORDERS: gettext_lazy("All orders"),
    EVENTS: gettext_lazy("Carrier events"),
}


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state's word, the kind of its tag, and its icon."""

    word: Promise
    tag: str
    icon: str


STATES: dict[RunState, StateWords] = {
    RunState.CHECKING: StateWords(gettext_lazy("Being checked"), "accent", "clock"),
    RunState.CHECKED: StateWords(gettext_lazy("Waits for you"), "warn", "clock"),
    RunState.REFUSED: StateWords(gettext_lazy("Not readable"), "bad", "alert"),
    RunState.QUEUED: StateWords(gettext_lazy("Waits to run"), "accent", "clock"),
    RunState.RUNNING: StateWords(gettext_lazy("Running"), "accent", "up"),
    RunState.FINISHED: StateWords(gettext_lazy("Finished"), "ok", "check"),
    RunState.STOPPED: StateWords(gettext_lazy("Stopped"), "warn", "pause"),
    RunState.ENDED_EARLY: StateWords(gettext_lazy("Ended early"), "bad", "alert"),
    RunState.DROPPED: StateWords(gettext_lazy("Not imported"), "", "trash"),
}


def kind_words(kind: str) -> str:
    """Name a kind of report; the empty kind is a file that is not checked yet."""
    return str(KINDS.get(kind, _("File")))


def size_words(size: int) -> str:
    """Write a number of bytes: 812 bytes, 64 KB, 1.1 MB."""
    if size < _KILO:
        return ngettext("%(n)d byte", "%(n)d bytes", size) % {"n": size}
    if size < _KILO * _KILO:
        return _("%(n)d KB") % {"n": round(size / _KILO)}
    return _("%(n).1f MB") % {"n": size / _KILO / _KILO}


def local_words(instant: datetime, zone: ZoneInfo) -> str:
    """Write an instant in the shop's zone: 23 Nov 09:03."""
    local = instant.astimezone(zone)
    return f"{date_words(local, 'j M')} {local:%H:%M}"


def utc_words(instant: datetime) -> str:
    """Write an instant in UTC, as the file has it: 22 Nov 16:41."""
    at = instant.astimezone(UTC)
    return f"{date_words(at, 'j M')} {at:%H:%M}"


def left_words(span: timedelta) -> str:
    """Write about how long something still takes."""
    seconds = max(int(span.total_seconds()), 1)
    if seconds < 90:  # noqa: PLR2004 - a minute and a half reads better in seconds
        said = ngettext("about %(n)d second left", "about %(n)d seconds left", seconds)
        return said % {"n": seconds}
    minutes = round(seconds / 60)
    said = ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes)
    return said % {"n": minutes}


def rows_words(count: int) -> str:
    """Count rows: 1 row, 1,204 rows."""
    return ngettext("%(n)s row", "%(n)s rows", count) % {"n": f"{count:,}"}


def packages_words(count: int) -> str:
    """Say how many packages are stored: 1 package is stored."""
    said = ngettext("%(n)s package is stored", "%(n)s packages are stored", count)
    return said % {"n": f"{count:,}"}


def stored_words(count: int) -> str:
    """Say how many orders are stored: 1 order is stored, 480 orders are stored."""
    said = ngettext("%(n)s order is stored", "%(n)s orders are stored", count)
    return said % {"n": f"{count:,}"}
