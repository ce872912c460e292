"""What needs somebody, in order of risk; only from facts that are there."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from compliance.alarms import SILENT_AFTER
from compliance.models import NoticeKind
from compliance.presentation.banner import silence_words
from marketplaces.enums import RunState
from orders.presentation.words import long_words
from orders.queries.listing import ListView
from sellerportal.today.facts import Facts
from sellerportal.today.people import PeopleFacts
from sellers.roles import Right

#: So many stand on the page; the rest is folded.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to do, and the button that leads there; "" where there is none."""

    title: str
    text: str
    tone: str
    url: str
    label: str


def needs_of(*, facts: Facts, people: PeopleFacts | None) -> tuple[Need, ...]:
    """Return what needs this person, the most pressing first.

    ``people`` is None for somebody who may not change people.
    """
    found = [
        *_purge(facts),
        *_stopped(facts),
        *_late(facts),
        *_silent_orders(facts),
        *_approvals(facts),
        *_imports(facts),
    ]
    if people is not None:
        found += _people(facts, people)
    return tuple(found)


def _purge(facts: Facts) -> Iterator[Need]:
    """Tell what keeps buyer data longer than it may be, or what opens no more."""
    if Right.VIEW_EXPOSURE not in facts.asker.rights:
        return
    exposure, url, label = facts.exposure, facts.links.exposure, _("Open")
    if exposure.past_limit:
        title = ngettext(
            "%(n)s order past the limit",
            "%(n)s orders past the limit",
            exposure.past_limit,
        ) % {"n": f"{exposure.past_limit:,}"}
        yield Need(title, _("Refused; their key still exists"), "bad", url, label)
    if exposure.suspended:
        text = _("Nothing opens until it is back")
        yield Need(_("The keystore cannot be read"), text, "bad", url, label)
    yield from _noticed(facts, "bad")
    if (silent := _silent(facts)) is not None:
        yield Need(silent[0], silent[1], "warn", url, label)
    if exposure.lost:
        title = ngettext(
            "The buyer of %(n)s order is lost",
            "The buyers of %(n)s orders are lost",
            exposure.lost,
        ) % {"n": f"{exposure.lost:,}"}
        text = _("Their key is missing; the next import may fill them again")
        yield Need(title, text, "warn", url, label)
    yield from _noticed(facts, "warn")


def _noticed(facts: Facts, tone: str) -> Iterator[Need]:
    """Tell the notices of a tone, except what the page itself sees at this moment."""
    url = f"{facts.links.exposure}#notices"
    for notice in facts.notices:
        told = notice.told
        if told.tone == tone and notice.kind not in _SEEN:
            yield Need(told.title, told.text, tone, url, _("Open"))


_SEEN = (NoticeKind.PAST_LIMIT, NoticeKind.SILENT_SWEEP, NoticeKind.CLOCK)


def _silent(facts: Facts) -> tuple[str, str] | None:
    """Say why no sweep destroys keys at present."""
    sweep = facts.sweep
    text = _("Nothing past its day opens meanwhile")
    if sweep is None:
        there = bool(facts.exposure.cells)
        return (_("The sweep has not run yet"), text) if there else None
    silence = facts.moment.now - sweep.at
    if silence > SILENT_AFTER:
        words = _("The sweep has not reported for %(silence)s")
        return words % {"silence": silence_words(silence)}, text
    return (_("The sweep waits"), sweep.waiting) if sweep.waiting else None


def _stopped(facts: Facts) -> Iterator[Need]:
    stop, asker = facts.stop, facts.asker
    if stop is None:
        return
    text = _("Staff suspended it; the owner sees why")
    if asker.is_owner:
        day = facts.moment.local_day_words(stop.stopped_at)
        words = _("Staff suspended it on %(day)s: %(reason)s")
        text = words % {"day": day, "reason": stop.reason}
    may = Right.VIEW_EXPOSURE in asker.rights
    yield Need(
        title=_("Buyer data is not shown at the moment"),
        text=text,
        tone="warn",
        url=facts.links.exposure if may else "",
        label=_("Open"),
    )


