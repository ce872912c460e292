"""The certificate that a shop's holds are sealed to."""

from uuid import UUID

from compliance.models import HoldCertificate


def latest_certificate(*, seller_id: UUID) -> HoldCertificate | None:
    """Return the certificate that items are sealed to now."""
    rows = HoldCertificate.objects.filter(seller_id=seller_id)
    return rows.order_by("-added_at", "-id").first()
