"""How an import ended, in one band of words."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplaces.enums import RunState, What, Why
from marketplaces.models import ImportRun
from marketplaces.presentation.events import days_words, delivered_words
from marketplaces.presentation.words import packages_words, rows_words, stored_words


@dataclass(frozen=True, slots=True)
class Verdict:
    """A band: "ok", "idle" or "bad", what happened, and what follows from it."""

    kind: str
    head: str
    says: str


def verdict_of(*, run: ImportRun, zone: ZoneInfo) -> Verdict | None:
    """Tell how an import ended; nothing while it has not."""
    state = RunState(run.state)
    if state is RunState.FINISHED:
        return _finished(run, zone)
    if state in {RunState.STOPPED, RunState.ENDED_EARLY}:
        return _broken_off(run, stopped=state is RunState.STOPPED)
    if state is RunState.REFUSED:
        says = _("Nothing was imported, and the file was deleted.")
        return Verdict("bad", run.says, says)
    if state is RunState.DROPPED:
        return _dropped(run)
    return None


def _finished_events(run: ImportRun, zone: ZoneInfo) -> Verdict:
    words = {
        "at": f"{(run.ended_at or run.started_at).astimezone(zone):%H:%M}",
        "delivered": delivered_words(run.did),
    }
    said = [f"{days_words(run.did)}."]
    if run.rejected:
        said.append(_rejected(run))
    said.append(_("The same file again would change nothing."))
    head = _("Finished %(at)s: %(delivered)s")
    return Verdict("ok", head % words, " ".join(said))


def _rejected(run: ImportRun) -> str:
    words = ngettext(
        "%(n)s row was rejected.", "%(n)s rows were rejected.", run.rejected
    )
    return words % {"n": f"{run.rejected:,}"}


def _finished(run: ImportRun, zone: ZoneInfo) -> Verdict:
    if run.what == What.EVENTS:
        return _finished_events(run, zone)
    words = {
        "at": f"{(run.ended_at or run.started_at).astimezone(zone):%H:%M}",
        "new": f"{run.created:,}",
        "changed": f"{run.updated:,}",
        "same": f"{run.unchanged:,}",
    }
    head = _("Finished %(at)s: %(new)s new, %(changed)s changed, %(same)s as before")
    said = []
    if run.rejected:
        said.append(_rejected(run))
    if run.sealed:
        sealed = ngettext("%(n)s buyer sealed.", "%(n)s buyers sealed.", run.sealed)
        said.append(sealed % {"n": f"{run.sealed:,}"})
    said.append(_("The same file again would change nothing."))
    return Verdict("ok", head % words, " ".join(said))


def _broken_off(run: ImportRun, *, stopped: bool) -> Verdict:
    """Say exactly what is stored, and why it went no further."""
    told = packages_words if run.what == What.EVENTS else stored_words
    words = {
        "done": f"{run.rows_done:,}",
        "rows": rows_words(run.rows),
        "stored": told(run.orders),
    }
    if not run.orders:
        head = _("Stopped before the first row: nothing is stored")
        if not stopped:
            head = _("Ended before the first row: nothing is stored")
    elif stopped:
        head = _("Stopped after %(done)s of %(rows)s: %(stored)s, the rest is not")
    else:
        head = _("Ended after %(done)s of %(rows)s: %(stored)s, the rest is not")
    return Verdict("idle" if stopped else "bad", head % words, _reason(run))


def _reason(run: ImportRun) -> str:
    return {
        Why.PERSON: _("Import the rest as long as the file is here, or delete it."),
        Why.RIGHT_TAKEN: _(
            "The person who started it may not import any more. Somebody who may can "
            "import the rest."
        ),
        Why.SWAPPED: _(
            "The file is not the one that was checked, so it was deleted. Upload it "
            "again; what is stored stays."
        ),
        Why.UNREADABLE: _(
            "The sealed file does not open any more, so it was deleted. Upload it "
            "again; what is stored stays."
        ),
        Why.EXPIRED: _(
            "The file's time was over, so it was deleted. Upload it again; what is "
            "stored stays."
        ),
        Why.NO_WORKER: _(
            "The portal broke off in the middle. What is counted here is stored whole; "
            "import the rest."
        ),
    }.get(Why(run.why) if run.why else Why.PERSON, "")


def _dropped(run: ImportRun) -> Verdict:
    heads = {
        Why.EXPIRED: _("The file's time was over before it was imported"),
        Why.UNREADABLE: _("The sealed file does not open any more"),
    }
    why = Why(run.why) if run.why else Why.PERSON
    head = heads.get(why, _("The file was deleted before it was imported"))
    return Verdict("idle", head, _("Nothing changed. Upload the report again."))
