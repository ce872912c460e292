"""Who works in which shop, and who was asked to."""

from django.db import models

from sellers.models.owned import SellerOwned
from sellers.models.people import Person
from sellers.roles import ROLE_CHOICES, ROLES, Role
from vault.privacy import Privacy
from vault.rows import new_id


class Membership(SellerOwned):
    """A person in a seller with a role.

    ``opens_buyer_data`` is the capability apart from the role; guardian's permission
    on the seller is given and taken together with it. From 00:00 UTC of ``ends_on``
    the person is no member any more; ``None``: no end is set.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "person",
                "role",
                "opens_buyer_data",
                "joined_at",
                "ends_on",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    opens_buyer_data = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    ends_on = models.DateField(null=True)

    class Meta:
        """A person is once in a shop."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "person"], name="sellers_member_once"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="sellers_membership_seller_id"
            ),
        ]

    @property
    def role_class(self) -> Role:
        """Return the role with its rights and its words."""
        return ROLES[self.role]


class Invitation(SellerOwned):
    """An invitation by e-mail. Only the hash of its token is kept.

    ``ends_on`` becomes the end of the membership that it makes.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "role",
                "opens_buyer_data",
                "token_hash",
                "made_at",
                "expires_at",
                "accepted_at",
                "invited_by",
                "withdrawn_at",
                "ends_on",
            }
        ),
        member=frozenset({"email"}),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    opens_buyer_data = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    ends_on = models.DateField(null=True)
    invited_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """A token is found within its seller."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "token_hash"], name="sellers_invitation_token"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="sellers_invitation_seller_id"
            ),
        ]
