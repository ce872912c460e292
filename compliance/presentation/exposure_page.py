"""What the exposure page shows, made from its queries; every total has its parts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.dateformat import format as date_words
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.declarations import WaitingFiles, waiting_files
from compliance.declarations.second_clock import Outlook, outlook
from compliance.presentation.age_card import AgeCard, age_card
from compliance.presentation.banner import Band, band_of
from compliance.presentation.charts import Chart, looks_chart
from compliance.presentation.keys_card import KeysCard, keys_card
from compliance.presentation.leaving_card import LeavingCard, leaving_card
from compliance.queries.exposure import Exposure, State, exposure_of
from compliance.queries.looks import Looks, PersonLooks, looks_of
from compliance.queries.policies import ChartPolicy, chart_policy
from compliance.queries.records import SweepReport, last_sweep
from compliance.queries.removals import Removals, removals_of
from compliance.queries.staff_acts import StaffAct, staff_acts
from sellers.models import Seller
from sellers.roles import ROLES
from vault.kinds import Purpose
from vault.ledger import LedgerState
from vault.ledger import state as ledger_state
from vault.privacy import Category

#: Purge days shown at once; the rest stands folded.
PURGES_SHOWN = 5
#: Below this many days back, the weekday alone says which day is meant.
WEEKDAY_ALONE = 7

CATEGORY_WORDS: dict[Category, tuple[Promise, Promise]] = {
    Category.NAME: (_("Name"), _("buyer, recipient, company")),
    Category.ADDRESS: (_("Postal address"), _("lines, city, postal code")),
    Category.PHONE: (_("Phone"), _("buyer and recipient")),
    Category.EMAIL: (_("E-mail"), _("alias, or the buyer's own")),
    Category.PURCHASE: (
        _("Purchase, linked to a person"),
        _("the order's tie to its buyer"),
    ),
    Category.MESSAGE: (
        _("Gift message and instructions"),
        _("gift, delivery, customisation"),
    ),
    Category.TAX_ID: (_("Tax id"), _("of the buyer")),
}
PURPOSE_WORDS: dict[Purpose, Promise] = {
    Purpose.DELIVER: _("Deliver"),
    Purpose.PACK: _("Pack"),
    Purpose.ANSWER: _("Answer the buyer"),
    Purpose.TAX: _("Tax"),
    Purpose.MARKETPLACE: _("Requested by the marketplace"),
}


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One category: readable orders that hold it, and those that leave in 7 days."""

    title: str
    says: str
    orders: int
    leaving: int


@dataclass(frozen=True, slots=True)
class LookRow:
    """What one person was shown; ``last`` is in UTC."""

    name: str
    role: str
    purpose: str
    last: str
    looks: PersonLooks


@dataclass(frozen=True, slots=True)
class PurgeRow:
    """One purge day: its record, or what is known before there is one."""

    day: date
    orders: int
    refused: bool
    destroyed: str = ""
    removed: str = ""
    label: str = ""
    root: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the exposure page of one shop. Times are UTC."""

    exposure: Exposure
    band: Band
    sweep: SweepReport | None
    stored: tuple[StoredRow, ...]
    age: AgeCard
    leaving: LeavingCard
    looks: Looks
    look_rows: tuple[LookRow, ...]
    looks_drawing: Chart
    purges: tuple[PurgeRow, ...]
    ledger: LedgerState
    staff_acts: tuple[StaffAct, ...]
    files: tuple[WaitingFiles, ...] = ()
    keys: KeysCard | None = None
    removals: Removals = Removals(0, ())  # noqa: RUF009 - frozen
    outlook: tuple[Outlook, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing: no buyer, no record, no showing, no file."""
        seen = self.exposure.cells or self.purges or self.look_rows or self.files
        leaves = any(each.rows for each in self.outlook)
        return not (seen or leaves or self.removals.count)

    @property
    def purges_first(self) -> tuple[PurgeRow, ...]:
        """Return the latest purge days."""
        return self.purges[:PURGES_SHOWN]

    @property
    def purges_rest(self) -> tuple[PurgeRow, ...]:
        """Return the purge days that stand folded."""
        return self.purges[PURGES_SHOWN:]

    @property
    def busiest_looks(self) -> tuple[date, int]:
        """Return the day with most showings, and how many."""
        return max(self.looks.by_day, key=lambda each: each[1])


