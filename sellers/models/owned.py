"""What belongs to one seller."""

from django.db import models

from sellers.models.seller import Seller


class SellerOwned(models.Model):
    """A row of one seller; its table has forced row security (a law checks it)."""

    # Every index of a tenant table starts with the seller. One on it alone misleads
    # the planner: key checks on a new table then read all rows of the seller.
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        """No table of its own."""

        abstract = True
