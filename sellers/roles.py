"""Rights and roles: what each role may do, in words that the screens print."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vault.kinds import Purpose


class Right(StrEnum):
    """What a member may do in a shop; each is a permission on the seller object."""

    VIEW_ORDERS = "view_orders"
    SHIP_ORDERS = "ship_orders"
    IMPORT_ORDERS = "import_orders"
    VIEW_STOCK = "view_stock"
    CHANGE_STOCK = "change_stock"
    VIEW_EXPOSURE = "view_exposure"
    REMOVE_BUYERS = "remove_buyers"
    MANAGE_HOLDS = "manage_holds"
    SET_RETENTION = "set_retention"
    CLOSE_SHOP = "close_shop"
    MANAGE_MEMBERS = "manage_members"
    OPEN_BUYER_DATA = "open_buyer_data"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its code, name, icon, rights and a description for people.

    ``description`` says what the role does, ``buyer_words`` what of buyers it is
    shown. Opening buyer data is no right of a role: it is given to a person, and then
    works for the role's ``purposes`` alone. A role without purposes never has it.
    """

    code: str
    name: Promise
    icon: str
    description: Promise
    buyer_words: Promise
    rights: frozenset[Right]
    purposes: frozenset[Purpose] = frozenset()

    @property
    def may_open_buyer_data(self) -> bool:
        """Tell whether a holder of this role may be given buyer data at all."""
        return bool(self.purposes)


OWNER = Role(
    code="owner",
    name=_("Owner"),
    icon="people",
    description=_(
        "Runs the shop: everything a manager does, who works here with which role, "
        "how long buyers are kept, and closing the shop."
    ),
    buyer_words=_(
        "Is shown buyers only for a stated purpose, as everyone; is recorded too."
    ),
    rights=frozenset(Right) - {Right.OPEN_BUYER_DATA},
    purposes=frozenset(Purpose),
)
MANAGER = Role(
    code="manager",
    name=_("Manager"),
    icon="user",
    description=_(
        "Does all daily work: orders and imports, watches which buyer data is "
        "there, removes buyers early and places holds."
    ),
    buyer_words=_(
        "Is shown buyers only for a stated purpose, as everyone; is recorded too."
    ),
    rights=frozenset(Right)
    - {
        Right.OPEN_BUYER_DATA,
        Right.MANAGE_MEMBERS,
        Right.SET_RETENTION,
        Right.CLOSE_SHOP,
    },
    purposes=frozenset(Purpose),
)
FULFILMENT = Role(
    code="fulfilment",
    name=_("Fulfilment"),
    icon="truck",
    description=_("Packs and delivers: sees what must ship and what is late."),
    buyer_words=_("May be shown a buyer to pack and to deliver, for nothing else."),
    rights=frozenset({Right.VIEW_ORDERS, Right.SHIP_ORDERS, Right.VIEW_STOCK}),
    purposes=frozenset({Purpose.PACK, Purpose.DELIVER}),
)
INVENTORY = Role(
    code="inventory",
    name=_("Inventory"),
    icon="box",
    description=_("Looks after the goods: sees orders and their items."),
    buyer_words=_("Is never shown a buyer, and sees no button for it."),
    rights=frozenset({Right.VIEW_ORDERS, Right.VIEW_STOCK, Right.CHANGE_STOCK}),
)
SUPPORT = Role(
    code="support",
    name=_("Support"),
    icon="mail",
    description=_("Answers buyers. Sees orders, changes none."),
    buyer_words=_("May be shown a buyer to answer that buyer, for nothing else."),
    rights=frozenset({Right.VIEW_ORDERS}),
    purposes=frozenset({Purpose.ANSWER}),
)
AUDITOR = Role(
    code="auditor",
    name=_("Auditor"),
    icon="shield",
    description=_(
        "Reads orders, people, which buyer data is there, purges and who saw what. "
        "Changes nothing."
    ),
    buyer_words=_("Is never shown a buyer. Give this role an end day."),
    rights=frozenset({Right.VIEW_ORDERS, Right.VIEW_STOCK, Right.VIEW_EXPOSURE}),
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (OWNER, MANAGER, FULFILMENT, INVENTORY, SUPPORT, AUDITOR)
}
ROLE_CHOICES = [(role.code, role.name) for role in ROLES.values()]


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a person works in a shop; no member from ``ends_on`` (UTC) on."""

    role: Role
    opens_buyer_data: bool
    ends_on: date | None = None

    @property
    def code(self) -> str:
        """Return the terms as one word, to tell whether they changed meanwhile."""
        return f"{self.role.code}:{int(self.opens_buyer_data)}:{self.ends_on or ''}"

    @property
    def rights(self) -> frozenset[Right]:
        """Return all that a person on these terms may do."""
        opening = {Right.OPEN_BUYER_DATA} if self.opens_buyer_data else set()
        return self.role.rights | opening

    @classmethod
    def of_code(cls, code: str) -> "Terms":
        """Return the terms that a `code` names; raise `ValueError` for any other."""
        role, opens, end = code.split(":")
        if role not in ROLES or opens not in {"0", "1"}:
            message = "no role, or neither 0 nor 1"
            raise ValueError(message)
        return cls(
            role=ROLES[role],
            opens_buyer_data=opens == "1",
            ends_on=date.fromisoformat(end) if end else None,
        )
