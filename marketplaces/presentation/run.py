"""The page of one import: being checked, checked, running, over."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplaces.enums import MOVING, STARTABLE, RunState, What
from marketplaces.flatfile.faults import RowFault
from marketplaces.models import ImportRun
from marketplaces.presentation.check import (
    Change,
    Fact,
    FirstRow,
    changes_of,
    facts_of,
    file_facts,
    first_rows,
)
from marketplaces.presentation.ends import Verdict, verdict_of
from marketplaces.presentation.events import (
    EventRow,
    event_changes,
    event_facts,
    event_rows,
)
from marketplaces.presentation.faults import fault_words
from marketplaces.presentation.words import (
    kind_words,
    left_words,
    local_words,
    rows_words,
    size_words,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps; ``state`` is "done", "now" or empty."""

    label: str
    number: int
    state: str


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """A rejected row: place, what is wrong, what to do; never a cell."""

    number: int
    order: str
    column: str
    wrong: str
    code: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in rows; ``most`` is 0 while nobody knows."""

    done: int
    most: int
    says: str
    stored: str
    rejected: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """What the page of an import prints."""

    title: str
    intro: str
    name: str
    steps: tuple[Step, ...]
    moving: bool
    can_start: bool
    can_stop: bool
    can_delete: bool
    can_take: bool
    start_label: str
    foot: str
    progress: Progress | None = None
    verdict: Verdict | None = None
    facts: list[Fact] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    file_facts: list[Fact] = field(default_factory=list)
    rows: list[FirstRow] = field(default_factory=list)
    event_rows: list[EventRow] = field(default_factory=list)
    number_label: str = ""
    number_missing: str = ""
    rows_shown: str = ""
    errors: list[ErrorRow] = field(default_factory=list)
    errors_title: str = ""
    errors_foot: str = ""


_PLACE = {
    RunState.CHECKING: 2,
    RunState.CHECKED: 2,
    RunState.REFUSED: 2,
    RunState.DROPPED: 2,
    RunState.QUEUED: 3,
    RunState.RUNNING: 3,
}
_LAST = 4


def run_page(*, run: ImportRun, now: datetime, zone: ZoneInfo) -> RunPage:
    """Put the page of an import together; opens nothing."""
    state = RunState(run.state)
    alive = _alive(run, now)
    checked = state is RunState.CHECKED
    finished = state is RunState.FINISHED
    events = run.what == What.EVENTS
    shows_errors = finished or state in {RunState.STOPPED, RunState.ENDED_EARLY}
    errors = _errors(run) if shows_errors or checked else []
    return RunPage(
        title=_title(state),
        intro=_intro(run, zone),
        name=run.file_name or kind_words(run.kind),
        steps=_steps(state),
        moving=state in MOVING,
        can_start=alive and state in STARTABLE,
        can_stop=state in {RunState.QUEUED, RunState.RUNNING},
        can_delete=alive and state not in {RunState.QUEUED, RunState.RUNNING},
        can_take=alive and finished and run.rejected > 0,
        start_label=_start_label(run, state),
        foot=_foot(run, alive=alive, zone=zone),
        progress=_progress(run, state, now) if state in MOVING else None,
        verdict=verdict_of(run=run, zone=zone),
        facts=_facts(run, checked=checked),
        changes=_changes(run, checked=checked),
        file_facts=file_facts(run) if checked else [],
        rows=first_rows(run) if checked and not events else [],
        event_rows=event_rows(run) if checked and events else [],
        number_label=_("Tracking number") if events else _("Order"),
        number_missing=_("in the file") if events else _("missing"),
        rows_shown=_shown(len(run.first_rows), run.rows),
        errors=errors,
        errors_title=_errors_title(run),
        errors_foot=_errors_foot(run, errors, alive=alive, zone=zone),
    )


def _facts(run: ImportRun, *, checked: bool) -> list[Fact]:
    if not checked:
        return []
    return event_facts(run) if run.what == What.EVENTS else facts_of(run)


def _changes(run: ImportRun, *, checked: bool) -> list[Change]:
    if not checked:
        return []
    return event_changes(run) if run.what == What.EVENTS else changes_of(run)


def _alive(run: ImportRun, now: datetime) -> bool:
    """Tell whether the run's file still opens."""
    return (
        run.deleted_at is None and run.expires_at is not None and now < run.expires_at
    )


def _title(state: RunState) -> str:
    return {
        RunState.CHECKING: _("Checking the file"),
        RunState.CHECKED: _("Check before you import"),
        RunState.REFUSED: _("This file cannot be read"),
        RunState.QUEUED: _("Importing"),
        RunState.RUNNING: _("Importing"),
        RunState.FINISHED: _("Import finished"),
        RunState.STOPPED: _("Import stopped"),
        RunState.ENDED_EARLY: _("Import ended early"),
        RunState.DROPPED: _("Not imported"),
    }[state]