def exposure_page(*, seller: Seller, now: datetime) -> Page:
    """Measure the shop in scope at ``now`` (UTC) and lay the page out."""
    exposure = exposure_of(seller_id=seller.id, now=now, with_categories=True)
    page = page_of(
        seller=seller,
        exposure=exposure,
        sweep=last_sweep(),
        policy=chart_policy(seller_id=seller.id),
    )
    return replace(
        page,
        files=waiting_files(seller_id=seller.id, now=now),
        keys=keys_card(now=now),
        removals=removals_of(seller_id=seller.id, today=now.date()),
        outlook=outlook(seller_id=seller.id, now=now),
    )


def page_of(
    *,
    seller: Seller,
    exposure: Exposure,
    sweep: SweepReport | None,
    policy: ChartPolicy,
) -> Page:
    """Lay out what was measured of the shop in scope, by whomever it was read."""
    now = exposure.now
    looks = looks_of(seller_id=seller.id, today=now.date())
    return Page(
        exposure=exposure,
        band=band_of(exposure=exposure, sweep=sweep),
        sweep=sweep,
        stored=tuple(_stored(exposure)),
        age=age_card(exposure=exposure, policy=policy),
        leaving=leaving_card(exposure=exposure, zone_name=seller.time_zone),
        looks=looks,
        look_rows=tuple(_look_row(person, now) for person in looks.people),
        looks_drawing=looks_chart([times for _day, times in looks.by_day]),
        purges=tuple(_purges(exposure)),
        ledger=ledger_state(),
        staff_acts=tuple(staff_acts(seller_id=seller.id)),
    )


def _stored(exposure: Exposure) -> Iterator[StoredRow]:
    for category, (title, says) in CATEGORY_WORDS.items():
        yield StoredRow(
            title=str(title),
            says=str(says),
            orders=exposure.stored(category),
            leaving=exposure.stored(category, leaving=True),
        )


def _look_row(person: PersonLooks, now: datetime) -> LookRow:
    role = ROLES.get(person.role)
    days_back = (now.date() - person.last.date()).days
    words = "D H:i" if days_back < WEEKDAY_ALONE else "j M"
    return LookRow(
        name=person.name,
        role=str(role.name) if role else "",
        purpose=str(PURPOSE_WORDS[person.main_purpose]),
        last=date_words(person.last, words if days_back else "H:i"),
        looks=person,
    )


def _purges(exposure: Exposure) -> Iterator[PurgeRow]:
    """Yield records and days without one, newest first."""
    rows = [
        PurgeRow(
            day=record.day,
            orders=record.orders,
            refused=False,
            destroyed=_time(record.key_destroyed_at, record.day),
            removed=_time(record.removed_at, record.day) if record.removed_at else "",
            label=record.label,
            root=record.root[:8],
        )
        for record in exposure.records
    ]
    recorded = {record.day for record in exposure.records}
    open_days: dict[tuple[date, bool], int] = {}
    for cell in exposure.cells:
        refused = cell.state is State.REFUSED
        if refused or (cell.state is State.GONE and cell.purge_on not in recorded):
            place = (cell.purge_on, refused)
            open_days[place] = open_days.get(place, 0) + cell.orders
    rows += [
        PurgeRow(day=day, orders=orders, refused=refused)
        for (day, refused), orders in open_days.items()
    ]
    yield from sorted(rows, key=lambda row: (row.day, row.label), reverse=True)


def _time(at: datetime, day: date) -> str:
    """Tell the time, with its day where that is another."""
    return date_words(at, "H:i" if at.date() == day else "j M, H:i")
