"""Guardian's permissions, on the seller object only, as rows of that seller."""

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from sellers.models.seller import Seller
from vault.privacy import Privacy
from vault.rows import new_id


class SellerGroupPermission(GroupObjectPermissionBase):
    """What a role may do in a seller: one group for each seller and role."""

    privacy = Privacy(
        plain=frozenset({"id", "permission", "content_object", "group"}),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    content_object = models.ForeignKey(
        Seller,
        on_delete=models.CASCADE,
        db_column="seller_id",
        related_name="group_permissions",
    )

    class Meta:
        """Unique within the seller; guardian's own order starts with the group."""

        unique_together = ()
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "group", "permission"],
                name="sellers_group_permission",
            )
        ]


class SellerPersonPermission(UserObjectPermissionBase):
    """What one person may do in a seller beyond the role: open buyer data."""

    privacy = Privacy(
        plain=frozenset({"id", "permission", "content_object", "user"}),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    content_object = models.ForeignKey(
        Seller,
        on_delete=models.CASCADE,
        db_column="seller_id",
        related_name="person_permissions",
    )

    class Meta:
        """Unique within the seller; guardian's own order starts with the person."""

        unique_together = ()
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "user", "permission"],
                name="sellers_person_permission",
            )
        ]
