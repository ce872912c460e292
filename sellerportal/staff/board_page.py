"""The exposure board laid out: verdict, views, rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.presentation.banner import Band, silence_words
from sellerportal.staff.board import ShopFacts
from sellerportal.staff.moments import day_words, instant_words
from sellerportal.staff.standing import (
    ALARMS,
    VIEW_WORDS,
    Standing,
    View,
    standing_of,
    views_of,
)

#: Shops on one page.
PAGE = 50
#: Shops whose trouble the verdict names; the rest stand in the table.
NAMED = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: view, search, page (from 1)."""

    view: View = View.ALL
    text: str = ""
    page: int = 1

    def url(self, **changed: object) -> str:
        """Return the board's address with something changed."""
        values = {"view": self.view, "q": self.text, "page": self.page, **changed}
        defaults = {"view": View.ALL, "q": "", "page": 1}
        query = {k: str(v) for k, v in values.items() if v != defaults.get(k, "")}
        return f"{reverse('staff:board')}{'?' if query else ''}{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One shop as the board prints it."""

    facts: ShopFacts
    standing: Standing
    swept: str
    keys: str
    keys_kind: str
    signed_in: str

    @property
    def factors(self) -> str:
        """Return how many of the people have a second factor, such as 4 of 5."""
        words = {"n": self.facts.with_factor, "all": self.facts.people}
        return _("%(n)d of %(all)d") % words


@dataclass(frozen=True, slots=True)
class Tab:
    """A view with the number of shops in it."""

    label: str
    url: str
    count: int
    current: bool
    alarm: bool


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board. ``shown`` says which of the shops are on this page."""

    asked: Asked
    band: Band
    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    shown: str
    newer_url: str
    older_url: str
    shops: int

    @property
    def clear_url(self) -> str:
        """Return the address without the search."""
        return self.asked.url(q="", page=1)

    @property
    def sheet_url(self) -> str:
        """Return the address of the same rows as CSV."""
        query = urlencode({"view": self.asked.view, "q": self.asked.text})
        return f"{reverse('staff:board-sheet')}?{query}"


def sorted_rows(*, shops: list[ShopFacts], asked: Asked) -> list[Row]:
    """Return the rows of a view and search, worst first, then by name."""
    text = asked.text.casefold()
    rows = [
        _row(facts)
        for facts in shops
        if asked.view in views_of(facts)
        and (text in facts.seller.name.casefold() or text in facts.seller.slug)
    ]
    return sorted(rows, key=lambda row: row.standing.rank)


def board_of(*, shops: list[ShopFacts], asked: Asked, now: datetime) -> Board:
    """Lay the board out for what the address asks for."""
    rows = sorted_rows(shops=shops, asked=asked)
    last = max((len(rows) + PAGE - 1) // PAGE, 1)
    page = min(asked.page, last)
    start = (page - 1) * PAGE
    here = rows[start : start + PAGE]
    words = {"n": len(here), "all": len(shops), "first": start + 1}
    shown = _("%(n)d of %(all)d shops") % words
    if last > 1:
        words |= {"last": start + len(here), "all": len(rows)}
        shown = _("%(first)d to %(last)d of %(all)d shops") % words
    return Board(
        asked=asked,
        band=band_of(shops=shops, now=now),
        tabs=tuple(_tabs(shops, asked)),
        rows=tuple(here),
        shown=shown,
        newer_url=asked.url(page=page - 1) if page > 1 else "",
        older_url=asked.url(page=page + 1) if page < last else "",
        shops=len(shops),
    )


def band_of(*, shops: list[ShopFacts], now: datetime) -> Band:
    """Judge in one sentence: counts shops, and names the first of them."""
    past = [facts for facts in shops if facts.past_limit]
    silent = [facts for facts in shops if facts.silent]
    if not (past or silent):
        return Band(
            "ok",
            _("No shop is past the limit, and every sweep reports"),
            _measured_words(shops, now),
        )
    parts = []
    if past:
        words = ngettext(
            "%(n)d shop is past the limit", "%(n)d shops are past the limit", len(past)
        )
        parts.append(words % {"n": len(past)})
    if silent:
        words = ngettext(
            "%(n)d sweep is silent", "%(n)d sweeps are silent", len(silent)
        )
        parts.append(words % {"n": len(silent)})
    causes = [_past_cause(facts) for facts in past[:NAMED]]
    causes += [_silent_cause(facts) for facts in silent[:NAMED]]
    return Band("bad", ", ".join(parts), " ".join(causes))


def _measured_words(shops: list[ShopFacts], now: datetime) -> str:
    """Say how old the figures are: those of the shop that was measured longest ago."""
    oldest = min((facts.measure.at for facts in shops if facts.measure), default=now)
    return _("Measured by the sweep, %(time)s UTC.") % {"time": f"{oldest:%H:%M}"}


def _past_cause(facts: ShopFacts) -> str:
    words = ngettext(
        "%(shop)s: %(n)s order, oldest key of %(day)s not destroyed.",
        "%(shop)s: %(n)s orders, oldest key of %(day)s not destroyed.",
        facts.past_limit,
    )
    days = facts.not_destroyed
    day = day_words(days[0]) if days else ""
    return words % {"shop": facts.seller.name, "n": f"{facts.past_limit:,}", "day": day}


def _silent_cause(facts: ShopFacts) -> str:
    shop = {"shop": facts.seller.name}
    if facts.measure is None:
        return _("%(shop)s: no sweep reported yet.") % shop
    since = facts.measure.at
    same_day = since.date() == facts.now.date()
    when = f"{since:%H:%M}" if same_day else f"{day_words(since.date())}, {since:%H:%M}"
    words = _("%(shop)s: no sweep reported since %(when)s UTC.")
    return words % {**shop, "when": when}


def _tabs(shops: list[ShopFacts], asked: Asked) -> Iterator[Tab]:
    counts: Mapping[View, int] = {
        view: sum(view in views_of(facts) for facts in shops) for view in View
    }
    for view, label in VIEW_WORDS.items():
        yield Tab(
            label=str(label),
            url=asked.url(view=view, page=1),
            count=counts[view],
            current=view is asked.view,
            alarm=view in ALARMS and counts[view] > 0,
        )


def _row(facts: ShopFacts) -> Row:
    keys, kind = _keys(facts)
    return Row(
        facts=facts,
        standing=standing_of(facts),
        swept=silence_words(facts.measure.age) if facts.measure else _("never"),
        keys=keys,
        keys_kind=kind,
        signed_in=instant_words(at=facts.last_sign_in, now=facts.now),
    )


def _keys(facts: ShopFacts) -> tuple[str, str]:
    """Say how far keys are destroyed, or what is wrong with one, with its colour."""
    if facts.not_destroyed:
        return _("%(day)s not yet") % {"day": day_words(facts.not_destroyed[0])}, "bad"
    if facts.lost:
        return _("%(day)s lost") % {"day": day_words(facts.lost[0])}, "warn"
    through = facts.measure.destroyed_through if facts.measure else None
    if through is None:
        return _("none yet"), ""
    return _("to %(day)s") % {"day": day_words(through)}, ""
