"""What belongs to one seller."""

from django.db import models

from sellers.models.seller import Seller


class SellerOwned(models.Model):
    """A row of one seller; its table has forced row security (a law checks it)."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """No table of its own."""

        abstract = True
