"""The seller's certificate for holds: X.509 in PEM, RSA, without its private key."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, NameOID, load_pem_x509_certificate

#: Bits of RSA that a certificate must have at least (NIST SP 800-57, 128-bit security).
LEAST_BITS = 3072
#: Characters that a certificate in PEM has at most; one for holds has about 1,500.
LONGEST = 20_000
_PRIVATE = re.compile(r"PRIVATE\s+KEY", re.IGNORECASE)
_ONE = re.compile(
    r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----"
)


class Unfit(StrEnum):
    """Why a text is no certificate for holds."""

    PRIVATE_KEY = "holds a private key"
    UNREADABLE = "no certificate"
    SEVERAL = "several certificates"
    NOT_RSA = "no RSA key"
    SHORT = "key too short"
    ENDED = "ended"


class CertificateUnfit(Exception):
    """A text that holds cannot be sealed to. Holds the reason, never the text."""

    def __init__(self, reason: Unfit) -> None:
        """Name the reason."""
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A certificate alone, in PEM, with its fingerprint (hex) and its end (UTC)."""

    pem: str
    sha256: str
    ends_at: datetime


def read_certificate(*, text: str, now: datetime) -> CertificateFacts:
    """Return the one certificate in a text; whatever stands around it is left out.

    Raises `CertificateUnfit`, first of all where the text holds a private key: nothing
    of it may be kept then.
    """
    if _PRIVATE.search(text):
        raise CertificateUnfit(Unfit.PRIVATE_KEY)
    found = _ONE.findall(text)
    if len(found) != 1:
        raise CertificateUnfit(Unfit.SEVERAL if found else Unfit.UNREADABLE)
    certificate = load_certificate(pem=found[0])
    key = _public_key(certificate)
    if not isinstance(key, RSAPublicKey):
        raise CertificateUnfit(Unfit.NOT_RSA)
    if key.key_size < LEAST_BITS:
        raise CertificateUnfit(Unfit.SHORT)
    if certificate.not_valid_after_utc <= now:
        raise CertificateUnfit(Unfit.ENDED)
    return CertificateFacts(
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        sha256=certificate.fingerprint(SHA256()).hex(),
        ends_at=certificate.not_valid_after_utc,
    )


def load_certificate(*, pem: str) -> Certificate:
    """Return a certificate; raise `CertificateUnfit` where it is none."""
    try:
        return load_pem_x509_certificate(pem.encode())
    except ValueError:
        raise CertificateUnfit(Unfit.UNREADABLE) from None


def certificate_name(*, pem: str) -> str:
    """Return whom a stored certificate is of, as its maker wrote it; "" for nobody.

    Also for one that cannot be read: a page shows it, and must not fail for it.
    """
    try:
        names = load_certificate(pem=pem).subject.get_attributes_for_oid(
            NameOID.COMMON_NAME
        )
    except (CertificateUnfit, ValueError):
        return ""
    return str(names[0].value) if names else ""


def _public_key(certificate: Certificate) -> object:
    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateUnfit(Unfit.NOT_RSA) from None
