"""Days and times in words, where a sentence or a tag needs them as text."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant that a page counts from, and the shop's time zone."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """Return the UTC day, in which purge days are counted."""
        return self.now.astimezone(UTC).date()

    def local_day(self, instant: datetime) -> date:
        """Return the shop's calendar day of an instant."""
        return instant.astimezone(self.zone).date()

    def is_today(self, instant: datetime) -> bool:
        """Tell whether an instant lies on the shop's present day."""
        return self.local_day(instant) == self.local_day(self.now)

    def time_of(self, instant: datetime) -> str:
        """Write the shop's time of day, with the zone: 09:14 PST."""
        return f"{instant.astimezone(self.zone):%H:%M %Z}"

    def day_words(self, value: date) -> str:
        """Write a day without its year where that is the present one: 20 Dec."""
        same = value.year == self.today.year
        return date_words(value, "j M" if same else "j M Y")

    def local_day_words(self, instant: datetime) -> str:
        """Write the shop's calendar day of an instant: 13 Nov."""
        return self.day_words(self.local_day(instant))

    def local_words(self, instant: datetime) -> str:
        """Write an instant in the shop's zone to the minute: 13 Nov, 09:20."""
        at = instant.astimezone(self.zone)
        return f"{self.day_words(at.date())}, {at:%H:%M}"

    def utc_words(self, instant: datetime) -> str:
        """Write an instant in UTC to the minute: 11 Nov, 00:02 UTC."""
        at = instant.astimezone(UTC)
        return f"{self.day_words(at.date())}, {at:%H:%M} UTC"


def long_words(span: timedelta) -> str:
    """Write how long something lasts: 16 h, 3 days; under an hour in minutes."""
    if span < timedelta(hours=1):
        return _("%(n)d min") % {"n": span // timedelta(minutes=1)}
    if span < timedelta(days=2):
        return _("%(n)d h") % {"n": span // timedelta(hours=1)}
    days = span.days
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def zone_words(name: str) -> str:
    """Name a time zone for people: America/Los_Angeles is Los Angeles time."""
    city = name.rpartition("/")[2].replace("_", " ")
    return city if "/" not in name else _("%(city)s time") % {"city": city}


def counted(number: int, *, most: int) -> str:
    """Write a count with its thousands, or that there are more: 2,486; 10,000+."""
    return f"{most:,}+" if number > most else f"{number:,}"
