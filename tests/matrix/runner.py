"""Asks every cell, compares it with what is expected and with its twin."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.db import DEFAULT_DB_ALIAS

from tests.laws.test_addresses import THIRD_PARTY
from tests.matrix.actors import Actor, Standing
from tests.matrix.answers import (
    ALIASES,
    Body,
    Print,
    ask,
    fingerprint,
    has_written,
    same_cookies,
    undone,
)
from tests.matrix.bodies import Bodies
from tests.matrix.expectation import Expected, allowed, expected, fault_of
from tests.matrix.snapshot import Digest, changed, digest, digest_inside
from tests.matrix.targets import TWIN, Reach, Target, targets
from tests.matrix.walk import Page, pages
from tests.matrix.world import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
#: Cells that may change something, and are taken back after they were looked at.
ALLOWED = {Expected.OPEN, Expected.ANSWERED}

Prints = dict[tuple[str, ...], Print]


@dataclass(slots=True)
class Outcome:
    """How many cells were asked, and what was wrong with some."""

    cells: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cell:
    """One request: page, method, target, and the name of its body."""

    page: Page
    method: str
    target: Target
    body: str

    def __str__(self) -> str:
        """Return the cell in one line."""
        blank = self.target.blank
        words = (self.method, self.page.route, self.target.reach.value, blank)
        return " ".join(word for word in (*words, self.body) if word)

    @property
    def key(self) -> tuple[str, ...]:
        """Return what a cell and its twin differ in by the first part alone."""
        return (self.target.reach.value, self.method, self.target.blank, self.body)


class Run:
    """The cells of one actor.

    What must be refused is really committed, and what is allowed is taken back: so
    each cell meets the same two shops, and a refusal that wrote something shows.
    """

    def __init__(self, *, world: World, actor: Actor, bodies: Bodies) -> None:
        """Look at the rows of both shops, as they are stored and as pages see them."""
        actor.client.raise_request_exception = False
        self.outcome = Outcome()
        self._world, self._actor = world, actor
        self._bodies = bodies
        self._own: Digest = digest(world.shop)
        self._stored: Digest = digest(world.other)
        self._seen: dict[str, Digest] = {
            alias: digest_inside(world.other, using=alias) for alias in ALIASES
        }

    def over(self, asked: Iterable[Page] | None = None) -> Outcome:
        """Ask every cell of these pages, or of all."""
        for page in pages() if asked is None else asked:
            self._page(page)
        for table in changed(self._stored, digest(self._world.other)):
            self._wrong(f"changed foreign {table}")
        for table in changed(self._own, digest(self._world.shop)):
            self._wrong(f"changed {table} where it was refused")
        return self.outcome

    def _page(self, page: Page) -> None:
        if page.audience is None and page.view not in THIRD_PARTY:
            self._wrong(f"{page.route}: says not whom it is for")
        prints: Prints = {}
        for target in targets(page, self._world):
            if self._actor.there_too and target.reach is Reach.OTHER_SHOP:
                continue
            for method in methods_for(page, target):
                for name, body in self._bodies.of(page, method, target).items():
                    self._cell(Cell(page, method, target, name), body, prints)
        if page.in_shop or not self._actor.reaches_both:
            self._compare(page, prints)

    def _compare(self, page: Page, prints: Prints) -> None:
        """Find what tells something foreign from something missing."""
        for key, twin in _twins(prints):
            parts = prints[key].differs_in(prints[twin])
            if parts:
                self._wrong(f"{page.route}: {key} unlike {twin} in {parts}")

    def _cell(self, cell: Cell, body: Body, prints: Prints) -> None:
        wanted = expected(cell.page, cell.method, self._actor, cell.target)
        url = cell.target.url
        tried = wanted in ALLOWED
        with same_cookies(self._actor.client), undone() if tried else nullcontext():
            answer = ask(self._actor.client, cell.method, url, body)
            prints[cell.key] = fingerprint(answer, url=url)
            touched = self._touched(cell) if tried else []
            inside = tried and self._is_let_in(cell)
        self.outcome.cells += 1
        fault = fault_of(answer, wanted, self._actor, cell.page, cell.target)
        if fault:
            self._wrong(f"{cell}: {fault}, not {wanted.value}")
        if inside:
            self._wrong(f"{cell}: lets in who may not be in the shop")
        for table in touched:
            self._wrong(f"{cell}: changed foreign {table}")

    def _is_let_in(self, cell: Cell) -> bool:
        """Tell whether the shop is open now to somebody who may not be in it."""
        if self._actor.standing is Standing.MEMBER or _is_last_step(self._actor, cell):
            return False
        if not has_written(using=DEFAULT_DB_ALIAS):
            return False
        return self._actor.client.get(self._world.shop.url()).status_code == 200

    def _touched(self, cell: Cell) -> list[str]:
        """Return the other shop's tables that the open transactions changed."""
        found: list[str] = []
        if _is_theirs(self._actor, cell):
            return found
        for alias in ALIASES:
            if has_written(using=alias):
                seen = digest_inside(self._world.other, using=alias)
                found += changed(self._seen[alias], seen)
        return found

    def _wrong(self, what: str) -> None:
        self.outcome.wrong.append(f"{self._actor.name}: {what}")


def methods_for(page: Page, target: Target) -> tuple[str, ...]:
    """Return the methods to ask a target with.

    All of them at the own target; elsewhere those alone that the page takes, since a
    method is refused before anything is looked up.
    """
    if target.reach is Reach.OWN:
        return METHODS
    taken = allowed(page.access) if page.access else {"GET", "HEAD", "POST"}
    return tuple(method for method in METHODS if method in taken)


def _is_theirs(actor: Actor, cell: Cell) -> bool:
    """Tell whether an actor may change something of the other shop here."""
    return actor.reaches_both and not cell.page.in_shop


def _is_last_step(actor: Actor, cell: Cell) -> bool:
    """Tell whether a cell is the step that was missing: to say "I kept the codes"."""
    return actor.led_to == cell.page.name == "recovery_codes"


def _twins(prints: Prints) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield each answer about something foreign with that about something missing."""
    for key in prints:
        twin = TWIN.get(Reach(key[0]))
        other = (twin.value, *key[1:]) if twin else ()
        if other in prints:
            yield key, other
