"""How a shop stands, worst first: the tags, views and order of the board."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sellerportal.staff.board import ShopFacts


class View(StrEnum):
    """The views of the board; a shop may stand in several."""

    ALL = "all"
    PAST = "past"
    SILENT = "silent"
    KEYS = "keys"
    FACTOR = "factor"
    SUSPENDED = "suspended"


VIEW_WORDS: Mapping[View, Promise] = {
    View.ALL: _("All"),
    View.PAST: _("Past the limit"),
    View.SILENT: _("Sweep silent"),
    View.KEYS: _("Keys"),
    View.FACTOR: _("Second factor missing"),
    View.SUSPENDED: _("Suspended"),
}
#: Views whose count is an alarm.
ALARMS = frozenset({View.PAST, View.SILENT})


@dataclass(frozen=True, slots=True)
class Standing:
    """A shop's worst trouble as a tag; ``rank`` puts the worst first."""

    rank: int
    text: str
    icon: str
    kind: str


def views_of(facts: ShopFacts) -> frozenset[View]:
    """Return the views in which a shop stands."""
    told = {
        View.ALL: True,
        View.PAST: facts.past_limit > 0,
        View.SILENT: facts.silent,
        View.KEYS: bool(facts.not_destroyed or facts.lost or facts.keystore_silent),
        View.FACTOR: facts.lacks_factor > 0,
        View.SUSPENDED: facts.stop is not None,
    }
    return frozenset(view for view, there in told.items() if there)


def standing_of(facts: ShopFacts) -> Standing:
    """Return a shop's worst trouble."""
    views = views_of(facts)
    if View.PAST in views:
        return Standing(0, str(VIEW_WORDS[View.PAST]), "alert", "bad")
    if View.SILENT in views:
        return Standing(1, str(VIEW_WORDS[View.SILENT]), "alert", "bad")
    if facts.keystore_silent:
        return Standing(2, str(_("Keystore unread")), "key", "bad")
    if facts.not_destroyed:
        return Standing(3, str(_("Key not destroyed")), "key", "warn")
    if View.FACTOR in views:
        return Standing(4, str(_("Second factor")), "user", "warn")
    if View.SUSPENDED in views:
        return Standing(5, str(VIEW_WORDS[View.SUSPENDED]), "pause", "hold")
    return _calm(facts)


def _calm(facts: ShopFacts) -> Standing:
    """Return the standing of a shop for which nobody needs to do anything today."""
    if facts.lost:
        n = len(facts.lost)
        text = ngettext("%(n)d key lost", "%(n)d keys lost", n) % {"n": n}
        return Standing(6, text, "key", "warn")
    if facts.measure is None:
        return Standing(7, str(_("Not measured yet")), "clock", "")
    return Standing(8, str(_("In order")), "check", "ok")