def _intro(run: ImportRun, zone: ZoneInfo) -> str:
    if run.file_bytes == 0:
        at = local_words(run.started_at, zone)
        return _("%(name)s, imported %(at)s.") % {"name": run.file_name, "at": at}
    said = _("%(name)s, %(size)s, uploaded %(at)s.") % {
        "name": run.file_name or kind_words(run.kind),
        "size": size_words(run.file_bytes),
        "at": local_words(run.started_at, zone),
    }
    nothing = _("Nothing has changed yet.")
    return f"{said} {nothing}" if run.state == RunState.CHECKED else said


def _steps(state: RunState) -> tuple[Step, ...]:
    place = _PLACE.get(state, _LAST)
    labels = (_("Upload"), _("Check"), _("Run"), _("Result"))
    return tuple(
        Step(
            label,
            number,
            "done"
            if number < place or (number == _LAST and state is RunState.FINISHED)
            else ("now" if number == place else ""),
        )
        for number, label in enumerate(labels, start=1)
    )


def upload_steps() -> tuple[Step, ...]:
    """Return the steps while there is no file yet."""
    labels = (_("Upload"), _("Check"), _("Run"), _("Result"))
    return tuple(
        Step(label, number, "now" if number == 1 else "")
        for number, label in enumerate(labels, start=1)
    )


def _start_label(run: ImportRun, state: RunState) -> str:
    if state is not RunState.CHECKED:
        return _("Import the rest")
    if run.rows == run.rejected:
        return _("Get the rejected rows")
    return _("Import %(rows)s") % {"rows": rows_words(run.rows - run.rejected)}


def _foot(run: ImportRun, *, alive: bool, zone: ZoneInfo) -> str:
    if not alive or run.expires_at is None:
        return ""
    words = {"at": local_words(run.expires_at, zone)}
    return _("Sealed as it arrived. Deleted by %(at)s at the latest.") % words


def _progress(run: ImportRun, state: RunState, now: datetime) -> Progress:
    if state is RunState.CHECKING:
        return Progress(0, 0, _("is being read; nothing changes"), "", "")
    done = run.rejected + run.rows_done
    words = {"done": f"{done:,}", "rows": rows_words(run.rows)}
    if run.stop_wanted_at is not None:
        says = _("%(done)s of %(rows)s, stopping after this part") % words
    elif state is RunState.QUEUED:
        says = _("%(rows)s, waits for its turn") % words
    else:
        says = _("%(done)s of %(rows)s") % words
        if left := _left(run, now):
            says = f"{says}, {left}"
    stored = _("%(n)s stored") % {"n": f"{run.rows_done:,}"}
    rejected = _("%(n)s rejected") % {"n": f"{run.rejected:,}"}
    return Progress(
        done, max(run.rows, 1), says, stored, rejected if run.rejected else ""
    )


def _left(run: ImportRun, now: datetime) -> str:
    """Tell how long the rest takes at the pace so far; "" while nobody can know."""
    if run.run_at is None or not run.rows_done or now <= run.run_at:
        return ""
    left = run.rows - run.rejected - run.rows_done
    return left_words((now - run.run_at) / run.rows_done * left) if left > 0 else ""


def _errors(run: ImportRun) -> list[ErrorRow]:
    found = []
    for error in run.errors:
        words = fault_words(RowFault(error["code"]), events=run.what == What.EVENTS)
        found.append(
            ErrorRow(
                number=error["row"],
                order=error["order"],
                column=error["column"],
                wrong=str(words.wrong),
                code=error["code"],
                remedy=str(words.remedy),
            )
        )
    return found


def _errors_title(run: ImportRun) -> str:
    said = ngettext("%(n)s rejected row", "%(n)s rejected rows", run.rejected)
    return said % {"n": f"{run.rejected:,}"}


def _errors_foot(
    run: ImportRun, errors: list[ErrorRow], *, alive: bool, zone: ZoneInfo
) -> str:
    said = []
    if len(errors) < run.rejected:
        shown = _("The first %(n)d are shown; the file has all.")
        said.append(shown % {"n": len(errors)})
    if alive and run.expires_at is not None and run.state == RunState.FINISHED:
        words = {"at": local_words(run.expires_at, zone)}
        said.append(_("The file of rejected rows is deleted by %(at)s.") % words)
    said.append(_("Values are never shown here."))
    return " ".join(said)


def _shown(count: int, rows: int) -> str:
    said = ngettext("%(n)s of %(all)s row", "%(n)s of %(all)s rows", rows)
    return said % {"n": count, "all": f"{rows:,}"}
