"""What a carrier's file holds and would change, and what its import changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplaces.models import ImportRun
from marketplaces.presentation.check import Change, Fact
from marketplaces.presentation.words import utc_words
from orders.enums import CarrierWord


@dataclass(frozen=True, slots=True)
class EventRow:
    """One row of the file as it was read; ``at`` in UTC."""

    row: int
    number: str
    word: str
    at: str
    rejected: bool


def event_facts(run: ImportRun) -> list[Fact]:
    """Return the figures of a checked file in one row."""
    plan = run.plan
    return [
        Fact(_("Rows read"), f"{run.rows:,}"),
        Fact(_("Good"), f"{run.rows - run.rejected:,}"),
        Fact(_("Rejected"), f"{run.rejected:,}", bad=run.rejected > 0),
        Fact(_("Packages"), f"{plan.get('orders', 0):,}"),
        Fact(_("Changed"), f"{plan.get('updated', 0):,}"),
        Fact(_("No change"), f"{plan.get('unchanged', 0):,}"),
    ]


def event_changes(run: ImportRun) -> list[Change]:
    """Return what the import would do, in up to four lines."""
    plan = run.plan
    lost, moving = plan.get("lost", 0), plan.get("on_the_way", 0)
    away = ngettext("%(n)s order is lost", "%(n)s orders are lost", lost)
    way = ngettext(
        "%(n)s order is otherwise further on",
        "%(n)s orders are otherwise further on",
        moving,
    )
    left_out = ngettext(
        "%(n)s row is left out", "%(n)s rows are left out", run.rejected
    )
    back = _("You get them back as a file with the reasons")
    return [
        Change("check", delivered_words(plan), days_words(plan)),
        Change("alert", away % {"n": f"{lost:,}"}, ""),
        Change("truck", way % {"n": f"{moving:,}"}, _("On the way moves no day")),
        Change(
            "alert" if run.rejected else "check",
            left_out % {"n": f"{run.rejected:,}"},
            back if run.rejected else _("Every row can be read"),
            bad=run.rejected > 0,
        ),
    ]


def delivered_words(counts: Mapping[str, Any]) -> str:
    """Count deliveries: 41 orders delivered."""
    n = counts.get("delivered", 0)
    words = ngettext("%(n)s order delivered", "%(n)s orders delivered", n)
    return words % {"n": f"{n:,}"}


def days_words(counts: Mapping[str, Any]) -> str:
    """Say what happens to buyers: 3 buyers leave at once, 38 earlier."""
    removed, earlier = counts.get("removed", 0), counts.get("earlier", 0)
    later = counts.get("later", 0)
    said = []
    if removed:
        words = ngettext(
            "%(n)s buyer leaves at once", "%(n)s buyers leave at once", removed
        )
        said.append(words % {"n": f"{removed:,}"})
    if earlier:
        words = ngettext(
            "%(n)s buyer leaves earlier", "%(n)s buyers leave earlier", earlier
        )
        said.append(words % {"n": f"{earlier:,}"})
    if later:
        words = ngettext("%(n)s buyer leaves later", "%(n)s buyers leave later", later)
        said.append(words % {"n": f"{later:,}"})
    return ", ".join(said) or _("No buyer's day changes")


def event_rows(run: ImportRun) -> list[EventRow]:
    """Return the first rows of the file."""
    return [_row(row) for row in run.first_rows]


def _row(row: Mapping[str, Any]) -> EventRow:
    word, at = row.get("word", ""), row.get("at", "")
    return EventRow(
        row=row["row"],
        number=row.get("number", ""),
        word=str(CarrierWord(word).label) if word else "",
        at=utc_words(datetime.fromisoformat(at)) if at else "",
        rejected=row["what"] == "rejected",
    )
