"""What Today knows of a shop, read once for the whole page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from compliance.presentation.notices import NoticeRow, notice_rows
from compliance.queries.exposure import Exposure, exposure_of
from compliance.queries.records import SweepReport, last_sweep
from compliance.services.approving import approvable
from marketplaces.enums import RunState
from marketplaces.models import ImportRun
from orders.models import Order
from orders.presentation.words import Moment
from orders.queries.due import MustShip, must_ship
from orders.queries.news import Silence, silence_of
from sellerportal.today.links import Links
from sellers.models import Person, Seller
from sellers.roles import OWNER, Right, Role
from vault.models import OpeningStop
from vault.stops import open_stop

#: Runs that the page looks at: those of a day, and the last one before it.
MOST_RUNS = 20


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks at the page: what they may do decides what they see."""

    person: Person
    seller: Seller
    role: Role
    rights: frozenset[Right]

    @property
    def is_owner(self) -> bool:
        """Tell whether the shop is theirs."""
        return self.role.code == OWNER.code


@dataclass(frozen=True, slots=True)
class Facts:
    """A shop at a moment. ``runs`` are its last imports, newest first.

    ``approvals`` is how many holds and tax rules the asker may approve now.
    """

    asker: Asker
    moment: Moment
    links: Links
    has_orders: bool
    ship: MustShip
    exposure: Exposure
    sweep: SweepReport | None
    runs: tuple[ImportRun, ...]
    stop: OpeningStop | None
    silence: Silence
    notices: tuple[NoticeRow, ...]
    approvals: int

    @property
    def seller_id(self) -> UUID:
        """Return the shop's id."""
        return self.asker.seller.id

    @property
    def last_import_at(self) -> datetime | None:
        """Return when an import last came to its end."""
        ends = [run.ended_at for run in self.runs if run.ended_at and run.orders]
        return max(ends, default=None)

    @property
    def tonight_unshipped(self) -> int:
        """Return how many of the buyers that leave tonight wait for their order."""
        tomorrow = self.exposure.today + timedelta(days=1)
        return sum(c.kept for c in self.exposure.cells if c.purge_on == tomorrow)


def facts_of(*, asker: Asker, moment: Moment) -> Facts:
    """Read the facts of the shop in scope; the number of statements is bounded."""
    seller_id = asker.seller.id
    return Facts(
        asker=asker,
        moment=moment,
        links=Links(slug=asker.seller.slug),
        has_orders=Order.objects.filter(seller_id=seller_id, test_buyer=False).exists(),
        ship=must_ship(seller_id=seller_id, now=moment.now, zone=moment.zone),
        exposure=exposure_of(seller_id=seller_id, now=moment.now),
        sweep=last_sweep(),
        runs=_runs(seller_id),
        stop=open_stop(seller_id=seller_id),
        silence=silence_of(seller_id=seller_id, now=moment.now),
        notices=notice_rows(
            seller_id=seller_id,
            shop=asker.seller.slug,
            for_owner=Right.MANAGE_MEMBERS in asker.rights,
        )
        if Right.VIEW_EXPOSURE in asker.rights
        else (),
        approvals=approvable(
            seller_id=seller_id, person_id=asker.person.id, now=moment.now
        )
        if Right.MANAGE_HOLDS in asker.rights
        else 0,
    )


def _runs(seller_id: UUID) -> tuple[ImportRun, ...]:
    """Return the last imports that did something, or wait for somebody."""
    did = Q(orders__gt=0) | Q(rejected__gt=0)
    waits = Q(state__in=[RunState.CHECKED, RunState.STOPPED], deleted_at__isnull=True)
    rows = ImportRun.objects.filter(Q(ended_at__isnull=False) & did | waits)
    rows = rows.filter(seller_id=seller_id)
    narrow = rows.defer("plan", "first_rows", "errors")
    return tuple(narrow.order_by("-started_at", "-id")[:MOST_RUNS])
