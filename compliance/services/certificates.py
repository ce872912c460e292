"""The certificate that a shop's holds and tax rules are sealed to."""

from datetime import datetime
from uuid import UUID

from compliance.models import HoldCertificate
from compliance.services.approving import HoldRefused, one_at_a_time
from vault.certificates import read_certificate
from vault.context import current_scope
from vault.kinds import Kind
from vault.ledger import append


class NoCertificate(HoldRefused):
    """The shop has no certificate yet, so nothing can be sealed to it."""


class CertificateKnown(HoldRefused):
    """The certificate is in the shop already."""


def latest_certificate(*, seller_id: UUID) -> HoldCertificate | None:
    """Return the certificate that items are sealed to now."""
    rows = HoldCertificate.objects.filter(seller_id=seller_id)
    return rows.order_by("-added_at", "-id").first()


def needed_certificate(*, seller_id: UUID) -> HoldCertificate:
    """Return the shop's certificate; raise `NoCertificate`."""
    certificate = latest_certificate(seller_id=seller_id)
    if certificate is None:
        raise NoCertificate
    return certificate


def add_certificate(*, text: str, person_id: UUID, now: datetime) -> HoldCertificate:
    """Take a certificate for the shop in scope; items from now on are sealed to it.

    Items that are there stay under theirs. Raises `CertificateUnfit`, first where the
    text holds a private key, and `CertificateKnown`.
    """
    facts = read_certificate(text=text, now=now)
    seller_id = current_scope().seller_id
    one_at_a_time(seller_id=seller_id)
    known = HoldCertificate.objects.filter(seller_id=seller_id, sha256=facts.sha256)
    if known.exists():
        raise CertificateKnown
    certificate = HoldCertificate.objects.create(
        seller_id=seller_id,
        pem=facts.pem,
        sha256=facts.sha256,
        ends_at=facts.ends_at,
        added_at=now,
        added_by_id=person_id,
    )
    append(
        kind=Kind.CERTIFICATE_ADDED_HOLDS,
        now=now,
        subject_id=certificate.id,
        facts={"sha256": facts.sha256},
    )
    return certificate
