"""What happened since noon of the day before: showings, imports, purges."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Max
from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplaces.enums import RunState
from marketplaces.models import ImportRun
from orders.forms import PURPOSE_WORDS
from orders.presentation.words import Moment
from orders.queries.showings import SHOWN
from sellerportal.today.facts import Facts
from sellers.queries import people_names
from sellers.roles import Right
from vault.kinds import Purpose
from vault.models import LedgerEntry

#: Events on the page.
MOST = 5
#: Stands where an entry names no person.
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the list, newest first. ``at`` is in UTC."""

    at: datetime
    icon: str
    words: str
    small: str
    tone: str = ""
    url: str = ""
    link: str = ""


def noon_before(moment: Moment) -> datetime:
    """Return noon of the shop's day before the present one."""
    day = moment.local_day(moment.now) - timedelta(days=1)
    return datetime.combine(day, time(12), tzinfo=moment.zone)


def since_words(moment: Moment) -> str:
    """Name the list: Since Saturday noon."""
    return _("Since %(day)s noon") % {"day": date_words(noon_before(moment), "l")}


def events_of(*, facts: Facts) -> tuple[Event, ...]:
    """Return the latest events since noon of the day before."""
    since = noon_before(facts.moment)
    found = [*_showings(facts, since), *_imports(facts, since), *_purges(facts, since)]
    return tuple(sorted(found, key=lambda event: event.at, reverse=True)[:MOST])


def _showings(facts: Facts, since: datetime) -> Iterator[Event]:
    """Tell who was shown buyer data, one line a person and purpose."""
    if Right.VIEW_EXPOSURE not in facts.asker.rights:
        return
    rows = list(
        LedgerEntry.objects.filter(
            seller_id=facts.seller_id, kind__in=SHOWN, at__gte=since
        )
        .values("actor_id", "kind")
        .annotate(times=Count("pk"), last=Max("at"))
        .order_by("-last")[:MOST]
    )
    names = people_names(ids={row["actor_id"] for row in rows if row["actor_id"]})
    for row in rows:
        purpose = PURPOSE_WORDS[Purpose(row["kind"].removeprefix("pii:opened:"))]
        shown = ngettext(
            "Buyer data shown %(n)s time", "Buyer data shown %(n)s times", row["times"]
        )
        words = shown % {"n": f"{row['times']:,}"}
        small = _("%(name)s, purpose: %(purpose)s") % {
            "name": names.get(row["actor_id"] or NOBODY, _("Somebody who left")),
            "purpose": str(purpose).lower(),
        }
        yield Event(
            row["last"], "eye", words % {"n": f"{row['times']:,}"}, small, "eye"
        )


def _imports(facts: Facts, since: datetime) -> Iterator[Event]:
    may = Right.IMPORT_ORDERS in facts.asker.rights
    for run in facts.runs:
        if run.ended_at is None or run.ended_at < since:
            continue
        yield Event(
            at=run.ended_at,
            icon="up",
            words=_words(run) % {"what": _counts(run)},
            small=run.file_name,
            url=facts.links.import_run(run.id) if may and _goes_on(run) else "",
            link=_("see the rejected rows") if run.rejected else _("see the import"),
        )


def _words(run: ImportRun) -> str:
    if run.state == RunState.STOPPED:
        return _("Import stopped: %(what)s")
    return _("Import: %(what)s")


def _goes_on(run: ImportRun) -> bool:
    """Tell whether somebody may want to see the import: for its rows or its rest."""
    return bool(run.rejected) or run.state == RunState.STOPPED


def _counts(run: ImportRun) -> str:
    """Name what an import did; what it did not is left out."""
    parts = []
    if run.created:
        orders = ngettext("%(n)s new order", "%(n)s new orders", run.created)
        parts.append(orders % {"n": f"{run.created:,}"})
    if run.updated:
        parts.append(_("%(n)s changed") % {"n": f"{run.updated:,}"})
    if run.rejected:
        rows = ngettext("%(n)s row rejected", "%(n)s rows rejected", run.rejected)
        parts.append(rows % {"n": f"{run.rejected:,}"})
    return ", ".join(parts) or _("nothing changed")


def _purges(facts: Facts, since: datetime) -> Iterator[Event]:
    for record in facts.exposure.records:
        if record.key_destroyed_at < since:
            continue
        words = ngettext(
            "Buyer data of %(n)s order purged",
            "Buyer data of %(n)s orders purged",
            record.orders,
        )
        yield Event(
            at=record.key_destroyed_at,
            icon="check",
            words=words % {"n": f"{record.orders:,}"},
            small=_("Purge record %(label)s") % {"label": record.label},
            tone="ok",
        )
