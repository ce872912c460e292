"""The page with the list of orders, put together from what the queries know."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.presentation.page import Place
from orders.presentation.rows import OrderRow, Tab, order_row
from orders.presentation.words import Moment, counted, zone_words
from orders.queries.buyers import lost_keys
from orders.queries.listing import (
    COUNTED,
    TABS,
    ListView,
    capped_count,
    listed,
    orders_in_view,
    with_row_facts,
)
from orders.queries.paging import Page, Turn, page_of
from orders.queries.search import matching

VIEW_NAMES: dict[ListView, Promise] = {
    ListView.ALL: gettext_lazy("All"),
    ListView.UNSHIPPED: gettext_lazy("Unshipped"),
    ListView.LEAVING: gettext_lazy("Buyer data leaving"),
    ListView.MUST_SHIP: gettext_lazy("Must ship today"),
    ListView.TODAY: gettext_lazy("Ship today"),
    ListView.LATE: gettext_lazy("Late"),
    ListView.TONIGHT: gettext_lazy("Leaves tonight"),
    ListView.PAST_LIMIT: gettext_lazy("Past the limit"),
    ListView.WITHOUT_NEWS: gettext_lazy("Without news"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: view, search text and the page's cursor."""

    place: Place
    text: str = ""
    turn: Turn = field(default_factory=Turn)


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the list prints."""

    caption: str
    tabs: tuple[Tab, ...]
    view: str
    rows: tuple[OrderRow, ...]
    text: str
    restarted: bool
    shown: str
    newer_url: str
    older_url: str
    clear_url: str
    all_url: str
    nothing_yet: bool
    everything: str
    zone: str
    midnight: str


def list_page(*, seller_id: UUID, asked: Asked, moment: Moment) -> ListPage:
    """Read one page of a view and the counts of all views; opens nothing."""
    place = asked.place
    views = {
        view: orders_in_view(
            seller_id=seller_id, view=view, now=moment.now, zone=moment.zone
        )
        for view in dict.fromkeys((*TABS, place.view))
    }
    if asked.text:
        views = {
            view: matching(orders=orders, seller_id=seller_id, text=asked.text)
            for view, orders in views.items()
        }
    counts = {
        view: capped_count(orders=orders, seller_id=seller_id)
        for view, orders in views.items()
    }
    page = page_of(
        orders=with_row_facts(orders=views[place.view]),
        seller_id=seller_id,
        turn=asked.turn,
    )
    rows = _rows(page=page, seller_id=seller_id, place=place, moment=moment)
    count = counts[place.view]
    shown = ngettext("%(n)s of %(all)s order", "%(n)s of %(all)s orders", count)
    return ListPage(
        caption=_("%(view)s, newest first") % {"view": VIEW_NAMES[place.view]},
        tabs=tuple(_tab(view, n, asked) for view, n in counts.items()),
        view="" if place.view is ListView.ALL else place.view.value,
        rows=rows,
        text=asked.text,
        restarted=page.restarted,
        shown=shown % {"n": _counted_rows(page), "all": counted(count, most=COUNTED)},
        newer_url=_url(asked, place.view, before=page.newer) if page.newer else "",
        older_url=_url(asked, place.view, after=page.older) if page.older else "",
        clear_url=place.list_url,
        all_url=reverse("orders:order-list", args=[place.shop]),
        nothing_yet=not asked.text and not counts[ListView.ALL],
        everything=_everything(count, len(rows)),
        zone=zone_words(str(moment.zone)),
        midnight=_midnight(moment),
    )


def _counted_rows(page: Page) -> int:
    """Count the page's rows as the totals count, so that these are their sum."""
    return sum(1 for order in page.orders if not order.test_buyer)


def _rows(
    *, page: Page, seller_id: UUID, place: Place, moment: Moment
) -> tuple[OrderRow, ...]:
    days = {order.purge_on for order in page.orders}
    lost = lost_keys(seller_id=seller_id, days=days)
    return tuple(
        order_row(
            listed=listed(order=order),
            lost=lost,
            url=place.order_url(order),
            moment=moment,
        )
        for order in page.orders
    )


def _tab(view: ListView, count: int, asked: Asked) -> Tab:
    return Tab(
        label=str(VIEW_NAMES[view]),
        url=_url(asked, view),
        count=counted(count, most=COUNTED),
        current=view is asked.place.view,
    )


def _everything(count: int, shown: int) -> str:
    """Offer to choose a whole view where it is more than its page."""
    if count <= shown:
        return ""
    words = _("Select all %(n)s in this view")
    return words % {"n": counted(count, most=COUNTED)}


def _url(asked: Asked, view: ListView, *, after: str = "", before: str = "") -> str:
    """Return the address of a page of a view, with the same search."""
    said = {
        "view": "" if view is ListView.ALL else view.value,
        "q": asked.text,
        "after": after,
        "before": before,
    }
    query = urlencode({name: value for name, value in said.items() if value})
    url = reverse("orders:order-list", args=[asked.place.shop])
    return f"{url}?{query}" if query else url


def _midnight(moment: Moment) -> str:
    """Return the shop's time of the next midnight UTC; "" where it is the same."""
    day = moment.today + timedelta(days=1)
    local = datetime.combine(day, time(), UTC).astimezone(moment.zone)
    return "" if local.utcoffset() == timedelta() else f"{local:%H:%M}"
