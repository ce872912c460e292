"""Memberships and rights of the person who asks."""

from uuid import UUID

from django.db.models import QuerySet
from guardian.core import ObjectPermissionChecker

from sellers.models import Membership, Person, Seller
from sellers.roles import Right


def memberships_of(*, person_id: UUID) -> list[Membership]:
    """Return a person's memberships with their shops, by shop name.

    Call inside `vault.context.person_scope`; outside of it there are no rows.
    """
    rows: QuerySet[Membership] = Membership.objects.filter(person_id=person_id)
    return list(rows.select_related("seller").order_by("seller__name", "id"))


def rights_in(*, person: Person, seller: Seller) -> frozenset[Right]:
    """Return what a person may do in the seller in scope, as guardian holds it."""
    if not person.is_active:
        return frozenset()
    held = ObjectPermissionChecker(person).get_perms(seller)
    return frozenset(right for right in Right if right.value in held)


def people_names(*, ids: set[UUID]) -> dict[UUID, str]:
    """Return the names of people by id, for showing who did something."""
    return dict(Person.objects.filter(id__in=ids).values_list("id", "name"))


def seller_by_slug(*, slug: str) -> Seller:
    """Return a shop for a command line; raise `Seller.DoesNotExist`."""
    return Seller.objects.get(slug=slug)


def all_sellers() -> list[Seller]:
    """Return every shop, for sweeps and commands; pages never call this."""
    return list(Seller.objects.order_by("slug"))
