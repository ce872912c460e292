"""What staff find in their lists: shops, people, roles, jobs, the log. No buyer."""

from typing import Any, ClassVar

from django.contrib.admin import display, register
from django.utils.translation import gettext_lazy as _

from compliance.models import SweepRun
from marketplaces.models import ImportRun
from sellerportal.staff.listed import ReadOnlyAdmin
from sellerportal.staff.people_list import PersonAdmin
from sellerportal.staff.site import site
from sellers.models import (
    Invitation,
    Membership,
    Seller,
    SellerGroupPermission,
    SellerPersonPermission,
    StaffMember,
)
from sellers.queries import all_sellers
from vault.models import LedgerEntry

__all__ = ["PersonAdmin", "site"]


@register(Seller, site=site)
class SellerAdmin(ReadOnlyAdmin):
    """Shops."""

    words = (_("Shops"), _("Shop"))
    columns = ("name", "slug", "time_zone", "made_at", "demo", "closed_at")
    loaded = columns
    search_fields = ("name", "slug")
    list_filter = ("demo",)
    ordering = ("name",)


@register(Membership, site=site)
class MembershipAdmin(ReadOnlyAdmin):
    """Who works in which shop."""

    words = (_("Memberships"), _("Membership"))
    columns = ("person", "seller", "role", "opens_buyer_data", "joined_at", "ends_on")
    loaded = ("person__name", "seller__name", *columns[2:])
    shop_column = "seller_id"
    related = ("person", "seller")
    search_fields = ("person__name", "person__email", "seller__name")
    list_filter = ("role", "opens_buyer_data")
    ordering = ("seller__name", "person__name")


@register(Invitation, site=site)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was asked to work in a shop; the token is not kept, its hash not shown."""

    words = (_("Invitations"), _("Invitation"))
    columns = ("email", "seller", "role", "made_at", "expires_at", "accepted_at")
    shown = (*columns, "withdrawn_at")
    loaded = ("email", "seller__name", *shown[2:])
    shop_column = "seller_id"
    related = ("seller",)
    search_fields = ("email", "seller__name")
    list_filter = ("role",)
    ordering = ("-made_at",)


class PermissionAdmin(ReadOnlyAdmin):
    """What somebody may do in a shop, as guardian holds it."""

    shop_column = "content_object_id"
    ordering = ("content_object__name",)
    search_fields = ("content_object__name",)

    @display(description=_("Shop"))
    def shop(self, row: Any) -> str:
        """Name the shop."""
        return str(row.content_object.name)

    @display(description=_("Right"))
    def right(self, row: Any) -> str:
        """Name the right."""
        return str(row.permission.codename)


@register(SellerGroupPermission, site=site)
class RolePermissionAdmin(PermissionAdmin):
    """What each role of a shop may do."""

    words = (_("Rights of roles"), _("Right of a role"))
    columns = ("shop", "role", "right")
    loaded = ("content_object__name", "group__name", "permission__codename")
    related = ("content_object", "group", "permission")

    @display(description=_("Role"))
    def role(self, row: Any) -> str:
        """Name the role; the group's name is the shop's id and the role."""
        return str(row.group.name).partition(":")[2]


@register(SellerPersonPermission, site=site)
class PersonPermissionAdmin(PermissionAdmin):
    """What single people may do beyond their role."""

    words = (_("Rights of single people"), _("Right of a person"))
    columns = ("shop", "who", "right")
    loaded = ("content_object__name", "user__name", "permission__codename")
    related = ("content_object", "user", "permission")

    @display(description=_("Person"))
    def who(self, row: Any) -> str:
        """Name the person."""
        return str(row.user.name)


@register(StaffMember, site=site)
class StaffMemberAdmin(ReadOnlyAdmin):
    """People of the operator; made and ended by a command of the owner's."""

    words = (_("Staff"), _("Staff"))
    columns = ("person", "role", "since", "ended_at")
    loaded = ("person__name", *columns[1:])
    related = ("person",)
    list_filter = ("role",)
    ordering = ("person__name",)


@register(ImportRun, site=site)
class ImportRunAdmin(ReadOnlyAdmin):
    """Imports: when and how many rows, never what was in them or how they are named."""

    words = (_("Imports"), _("Import"))
    columns = ("seller", "kind", "started_at", "ended_at", "rows", "orders", "rejected")
    shown = (*columns, "encoding", "lines", "created", "updated", "unchanged")
    loaded = ("seller__name", *shown[1:])
    shop_column = "seller_id"
    related = ("seller",)
    search_fields = ("seller__name",)
    ordering = ("-started_at",)


@register(SweepRun, site=site)
class SweepRunAdmin(ReadOnlyAdmin):
    """Runs of the sweep over all shops."""

    words = (_("Sweeps"), _("Sweep"))
    # How many orders a run purged would add up across shops: it is not shown.
    columns = ("started_at", "ended_at", "days_destroyed", "waiting")
    loaded = columns
    ordering = ("-started_at",)


@register(LedgerEntry, site=site)
class LedgerEntryAdmin(ReadOnlyAdmin):
    """The logs of the shops, which hold no personal data."""

    words = (_("Logs of the shops"), _("Entry of a log"))
    columns = ("at", "shop", "kind", "actor_kind", "seq")
    shown = (*columns, "actor_id", "subject_id", "facts", "previous_hash", "entry_hash")
    shop_column = "seller_id"
    loaded: ClassVar[Any] = ("seller_id", *(n for n in shown if n != "shop"))
    ordering = ("-at", "-id")
    list_filter = ("actor_kind",)
    search_fields = ("kind",)

    @display(description=_("Shop"))
    def shop(self, row: LedgerEntry) -> str:
        """Name the shop; a log outlives its shop, so there is no key to it."""
        return self._names().get(row.seller_id, str(row.seller_id))

    def _names(self) -> dict[Any, str]:
        return {seller.id: seller.name for seller in all_sellers()}
