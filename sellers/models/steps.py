"""First steps of a shop that leave no other trace."""

from django.db import models

from sellers.models.owned import SellerOwned
from vault.privacy import Privacy
from vault.rows import new_id


class StartStep(SellerOwned):
    """Something that was done in a shop for the first time, such as a page seen."""

    privacy = Privacy(plain=frozenset({"id", "seller", "name", "at"}))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        """A step is done once."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "name"], name="sellers_start_step_once"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="sellers_start_step_seller_id"
            ),
        ]
