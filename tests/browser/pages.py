"""Every page of the portal in one table: as whom it is opened, and how it is reached.

A page that stands in no table makes the suite red, so this grows with the portal: one
line for a page. ``make screens`` takes its pictures by the same table.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import Page as Tab

from tests.matrix.walk import Page, pages

#: Besides the roles of the shop: nobody who signed in, staff of the operator,
STRANGER, STAFF = "stranger", "staff"
#: somebody between password and code, somebody without a second factor, somebody who
#: has yet to keep the recovery codes.
HALFWAY, NEWCOMER, UNKEPT = "halfway", "newcomer", "unkept"
#: Where a page can be shown: in tests (with second factor) or in the demo (without).
TESTS, DEMO = "tests", "demo"


@dataclass(frozen=True, slots=True)
class Visit:
    """One page in one state.

    ``name`` is the name of its address. ``via`` names the page that has a link to it,
    where its address has blanks other than the shop. ``status`` is what it answers,
    ``state`` tells it apart from other visits to the same page, ``only`` is where
    alone it can be shown. ``{slug}`` in ``tail`` stands for the shop's.
    """

    name: str
    person: str
    via: str = ""
    tail: str = ""
    state: str = ""
    status: int = 200
    path: str = ""
    only: str = ""

    @property
    def label(self) -> str:
        """Return a name for it that is a file's name too."""
        name = re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")
        return "-".join(part for part in (name, self.state) if part)


_WORN_OUT = "/account/password/0-worn-out/"

VISITS: tuple[Visit, ...] = (
    # The door
    Visit("account_login", STRANGER),
    Visit("mfa_authenticate", HALFWAY, only=TESTS),
    Visit("recovery_code", HALFWAY, only=TESTS),
    Visit("signed_out", STRANGER),
    Visit("account_signup", STRANGER),
    Visit("account_inactive", STRANGER),
    Visit("account_reset_password", STRANGER),
    Visit("account_reset_password_done", STRANGER),
    Visit("account_reset_password_from_key_done", STRANGER),
    Visit("account_reset_password_from_key", STRANGER, path=_WORN_OUT),
    Visit("sellers:invitation-accept", STRANGER, state="gone", status=410),
    # Whoever is signed in
    Visit("sellers:shop-list", "owner"),
    Visit("sellers:new-shop", "owner"),
    Visit("sellers:left", "owner"),
    Visit("your_sign_in", "owner"),
    Visit("account_change_password", "owner"),
    Visit("second_factor", NEWCOMER, only=TESTS),
    Visit("second_factor", "owner", state="replace", only=TESTS),
    Visit("recovery_codes", UNKEPT, only=TESTS),
    Visit("recovery_codes_new", "owner", only=TESTS),
    Visit("account_logout", "owner"),
    # The shop
    Visit("today", "owner"),
    Visit("today", "fulfilment", state="fulfilment"),
    Visit("orders:order-list", "owner"),
    Visit("orders:order-list", "owner", tail="?view=leaving", state="leaving"),
    Visit("orders:order-list", "owner", tail="?q=nothing", state="filtered-to-nothing"),
    Visit("orders:order-list", "owner", tail="?view=without-news", state="no-news"),
    Visit("orders:order-detail", "fulfilment", via="orders:order-list"),
    Visit("orders:order-remove", "owner", via="orders:order-detail"),
    Visit("orders:order-shipped", "fulfilment", via="orders:order-detail"),
    Visit("orders:order-cancelled", "fulfilment", via="orders:order-detail"),
    Visit("marketplaces:import-list", "owner"),
    Visit("marketplaces:import-new", "owner"),
    Visit("marketplaces:import-page", "owner", via="marketplaces:import-list"),
    Visit("compliance:exposure", "owner"),
    Visit("compliance:holds", "owner"),
    Visit("compliance:hold-new", "owner"),
    Visit("compliance:hold", "owner", via="compliance:holds"),
    Visit("compliance:hold", "manager", via="compliance:holds", state="own"),
    Visit("compliance:hold", "owner", via="compliance:exposure", state="live"),
    Visit("compliance:rule-new", "owner"),
    Visit("compliance:rule", "owner", via="compliance:holds"),
    Visit("compliance:hold-certificate", "owner"),
    Visit("compliance:retention", "owner"),
    Visit("compliance:retention", "auditor", state="reading"),
    Visit("compliance:retention-change", "owner", via="compliance:retention"),
    Visit("compliance:second-clock", "owner", via="compliance:retention"),
    Visit(
        "compliance:retention-preview",
        "owner",
        path="/s/{slug}/exposure/retention/amazon/preview/",
        tail="?days=20&margin_days=2&months=18",
    ),
    Visit("people:people", "owner"),
    Visit("people:people", "auditor", state="reading"),
    Visit("people:invite", "owner"),
    Visit("people:review", "owner"),
    Visit("people:leave", "owner", only=TESTS),
    Visit("people:change", "owner", via="people:people"),
    Visit("people:remove", "owner", via="people:change"),
    # Staff of the operator
    Visit("staff_sign_in", STRANGER),
    Visit("staff:board", STAFF),
    Visit("staff:board", STAFF, tail="?suspend={slug}", state="suspend"),
    Visit("staff:shop", STAFF, via="staff:board"),
    # What was refused
    Visit("compliance:exposure", "support", state="forbidden", status=403),
    Visit("", STRANGER, path="/nowhere/", state="not-found", status=404),
)

