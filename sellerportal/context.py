"""What every page's frame needs: shop, shops, menu, theme, demo."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sellerportal.today.counts import MenuCounts, menu_counts
from sellers.demo_mode import demo_mode
from sellers.models import Membership, Seller
from sellers.roles import Right
from vault.clock import clock
from vault.context import has_scope

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the menu."""

    label: str
    url: str
    icon: str
    current: bool
    count: str = ""
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class ShopChoice:
    """One shop in the switcher."""

    name: str
    slug: str
    initials: str
    current: bool
    url: str


@dataclass(frozen=True, slots=True)
class ShopFrame:
    """The shop that the page is in; ``zone_name`` is an IANA time zone."""

    name: str
    slug: str
    initials: str
    subtitle: str
    zone_name: str
    may_leave: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a page, as templates/shell.html reads it."""

    demo: bool
    may_open_shops: bool
    theme: str
    now: datetime
    person_name: str
    person_initials: str
    person_role_name: str
    shops: tuple[ShopChoice, ...]
    shop: ShopFrame | None
    nav: tuple[NavItem, ...]


def portal(request: HttpRequest) -> dict[str, Frame]:
    """Return the frame as ``portal``; asks the database once at most, for the menu."""
    memberships: list[Membership] = getattr(request, "memberships", [])
    seller: Seller | None = getattr(request, "seller", None)
    membership: Membership | None = getattr(request, "membership", None)
    rights: frozenset[Right] = getattr(request, "rights", frozenset())
    person = memberships and getattr(request, "user", None)
    chosen = request.COOKIES.get("theme", "")
    frame = Frame(
        demo=demo_mode(),
        may_open_shops=settings.PORTAL_OPEN_SHOPS,
        theme=chosen if chosen in THEMES else "",
        now=clock.now(),
        person_name=person.name if person else "",
        person_initials=person.initials if person else "",
        person_role_name=str(membership.role_class.name) if membership else "",
        shops=tuple(_choice(m.seller, seller) for m in memberships),
        shop=_shop(seller, membership, rights) if seller else None,
        nav=_nav(request, seller) if seller else (),
    )
    return {"portal": frame}


def _shop(
    seller: Seller, membership: Membership | None, rights: frozenset[Right]
) -> ShopFrame:
    return ShopFrame(
        name=seller.name,
        slug=seller.slug,
        initials=seller.initials,
        subtitle=str(membership.role_class.name) if membership else "",
        zone_name=seller.time_zone,
        may_leave=Right.CLOSE_SHOP in rights and not seller.demo,
    )


def _choice(seller: Seller, current: Seller | None) -> ShopChoice:
    return ShopChoice(
        name=seller.name,
        slug=seller.slug,
        initials=seller.initials,
        current=current is not None and seller.id == current.id,
        url=reverse("today", args=[seller.slug]),
    )


def _nav(request: HttpRequest, seller: Seller) -> tuple[NavItem, ...]:
    rights: frozenset[Right] = getattr(request, "rights", frozenset())
    counts = _counts(request, seller)
    entries = (
        (Right.VIEW_ORDERS, _("Today"), "today", "home", ""),
        (Right.VIEW_ORDERS, _("Orders"), "orders:order-list", "list", counts.unshipped),
        (Right.IMPORT_ORDERS, _("Imports"), "marketplaces:import-list", "up", ""),
        (
            Right.VIEW_EXPOSURE,
            _("Buyer data"),
            "compliance:exposure",
            "shield",
            counts.past_limit,
        ),
        (Right.VIEW_EXPOSURE, _("People"), "people:people", "people", ""),
    )
    items = []
    for right, label, name, icon, count in entries:
        if right not in rights:
            continue
        url = reverse(name, args=[seller.slug])
        # Every address of the shop begins like Today's.
        here = request.path == url if name == "today" else request.path.startswith(url)
        items.append(
            NavItem(
                label=label,
                url=url,
                icon=icon,
                current=here,
                count=count,
                alarm=icon == "shield",
            )
        )
    return tuple(items)


def _counts(request: HttpRequest, seller: Seller) -> MenuCounts:
    """Count for whole pages only: a fragment for htmx has no menu, an error no rows."""
    fragment = bool(getattr(request, "htmx", False))
    if fragment or not has_scope() or connection.needs_rollback:
        return MenuCounts()
    return menu_counts(seller_id=seller.id, now=clock.now())
