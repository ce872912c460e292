"""What the frame of a staff page needs: who is here, and the menu."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sellerportal.context import NavItem
from sellers.models import Person, StaffMember


@dataclass(frozen=True, slots=True)
class StaffFrame:
    """The frame, as templates/staff/shell.html reads it."""

    name: str
    initials: str
    role_name: str
    nav: tuple[NavItem, ...]


def staff(request: HttpRequest) -> dict[str, StaffFrame]:
    """Return the frame as ``staff_frame`` on staff pages; asks the database nothing."""
    member = getattr(request, "staff", None)
    if not isinstance(member, StaffMember):
        return {}
    person: Person = request.user  # type: ignore[assignment]
    role = member.get_role_display()
    frame = StaffFrame(
        name=person.name,
        initials=person.initials,
        role_name=_("Staff, %(role)s") % {"role": role.lower()},
        nav=tuple(_nav(request)),
    )
    return {"staff_frame": frame}


def _nav(request: HttpRequest) -> list[NavItem]:
    here, home = request.path, reverse("staff:board")
    lists = (
        (_("Shops"), "sellers_seller", "shop"),
        (_("People"), "sellers_person", "people"),
        (_("Memberships"), "sellers_membership", "user"),
        (_("Jobs"), "marketplaces_importrun", "list"),
        (_("Log"), "vault_ledgerentry", "hash"),
    )
    shops = f"{home}shops/"
    at_home = here == home or here.startswith(shops)
    items = [NavItem(_("Exposure board"), home, "shield", current=at_home)]
    for label, name, icon in lists:
        url = reverse(f"admin:{name}_changelist")
        items.append(NavItem(label, url, icon, current=here.startswith(url)))
    index = reverse("admin:index")
    items.append(NavItem(_("All lists"), index, "search", current=here == index))
    items.insert(-2, NavItem(_("Health"), f"{home}#health", "heart", current=False))
    return items
