"""The seller: the tenant."""

from django.db import models

from sellers.roles import Right
from vault.privacy import Privacy
from vault.rows import new_id


class Seller(models.Model):
    """A shop. ``time_zone`` is an IANA name; limits are counted in UTC all the same.

    ``demo`` marks an invented shop. ``closed_at``: since when nobody works here.
    """

    privacy = Privacy(
        plain=frozenset(
            {"id", "slug", "name", "time_zone", "made_at", "demo", "closed_at"}
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC")
    made_at = models.DateTimeField()
    demo = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """The rights are permissions on this model, for guardian."""

        default_permissions = ()
        permissions = [(right.value, right.value) for right in Right]

    def __str__(self) -> str:
        """Return the shop's name."""
        return self.name

    @property
    def initials(self) -> str:
        """Return up to two letters for the shop's tile."""
        words = [word for word in self.name.split() if word[:1].isalnum()]
        return "".join(word[0] for word in words[:2]).upper()
