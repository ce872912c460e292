"""Memberships and rights of the person who asks; shops and names."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from guardian.core import ObjectPermissionChecker

from sellers.models import Membership, Person, Seller
from sellers.queries.terms import lasting
from sellers.roles import ROLES, Right


def memberships_of(*, person_id: UUID, now: datetime) -> list[Membership]:
    """Return a person's memberships with their shops, by shop name.

    A membership whose end has come counts as none, and nobody works in a closed
    shop. Call inside `vault.context.person_scope`; outside of it there are no rows.
    """
    rows: QuerySet[Membership] = lasting(now=now).filter(
        person_id=person_id, seller__closed_at=None
    )
    return list(rows.select_related("seller").order_by("seller__name", "id"))


def rights_in(*, person: Person, seller: Seller, now: datetime) -> frozenset[Right]:
    """Return what a person may do in the seller in scope, as guardian holds it.

    Whoever is no member, or not any more, may do nothing, and nobody in a closed shop.
    """
    member = lasting(now=now).filter(
        seller=seller, person=person, seller__closed_at=None
    )
    if not member.exists():
        return frozenset()
    return rights_of_member(person=person, seller=seller)


def rights_of_member(*, person: Person, seller: Seller) -> frozenset[Right]:
    """Return what a person may do in the seller in scope, whose member they are now.

    For callers that have just read the membership; all others ask `rights_in`.
    """
    if not person.is_active:
        return frozenset()
    held = ObjectPermissionChecker(person).get_perms(seller)
    return frozenset(right for right in Right if right.value in held)


def people_names(*, ids: set[UUID]) -> dict[UUID, str]:
    """Return the names of people by id, for showing who did something."""
    return dict(Person.objects.filter(id__in=ids).values_list("id", "name"))


def names_with(*, seller: Seller, right: Right, now: datetime) -> list[str]:
    """Return the names of those whose role holds a right in the seller in scope."""
    roles = [role.code for role in ROLES.values() if right in role.rights]
    rows = lasting(now=now).filter(
        seller=seller, role__in=roles, person__is_active=True
    )
    return list(rows.order_by("joined_at", "id").values_list("person__name", flat=True))


def seller_by_slug(*, slug: str, with_closed: bool = False) -> Seller:
    """Return a shop for a command line; raise `Seller.DoesNotExist`."""
    sellers = Seller.objects.all()
    return (sellers if with_closed else sellers.filter(closed_at=None)).get(slug=slug)


def all_sellers(*, with_closed: bool = False) -> list[Seller]:
    """Return every shop, for sweeps and commands; pages never call this.

    A closed shop has no rows left; only its log is worth a look.
    """
    sellers = Seller.objects.order_by("slug")
    return list(sellers if with_closed else sellers.filter(closed_at=None))
