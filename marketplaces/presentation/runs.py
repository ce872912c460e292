"""The list of a shop's imports."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from marketplaces.enums import RunState
from marketplaces.models import ImportRun
from marketplaces.presentation.words import STATES, kind_words
from marketplaces.queries.runs import run_page
from sellers.queries import people_names


@dataclass(frozen=True, slots=True)
class RunRow:
    """One import in the list."""

    url: str
    kind: str
    name: str
    at: datetime
    who: str
    rows: str
    new: str
    changed: str
    rejected: int
    state: str
    tag: str
    icon: str


@dataclass(frozen=True, slots=True)
class RunList:
    """What the list prints."""

    rows: tuple[RunRow, ...]
    shown: str
    newer_url: str
    older_url: str


def run_list(*, seller_id: UUID, shop: str, after: str, before: str) -> RunList:
    """Read one page of imports, newest first."""
    page = run_page(seller_id=seller_id, after=after, before=before)
    ids = {run.started_by_id for run in page.runs if run.started_by_id}
    names = people_names(ids=ids)
    rows = tuple(_row(run, shop, names) for run in page.runs)
    url = reverse("marketplaces:import-list", args=[shop])
    return RunList(
        rows=rows,
        shown=_("%(n)d imports, newest first") % {"n": len(rows)},
        newer_url=f"{url}?{urlencode({'before': page.newer})}" if page.newer else "",
        older_url=f"{url}?{urlencode({'after': page.older})}" if page.older else "",
    )


def _row(run: ImportRun, shop: str, names: dict[UUID, str]) -> RunRow:
    words = STATES[RunState(run.state)]
    counted = run.orders > 0
    # A run without a person was started where the portal runs.
    who = names.get(run.started_by_id) if run.started_by_id else None
    return RunRow(
        url=reverse("marketplaces:import-page", args=[shop, run.id]),
        kind=kind_words(run.kind),
        name=run.file_name,
        at=run.started_at,
        who=who or _("The portal"),
        rows=f"{run.rows:,}" if run.rows else "",
        new=f"{run.created:,}" if counted else "",
        changed=f"{run.updated:,}" if counted else "",
        rejected=run.rejected,
        state=str(words.word),
        tag=words.tag,
        icon=words.icon,
    )