#: Addresses that answer GET and are no page to look at, each with the reason.
NO_PAGE: dict[str, str] = {
    "healthz": "a sentence for programs",
    "healthz-purge": "facts for programs",
    "sellers:invitation": "takes the token out of the address and redirects",
    "sellers:leave-demo": "there only for who owns a shop beside the demo; own test",
    "recovery_codes_file": "a file",
    "sellers:left-certificate": "a file",
    "marketplaces:import-sample": "a file",
    "marketplaces:import-sample-events": "a file",
    "orders:order-delivered": "the form of order-shipped; for shipped orders alone",
    "orders:order-lost": "the form of order-shipped; for shipped orders alone",
    "orders:evidence-run": "follows a selection; own test",
    "staff:board-sheet": "a file",
}

_ADMIN = "admin:"
_LIST, _ROW = "_changelist", "_change"


def visits(*, where: str) -> list[Visit]:
    """Return all visits that can be made in tests or in the demo.

    The pages of the stock admin are found by their names, so they need no line.
    """
    listed = [visit for visit in VISITS if visit.only in ("", where)]
    return [*listed, *(_admin_visit(page) for page in get_pages() if _is_admin(page))]


def get_pages() -> list[Page]:
    """Return every address of the portal that answers GET."""
    return [p for p in pages() if p.access is None or "GET" in p.access.methods]


def unlisted(found: Iterable[Page]) -> list[str]:
    """Return the names of pages that stand in no table."""
    known = {visit.name for visit in VISITS} | set(NO_PAGE)
    names = {page.name or page.route for page in found if not _is_admin(page)}
    return sorted(names - known)


def go(tab: Tab, visit: Visit, *, origin: str, slug: str) -> int:
    """Open the page of a visit; return the status that it answered."""
    tail = visit.tail.format(slug=slug)
    if visit.via:
        _open_named(tab, visit.via, origin=origin, slug=slug)
        path = _link(tab, visit.name)
    else:
        path = visit.path.format(slug=slug) or _reversed(visit.name, slug)
    answer = tab.goto(origin + path + tail)
    assert answer is not None
    return answer.status


def _open_named(tab: Tab, name: str, *, origin: str, slug: str) -> None:
    """Open a page by its name, by way of the page that has the link where need be."""
    via = next((v.via for v in VISITS if v.name == name), "")
    if via:
        _open_named(tab, via, origin=origin, slug=slug)
    tab.goto(origin + (_link(tab, name) if via else _reversed(name, slug)))


def _reversed(name: str, slug: str) -> str:
    blanks = {blank for p in pages() if p.name == name for blank, _ in p.blanks}
    path: str = reverse(name, kwargs={"seller": slug} if "seller" in blanks else {})
    return path


def _link(tab: Tab, name: str) -> str:
    """Return the path of the first link on the page that leads to a named address."""
    links = tab.eval_on_selector_all("main a[href]", "all => all.map(a => a.href)")
    for path in (urlsplit(link).path for link in links):
        try:
            if resolve(path).view_name == name:
                return str(path)
        except Resolver404:
            continue
    message = f"No link on {tab.url} leads to {name}."
    raise LookupError(message)


def _is_admin(page: Page) -> bool:
    return page.name.startswith(_ADMIN)


def _admin_visit(page: Page) -> Visit:
    via = f"{page.name.removesuffix(_ROW)}{_LIST}" if page.name.endswith(_ROW) else ""
    return Visit(page.name, STAFF, via=via)
