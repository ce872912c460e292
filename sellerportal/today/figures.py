"""The four figures of Today; each leads to a list with exactly these rows."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.presentation.words import Moment, counted, long_words
from orders.queries.listing import COUNTED, ListView
from sellerportal.today.facts import Facts
from sellerportal.today.needs import Need


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its words; ``tone`` colours its dot, ``alarm`` the number."""

    label: str
    number: str
    small: str
    url: str
    tone: str = ""
    alarm: bool = False


def figures_of(*, facts: Facts, needs: tuple[Need, ...]) -> tuple[Figure, ...]:
    """Return the figures in the order in which they stand on the page."""
    return (_today(facts), _late(facts), _tonight(facts), _needs(needs))


def midnight_words(moment: Moment) -> str:
    """Say when the next UTC day begins where the shop is: 16:00; "" where UTC is."""
    day = moment.today + timedelta(days=1)
    local = datetime.combine(day, time(), UTC).astimezone(moment.zone)
    return "" if local.utcoffset() == timedelta() else f"{local:%H:%M}"


def _today(facts: Facts) -> Figure:
    ship, moment = facts.ship, facts.moment
    small = _("nothing more today")
    if ship.first_by is not None and ship.last_by is not None:
        by = f"{ship.first_by.astimezone(moment.zone):%H:%M}"
        words = (
            _("by %(time)s") if ship.first_by == ship.last_by else _("from %(time)s")
        )
        units = ngettext("%(n)s unit", "%(n)s units", ship.today_units)
        small = f"{words % {'time': by}}, {units % {'n': f'{ship.today_units:,}'}}"
    return Figure(
        label=_("Must ship today"),
        number=counted(ship.today, most=COUNTED),
        small=small,
        url=facts.links.orders(ListView.TODAY),
        tone="warn",
    )


def _late(facts: Facts) -> Figure:
    ship = facts.ship
    small = _("nothing is late")
    if ship.late_since is not None:
        longest = long_words(facts.moment.now - ship.late_since)
        small = _("longest %(time)s") % {"time": longest}
    return Figure(
        label=_("Late"),
        number=counted(ship.late, most=COUNTED),
        small=small,
        url=facts.links.orders(ListView.LATE),
        tone="bad",
        alarm=ship.late > 0,
    )


def _tonight(facts: Facts) -> Figure:
    at = midnight_words(facts.moment)
    words = (
        _("at %(time)s, midnight UTC") % {"time": at} if at else _("at midnight UTC")
    )
    return Figure(
        label=_("Buyer data leaves tonight"),
        number=counted(facts.exposure.due_tonight, most=COUNTED),
        small=words,
        url=facts.links.orders(ListView.TONIGHT),
        tone="accent",
    )


def _needs(needs: tuple[Need, ...]) -> Figure:
    small = _("nothing at the moment")
    if needs:
        small = _("first: %(what)s") % {"what": needs[0].title}
    return Figure(
        label=_("Needs you"), number=str(len(needs)), small=small, url="#needs-you"
    )
