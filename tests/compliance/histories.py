"""Random histories of an order: what was true, and what the portal was told.

A history has a truth (purchase, shipping, delivery) and statements about it. A
statement made at ``made_at`` says what was true up to ``lag`` earlier: the report was
built from old rows, or the carrier scanned late. It may be imported much later, or
never. Evidence is folded only from the statements imported so far.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from compliance.clock import Evidence, purge_day
from compliance.policies import policy_for

AMAZON = policy_for("amazon")
NO_LAG = timedelta()
MOST_LAG = timedelta(hours=48)
START = datetime(2026, 1, 1, tzinfo=UTC)

steady = settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


class Says(Enum):
    """What a report or poll says of an order."""

    UNSHIPPED = auto()
    ON_THE_WAY = auto()
    DELIVERED = auto()


@dataclass(frozen=True, slots=True)
class Statement:
    """One report, poll or record, and when it reached the portal."""

    made_at: datetime
    imported_at: datetime
    says: Says
    names_ship_time: bool
    names_delivery: bool


@dataclass(frozen=True, slots=True)
class History:
    """The truth of one order and all that was ever said of it."""

    purchased: datetime
    shipped: datetime
    delivered: datetime
    statements: tuple[Statement, ...]

    def heard(self, says: Says) -> list[datetime]:
        return [item.made_at for item in self.statements if item.says is says]

    def evidence(self) -> Evidence:
        """Fold the statements as the portal does."""
        delivered_seen = min(self.heard(Says.DELIVERED), default=None)
        on_the_way = [
            made
            for made in self.heard(Says.ON_THE_WAY)
            if delivered_seen is None or made < delivered_seen
        ]
        told = self.statements
        return Evidence(
            purchased_at=self.purchased,
            unshipped_seen_at=max(self.heard(Says.UNSHIPPED), default=None),
            shipped_at=self.shipped if any(s.names_ship_time for s in told) else None,
            in_transit_seen_at=max(on_the_way, default=None),
            delivered_seen_at=delivered_seen,
            delivered_at=(
                self.delivered if any(s.names_delivery for s in told) else None
            ),
        )

    def until(self, now: datetime) -> "History":
        """Leave only what had been imported by ``now``."""
        kept = tuple(item for item in self.statements if item.imported_at <= now)
        return replace(self, statements=kept)


def spans(*, days: int) -> st.SearchStrategy[timedelta]:
    return st.integers(0, days * 24 * 60).map(
        lambda minutes: timedelta(minutes=minutes)
    )


@st.composite
def histories(
    draw: st.DrawFn, *, lag: timedelta = NO_LAG, never_scanned: bool = False
) -> History:
    """Draw a truth and statements, each at most ``lag`` behind it.

    ``never_scanned``: the carrier goes on saying "on the way" after the delivery,
    for months, and nobody ever says delivered.
    """
    purchased = START + draw(spans(days=800))
    shipped = purchased + draw(spans(days=70))
    delivered = shipped + draw(spans(days=30))
    statements = []
    for _number in range(draw(st.integers(0, 6))):
        made_at = purchased + draw(spans(days=120))
        behind = draw(st.integers(0, int(lag.total_seconds() // 60)))
        known = made_at - timedelta(minutes=behind)
        says = _said(known, shipped, delivered)
        if never_scanned and says is Says.DELIVERED:
            says = Says.ON_THE_WAY
        statements.append(
            Statement(
                made_at=made_at,
                imported_at=made_at + draw(spans(days=60)),
                says=says,
                names_ship_time=says is not Says.UNSHIPPED and draw(st.booleans()),
                names_delivery=says is Says.DELIVERED and draw(st.booleans()),
            )
        )
    return History(purchased, shipped, delivered, tuple(statements))


def _said(known: datetime, shipped: datetime, delivered: datetime) -> Says:
    if known < shipped:
        return Says.UNSHIPPED
    return Says.ON_THE_WAY if known < delivered else Says.DELIVERED


Clock = Callable[[History], date]


def the_clock(history: History) -> date:
    return purge_day(evidence=history.evidence(), policy=AMAZON).purge_on


def within_28_days(history: History, clock: Clock) -> bool:
    """Hold the promise made where nothing that was said was behind the truth."""
    return clock(history) <= (history.delivered + timedelta(days=28)).date()


def within_30_days(history: History, clock: Clock) -> bool:
    """Hold the promise made where what was said was up to 48 hours behind."""
    purged = datetime.combine(clock(history), time(), tzinfo=UTC)
    return purged <= history.delivered + timedelta(days=30)
