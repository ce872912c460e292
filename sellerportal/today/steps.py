"""The start list: it ticks itself, and goes away when everything is done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplaces.models import ImportRun
from sellerportal.today.facts import Facts
from sellerportal.today.people import PeopleFacts, factor_since
from sellers.demo_mode import demo_mode
from sellers.roles import Right
from sellers.services.first_steps import EXPOSURE_LOOKED, step_taken_at


@dataclass(frozen=True, slots=True)
class Tick:
    """One step: done on a day of the shop, or still to do where ``url`` leads."""

    title: str
    done: str
    text: str = ""
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class StartList:
    """The steps that this person can take."""

    ticks: tuple[Tick, ...]

    @property
    def done(self) -> int:
        """Return how many are done."""
        return sum(1 for tick in self.ticks if tick.done)

    @property
    def all_done(self) -> bool:
        """Tell whether the list has nothing more to say."""
        return self.done == len(self.ticks)


def start_list(*, facts: Facts, people: PeopleFacts | None) -> StartList:
    """Return the steps; each is read from what was done, none is ticked by hand."""
    return StartList(ticks=tuple(_ticks(facts, people)))


def _ticks(facts: Facts, people: PeopleFacts | None) -> Iterator[Tick]:
    rights, links = facts.asker.rights, facts.links
    if not demo_mode():
        since = factor_since(person_id=facts.asker.person.id)
        yield Tick(_("Second factor set up"), _day(facts, since))
    if Right.IMPORT_ORDERS in rights:
        title, label = _("Import the first orders"), _("Import")
        done = _day(facts, _first_import(facts))
        if done:
            title = _("First orders imported")
        text = "" if done else _("A report from Amazon, as it is")
        yield Tick(title, done, text, links.new_import, label)
    if Right.VIEW_EXPOSURE in rights:
        at = step_taken_at(seller_id=facts.seller_id, name=EXPOSURE_LOOKED)
        title = _("Exposure looked at") if at else _("Look at the exposure")
        text = "" if at else _("What is readable, and for how long")
        yield Tick(title, _day(facts, at), text, links.exposure, _("Open"))
    if people is not None:
        yield _invite(facts, people)
    if demo_mode() and facts.asker.is_owner and not facts.asker.seller.demo:
        text = _("When you have seen enough of the invented shops")
        url = reverse("sellers:leave-demo")
        yield Tick(_("Leave the demo"), "", text, url, _("Leave"))


def _invite(facts: Facts, people: PeopleFacts) -> Tick:
    text = _("Each with an own account and role")
    if people.waiting:
        words = ngettext(
            "%(n)s invitation waits", "%(n)s invitations wait", people.waiting
        )
        text = words % {"n": people.waiting}
    done = _day(facts, people.first_asked_at)
    return Tick(
        title=_("Invite the people you work with"),
        done=done,
        text=text if people.waiting or not done else "",
        url=facts.links.people,
        label=_("People"),
    )


def _first_import(facts: Facts) -> datetime | None:
    """Return when an import first brought orders."""
    if not facts.has_orders:
        return None
    rows = ImportRun.objects.filter(
        seller_id=facts.seller_id, ended_at__isnull=False, created__gt=0
    )
    return rows.order_by("started_at").values_list("ended_at", flat=True).first()


def _day(facts: Facts, instant: datetime | None) -> str:
    return "" if instant is None else facts.moment.local_day_words(instant)