def _late(facts: Facts) -> Iterator[Need]:
    ship = facts.ship
    if ship.late_since is None:
        return
    title = ngettext("%(n)s order is late", "%(n)s orders are late", ship.late)
    longest = long_words(facts.moment.now - ship.late_since)
    yield Need(
        title=title % {"n": f"{ship.late:,}"},
        text=_("Longest %(time)s") % {"time": longest},
        tone="bad",
        url=facts.links.orders(ListView.LATE),
        label=_("Open"),
    )


def _silent_orders(facts: Facts) -> Iterator[Need]:
    """Name the orders of which nothing was heard while their buyers leave soon."""
    silence = facts.silence
    if silence.since is None or silence.first_day is None:
        return
    title = ngettext(
        "%(n)s order without news for %(time)s",
        "%(n)s orders without news for %(time)s",
        silence.orders,
    )
    words = {
        "n": f"{silence.orders:,}",
        "time": long_words(facts.moment.now - silence.since),
        "day": facts.moment.day_words(silence.first_day),
    }
    ships = Right.SHIP_ORDERS in facts.asker.rights
    text = _("The first buyer leaves on %(day)s")
    if ships:
        text = _("Say “not shipped yet”, or the first buyer leaves on %(day)s")
    yield Need(
        title=title % words,
        text=text % words,
        tone="warn",
        url=facts.links.orders(ListView.WITHOUT_NEWS),
        label=_("Answer") if ships else _("See"),
    )


def _approvals(facts: Facts) -> Iterator[Need]:
    """Tell that others asked for holds: until then the buyers' days go on."""
    if not facts.approvals:
        return
    title = ngettext(
        "%(n)s hold or tax rule waits for your approval",
        "%(n)s holds or tax rules wait for your approval",
        facts.approvals,
    )
    yield Need(
        title=title % {"n": f"{facts.approvals:,}"},
        text=_("Until then nothing is sealed, and buyers leave on their days"),
        tone="warn",
        url=facts.links.holds,
        label=_("See"),
    )


def _imports(facts: Facts) -> Iterator[Need]:
    """Name the last import whose rejected rows can still be taken as a file."""
    if Right.IMPORT_ORDERS not in facts.asker.rights:
        return
    now = facts.moment.now
    for run in facts.runs:
        ends = run.expires_at
        if run.deleted_at is not None or ends is None or ends <= now:
            continue
        if run.state in _WAITING:
            yield Need(
                title=_("An import waits for you"),
                text=_WAITING[RunState(run.state)]
                % {"time": facts.moment.local_words(ends)},
                tone="warn",
                url=facts.links.import_run(run.id),
                label=_("See"),
            )
            return
        if run.rejected:
            title = ngettext(
                "%(n)s row was rejected", "%(n)s rows were rejected", run.rejected
            )
            until = facts.moment.local_words(ends)
            yield Need(
                title=title % {"n": f"{run.rejected:,}"},
                text=_("Take them as a file until %(time)s") % {"time": until},
                tone="warn",
                url=facts.links.import_run(run.id),
                label=_("See"),
            )
            return


#: What waits, by the state of an import whose file is still here.
_WAITING = {
    RunState.CHECKED: _l("Checked, not imported; its file is deleted by %(time)s"),
    RunState.STOPPED: _l("Stopped; the rest can follow until %(time)s"),
}


def _people(facts: Facts, people: PeopleFacts) -> Iterator[Need]:
    url, label = facts.links.people, _("People")
    if people.without_factor:
        title = ngettext(
            "%(n)s person has no second factor",
            "%(n)s people have no second factor",
            people.without_factor,
        ) % {"n": people.without_factor}
        text = _("They set it up at their next sign-in")
        yield Need(title, text, "", url, label)
    if people.ended_unused:
        title = ngettext(
            "%(n)s invitation ended unused",
            "%(n)s invitations ended unused",
            people.ended_unused,
        ) % {"n": people.ended_unused}
        yield Need(title, _("Invite again, or let it be"), "", url, label)
