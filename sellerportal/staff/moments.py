"""Instants and days in the words of the staff pages; everything is UTC."""

from datetime import date, datetime, timedelta

from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _

#: A sign-in this recent counts as present.
PRESENT = timedelta(minutes=5)
#: Below this many days back, the weekday alone says which day is meant.
WEEKDAY_ALONE = 7


def instant_words(*, at: datetime | None, now: datetime) -> str:
    """Tell an instant: Now, Today 07:02, Fri 18:20, 20 Nov; never, for None."""
    if at is None:
        return _("never")
    if timedelta() <= now - at < PRESENT:
        return _("Now")
    days = (now.date() - at.date()).days
    if days == 0:
        return _("Today %(time)s") % {"time": f"{at:%H:%M}"}
    if 0 < days < WEEKDAY_ALONE:
        return date_words(at, "D H:i")
    return date_words(at, "j M" if at.year == now.year else "j M Y")


def day_words(day: date) -> str:
    """Tell a day: 20 Nov."""
    return date_words(day, "j M")
