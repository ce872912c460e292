"""The certificate that a shop's holds and tax rules are sealed to."""

from datetime import datetime
from uuid import UUID

from compliance.models import HoldCertificate
from compliance.queries.certificates import latest_certificate
from compliance.services.approving import HoldRefused, one_at_a_time
from vault.certificates import read_certificate
from vault.context import current_scope
from vault.kinds import Kind
from vault.ledger import append


class NoCertificate(HoldRefused):
    """The shop has no certificate yet, so nothing can be sealed to it."""


class CertificateEnded(HoldRefused):
    """The certificate's last day is over: nothing new is placed on it."""


class CertificateKnown(HoldRefused):
    """The certificate is in the shop already."""


def needed_certificate(*, seller_id: UUID) -> HoldCertificate:
    """Return the shop's certificate; raise `NoCertificate`."""
    certificate = latest_certificate(seller_id=seller_id)
    if certificate is None:
        raise NoCertificate
    return certificate


def refuse_ended_certificate(*, seller_id: UUID, now: datetime) -> None:
    """Raise `CertificateEnded` where the shop's certificate has ended; ``now``: UTC.

    What is approved goes on sealing to it: its key still opens, and what is not sealed
    in time is lost. Without any certificate a hold may be placed and waits for one.
    """
    certificate = latest_certificate(seller_id=seller_id)
    if certificate is not None and certificate.ends_at <= now:
        raise CertificateEnded


def add_certificate(
    *, given: str | bytes, person_id: UUID, now: datetime
) -> HoldCertificate:
    """Take a certificate for the shop in scope; items from now on are sealed to it.

    ``given`` is a text or the bytes of a file. Items that are there stay under theirs.
    Raises `CertificateUnfit`, first where a private key is in it, and
    `CertificateKnown`.
    """
    facts = read_certificate(given=given, now=now)
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
