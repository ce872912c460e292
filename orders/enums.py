"""Words for the state of an order, its packages, and the early end of its buyer."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FulfilledBy(TextChoices):
    """Who ships the order (Orders API 2026-01-01, ``fulfilledBy``)."""

    MERCHANT = "MERCHANT", _("You ship")
    AMAZON = "AMAZON", _("Amazon ships")


class FulfillmentStatus(TextChoices):
    """How far the order is (Orders API 2026-01-01, ``fulfillmentStatus``)."""

    PENDING_AVAILABILITY = "PENDING_AVAILABILITY", _("Pending availability")
    PENDING = "PENDING", _("Pending")
    UNSHIPPED = "UNSHIPPED", _("Unshipped")
    PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED", _("Partially shipped")
    SHIPPED = "SHIPPED", _("Shipped")
    CANCELLED = "CANCELLED", _("Cancelled")
    UNFULFILLABLE = "UNFULFILLABLE", _("Unfulfillable")


class PackageStatus(TextChoices):
    """Where a package is (Orders API 2026-01-01, ``packageStatus``)."""

    PENDING = "PENDING", _("Not handed over")
    SHIPPED = "SHIPPED", _("Shipped")
    IN_TRANSIT = "IN_TRANSIT", _("In transit")
    DELIVERED = "DELIVERED", _("Delivered")
    UNDELIVERABLE = "UNDELIVERABLE", _("Undeliverable")
    CANCELLED = "CANCELLED", _("Cancelled")


class JobState(TextChoices):
    """How far a job over many orders is, in the order in which states come."""

    QUEUED = "queued", _("Waits to run")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")


class RemovedWhy(TextChoices):
    """Why a buyer was removed before its day."""

    REQUEST = "buyer-request", _("The buyer asked for it")
    NOT_NEEDED = "not-needed", _("Not needed any more")
    OTHER = "other", _("Another reason")
    CANCELLED = "cancelled", _("The order was cancelled")
    AMAZON_SHIPS = "amazon-ships", _("Amazon ships the order")
    SHORTENED = "days-shortened", _("The shop keeps buyers for fewer days")
    DAY_CAME = "day-came", _("Its day came earlier")


#: What a person may give as the reason.
CHOSEN_WHY = (RemovedWhy.REQUEST, RemovedWhy.NOT_NEEDED, RemovedWhy.OTHER)


class CarrierWord(TextChoices):
    """What a carrier's event says of a package, in the portal's words."""

    ANNOUNCED = "announced", _("Announced")
    SHIPPED = "shipped", _("Shipped")
    ON_THE_WAY = "on-the-way", _("On the way")
    DELIVERED = "delivered", _("Delivered")
    UNDELIVERABLE = "undeliverable", _("Lost or undeliverable")
