"""The page Today, put together from what is known of the shop."""

from dataclasses import dataclass

from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.presentation.page import Place
from orders.presentation.rows import OrderRow, order_row
from orders.presentation.words import Moment, counted, zone_words
from orders.queries.buyers import LostKeys
from orders.queries.due import first_due
from orders.queries.listing import COUNTED, ListView, listed, with_row_facts
from sellerportal.today.events import Event, events_of, since_words
from sellerportal.today.facts import Asker, Facts, facts_of
from sellerportal.today.figures import Figure, figures_of, midnight_words
from sellerportal.today.needs import SHOWN, Need, needs_of
from sellerportal.today.people import people_facts
from sellerportal.today.steps import StartList, start_list
from sellers.roles import Right

#: Rows of the table "Must ship".
ROWS = 5


@dataclass(frozen=True, slots=True)
class MustShipCard:
    """The first orders that must leave, and how many stand behind them."""

    rows: tuple[OrderRow, ...]
    all_words: str
    all_url: str
    rest: str


@dataclass(frozen=True, slots=True)
class TonightCard:
    """What leaves at the next midnight UTC; ``at`` is its time in the shop."""

    orders: int
    unshipped: int
    at: str
    url: str

    @property
    def idle(self) -> int:
        """Return how many are shipped and need nothing."""
        return self.orders - self.unshipped


@dataclass(frozen=True, slots=True)
class TodayPage:
    """What Today prints."""

    heading: str
    last_import: str
    import_url: str
    empty: bool
    figures: tuple[Figure, ...]
    must_ship: MustShipCard
    tonight: TonightCard
    since: str
    events: tuple[Event, ...]
    needs: tuple[Need, ...]
    needs_rest: tuple[Need, ...]
    steps: StartList


def today_page(*, asker: Asker, moment: Moment) -> TodayPage:
    """Read the shop in scope and lay Today out for one of its people."""
    facts = facts_of(asker=asker, moment=moment)
    people = None
    if Right.MANAGE_MEMBERS in asker.rights:
        people = people_facts(seller_id=facts.seller_id, now=moment.now)
    needs = needs_of(facts=facts, people=people)
    may_import = Right.IMPORT_ORDERS in asker.rights
    return TodayPage(
        heading=_heading(moment),
        last_import=_last_import(facts),
        import_url=facts.links.new_import if may_import else "",
        empty=not facts.has_orders,
        figures=figures_of(facts=facts, needs=needs),
        must_ship=_must_ship(facts),
        tonight=TonightCard(
            orders=facts.exposure.due_tonight,
            unshipped=facts.tonight_unshipped,
            at=midnight_words(moment),
            url=facts.links.orders(ListView.TONIGHT),
        ),
        since=since_words(moment),
        events=events_of(facts=facts),
        needs=needs[:SHOWN],
        needs_rest=needs[SHOWN:],
        steps=start_list(facts=facts, people=people),
    )


def _heading(moment: Moment) -> str:
    """Write the shop's day and time: Sunday 22 November 2026, 09:14 in its zone."""
    local = moment.now.astimezone(moment.zone)
    return _("%(day)s, %(time)s in %(zone)s.") % {
        "day": date_words(local, "l j F Y"),
        "time": f"{local:%H:%M}",
        "zone": zone_words(str(moment.zone)),
    }


def _last_import(facts: Facts) -> str:
    """Say when an import last ended: 09:12, or with its day where that is past."""
    at, moment = facts.last_import_at, facts.moment
    if at is None:
        return ""
    words = moment.local_words(at)
    if moment.is_today(at):
        words = f"{at.astimezone(moment.zone):%H:%M}"
    return _("Last import %(at)s.") % {"at": words}


def _must_ship(facts: Facts) -> MustShipCard:
    ship, moment = facts.ship, facts.moment
    place = Place(shop=facts.links.slug, view=ListView.MUST_SHIP)
    orders = with_row_facts(
        orders=first_due(
            seller_id=facts.seller_id, now=moment.now, zone=moment.zone, most=ROWS
        )
    )
    rows = tuple(
        order_row(
            listed=listed(order=order),
            # The table says nothing of the buyer, so no key is asked after.
            lost=LostKeys(days={}),
            url=place.order_url(order),
            moment=moment,
        )
        for order in orders
    )
    more = ship.due - len(rows)
    return MustShipCard(
        rows=rows,
        all_words=_("All %(n)s") % {"n": counted(ship.due, most=COUNTED)},
        all_url=facts.links.orders(ListView.MUST_SHIP),
        rest=" ".join(
            filter(None, (_more(more), _later(ship.later, alone=not ship.due)))
        ),
    )


def _more(orders: int) -> str:
    words = ngettext("%(n)s more today.", "%(n)s more today.", orders)
    return words % {"n": f"{orders:,}"} if orders else ""


def _later(orders: int, *, alone: bool) -> str:
    words = ngettext(
        "%(n)s other waits for a later day.",
        "%(n)s others wait for a later day.",
        orders,
    )
    if alone:
        words = ngettext(
            "%(n)s order waits for a later day.",
            "%(n)s orders wait for a later day.",
            orders,
        )
    return words % {"n": f"{orders:,}"} if orders else ""
