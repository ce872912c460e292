"""The sentences of notices: what is the matter, and what to do about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.alarms import RED, WIDER_MARGIN
from compliance.models import Notice, NoticeKind


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in words: ``title`` what, ``text`` since when, ``todo`` what to do."""

    tone: str
    title: str
    text: str
    todo: str


def told_of(*, notice: Notice, names: Mapping[str, str]) -> Told:
    """Put a notice into words; ``names`` are of people, by their ids as texts."""
    kind = NoticeKind(notice.kind)
    title, text, todo = _TELLERS[kind](notice, names)
    return Told("bad" if kind in RED else "warn", title, text, todo)


Names = Mapping[str, str]
Words = tuple[str, str, str]


def _past_limit(notice: Notice, names: Names) -> Words:
    del names
    number = int(notice.facts.get("orders", 0))
    title = ngettext(
        "%(n)s order is past the 30-day limit",
        "%(n)s orders are past the 30-day limit",
        number,
    ) % {"n": f"{number:,}"}
    text = _(
        "Nobody can open them: refused since %(day)s. But their key still exists."
    ) % {"day": _day(notice.facts.get("since"))}
    todo = _(
        "A sweep destroys the key. Whoever runs the portal sees to it that worker and "
        "beat run, or runs: manage.py purge"
    )
    return title, text, todo


def _silent(notice: Notice, names: Names) -> Words:
    del names
    title = _("No sweep has come to its end")
    if since := notice.facts.get("since"):
        title = _("The sweep has not reported since %(at)s UTC") % {"at": _at(since)}
    text = _("Nothing past its day opens meanwhile, but its key may still exist.")
    todo = _(
        "Whoever runs the portal looks at var/log/worker.log and var/log/beat.log, or "
        "runs: manage.py purge"
    )
    return title, text, todo


def _unturned(notice: Notice, names: Names) -> Words:
    del names
    title = _("The keys were not put under a new root on %(day)s") % {
        "day": _day(notice.facts.get("since"))
    }
    text = _("A copy of the keystore from before that day is not yet worthless.")
    todo = _(
        "The portal tries again with each sweep. Whoever runs it sees to it that the "
        "folder of the keystore can be written."
    )
    return title, text, todo


def _clock(notice: Notice, names: Names) -> Words:
    del notice, names
    text = _(
        "It stands more than 7 days past the last sweep and nothing confirms it. No "
        "key is destroyed until then; nothing past its day opens."
    )
    todo = _("Is the date right? Then run: manage.py purge --clock-is-right")
    return _("The clock is not trusted"), text, todo


def _hold(notice: Notice, names: Names) -> Words:
    del names
    title = _("Hold %(label)s ends on %(day)s") % {
        "label": notice.about,
        "day": _day(notice.facts.get("day")),
    }
    todo = _("Renew it before if the case goes on; else nothing is to be done.")
    return title, _("What it keeps is deleted when that day is over."), todo


def _rule(notice: Notice, names: Names) -> Words:
    del names
    title = _("Standing rule %(label)s is to be reviewed") % {"label": notice.about}
    text = _("Its yearly review is due on %(day)s.") % {
        "day": _day(notice.facts.get("day"))
    }
    todo = _("Does the law still ask for these fields? Let the rule stand, or end it.")
    return title, text, todo


def _certificate(notice: Notice, names: Names) -> Words:
    del names
    day = {"day": _day(notice.facts.get("day"))}
    todo = _("Make a new key and give the portal its certificate: Holds, certificate.")
    if notice.facts.get("over"):
        title = _("The certificate for holds ended on %(day)s") % day
        text = _(
            "Standing rules and approved holds go on sealing to it, and its key still "
            "opens. New holds and rules are refused."
        )
        return title, text, todo
    title = _("The certificate for holds ends on %(day)s") % day
    text = _("After it no new hold or rule can be placed; its key opens as before.")
    return title, text, todo


def _off(notice: Notice, names: Names) -> Words:
    del names
    days, hours = divmod(int(notice.facts.get("hours", 0)), 24)
    title = _("The portal was off for %(days)s d %(hours)s h") % {
        "days": days,
        "hours": hours,
    }
    margin = int(notice.facts.get("margin", 0))
    text = ngettext(
        "That is longer than the margin of %(days)d day before the limit.",
        "That is longer than the margin of %(days)d days before the limit.",
        margin,
    ) % {"days": margin}
    todo = _("See to it that the portal runs again before so many days are over.")
    if margin < WIDER_MARGIN:
        todo = _(
            "May it happen again? Then set a margin of %(days)d days for your "
            "marketplaces."
        ) % {"days": WIDER_MARGIN}
    return title, text, todo


def _stuck(notice: Notice, names: Names) -> Words:
    del names
    number = int(notice.facts.get("rows", 0))
    title = ngettext(
        "%(n)s row could not be handled in three tries",
        "%(n)s rows could not be handled in three tries",
        number,
    ) % {"n": f"{number:,}"}
    text = _("The sweep goes on without it; from its day on nobody can open it.")
    todo = _("Whoever runs the portal finds the row and the error in the log.")
    return title, text, todo


def _test_buyer(notice: Notice, names: Names) -> Words:
    name = names.get(str(notice.facts.get("person", ""))) or _(
        "somebody outside the pages"
    )
    at = _at(notice.facts.get("last"))
    text = _("By %(name)s on %(at)s UTC.") % {"name": name, "at": at}
    if (times := int(notice.facts.get("times", 1))) > 1:
        words = _("%(n)s times, the last by %(name)s on %(at)s UTC.")
        text = words % {"n": times, "name": name, "at": at}
    todo = _(
        "No parcel goes to this buyer and nobody asks for one, so nobody has a reason "
        "to look. Ask why, and look at who saw what; then close this notice."
    )
    return _("The test buyer was opened"), text, todo


_TELLERS: Mapping[NoticeKind, Callable[[Notice, Names], Words]] = {
    NoticeKind.PAST_LIMIT: _past_limit,
    NoticeKind.SILENT_SWEEP: _silent,
    NoticeKind.FAILED_RATCHET: _unturned,
    NoticeKind.CLOCK: _clock,
    NoticeKind.HOLD_ENDING: _hold,
    NoticeKind.RULE_REVIEW: _rule,
    NoticeKind.CERTIFICATE: _certificate,
    NoticeKind.MACHINE_OFF: _off,
    NoticeKind.STUCK_ROW: _stuck,
    NoticeKind.TEST_BUYER: _test_buyer,
}


def _day(text: int | str | None) -> str:
    if text is None:
        return "–"
    return date_words(date.fromisoformat(str(text)), "j M Y")


def _at(text: int | str | None) -> str:
    if text is None:
        return "–"
    return date_words(datetime.fromisoformat(str(text)), "j M, H:i")
