"""Rights and roles: what each role may do, in words that the screens print."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Right(StrEnum):
    """What a member may do in a shop; each is a permission on the seller object."""

    VIEW_ORDERS = "view_orders"
    SHIP_ORDERS = "ship_orders"
    IMPORT_ORDERS = "import_orders"
    VIEW_STOCK = "view_stock"
    CHANGE_STOCK = "change_stock"
    VIEW_EXPOSURE = "view_exposure"
    MANAGE_MEMBERS = "manage_members"
    OPEN_BUYER_DATA = "open_buyer_data"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its code, its name, its rights and a description for people.

    Opening buyer data is no right of a role. It is given to a person, and
    ``may_open_buyer_data`` says whether a holder of this role may have it at all.
    """

    code: str
    name: Promise
    description: Promise
    rights: frozenset[Right]
    may_open_buyer_data: bool


OWNER = Role(
    code="owner",
    name=_("Owner"),
    description=_(
        "Runs the shop and decides who works in it. Buyers stay hidden for the owner "
        "too until shown for a purpose, and each showing is recorded."
    ),
    rights=frozenset(Right) - {Right.OPEN_BUYER_DATA},
    may_open_buyer_data=True,
)
MANAGER = Role(
    code="manager",
    name=_("Manager"),
    description=_("Runs orders, stock and imports, and watches buyer data exposure."),
    rights=frozenset(Right) - {Right.OPEN_BUYER_DATA, Right.MANAGE_MEMBERS},
    may_open_buyer_data=True,
)
FULFILMENT = Role(
    code="fulfilment",
    name=_("Fulfilment"),
    description=_("Packs and ships. May be shown an address to deliver an order."),
    rights=frozenset({Right.VIEW_ORDERS, Right.SHIP_ORDERS, Right.VIEW_STOCK}),
    may_open_buyer_data=True,
)
INVENTORY = Role(
    code="inventory",
    name=_("Inventory"),
    description=_("Keeps the stock right. Sees orders, never a buyer."),
    rights=frozenset({Right.VIEW_ORDERS, Right.VIEW_STOCK, Right.CHANGE_STOCK}),
    may_open_buyer_data=False,
)
SUPPORT = Role(
    code="support",
    name=_("Support"),
    description=_("Answers buyers. May be shown what an answer needs."),
    rights=frozenset({Right.VIEW_ORDERS}),
    may_open_buyer_data=True,
)
AUDITOR = Role(
    code="auditor",
    name=_("Auditor"),
    description=_(
        "Reads orders and the exposure page, changes nothing, sees no buyer."
    ),
    rights=frozenset({Right.VIEW_ORDERS, Right.VIEW_STOCK, Right.VIEW_EXPOSURE}),
    may_open_buyer_data=False,
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (OWNER, MANAGER, FULFILMENT, INVENTORY, SUPPORT, AUDITOR)
}
ROLE_CHOICES = [(role.code, role.name) for role in ROLES.values()]
