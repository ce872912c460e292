"""The seller's certificate for holds: X.509, RSA, without its private key."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from cryptography.x509 import (
    Certificate,
    NameOID,
    load_der_x509_certificate,
    load_pem_x509_certificate,
)

#: Bits of RSA that a certificate must have at least (NIST SP 800-57, 128-bit security).
LEAST_BITS = 3072
#: Characters or bytes that a certificate has at most; one for holds has about 1,500.
LONGEST = 20_000
_PRIVATE = re.compile(r"PRIVATE\s+KEY", re.IGNORECASE)
_ONE = re.compile(
    r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----"
)


_PKCS12 = re.compile(rb"\x30.{1,4}\x02\x01\x03\x30", re.DOTALL)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


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


def read_certificate(*, given: str | bytes, now: datetime) -> CertificateFacts:
    """Return the one certificate in a text, or in a file that is PEM or DER.

    Whatever stands around it in a text is left out. Raises `CertificateUnfit`, first of
    all where there is a private key in it: nothing of it may be kept then.
    """
    certificate = _of_file(given) if isinstance(given, bytes) else _of_text(given)
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


def _of_text(text: str) -> Certificate:
    if _PRIVATE.search(text):
        raise CertificateUnfit(Unfit.PRIVATE_KEY)
    found = _ONE.findall(text)
    if len(found) != 1:
        raise CertificateUnfit(Unfit.SEVERAL if found else Unfit.UNREADABLE)
    return load_certificate(pem=found[0])


def _of_file(data: bytes) -> Certificate:
    """Read DER, else a text: as Windows writes it too, two bytes a letter."""
    if _PKCS12.match(data) or _is_private_key(data):
        raise CertificateUnfit(Unfit.PRIVATE_KEY)
    try:
        return load_der_x509_certificate(data)
    except ValueError:
        wide = data.startswith(_UTF16)
        return _of_text(data.decode("utf-16" if wide else "latin-1", errors="replace"))


def _is_private_key(data: bytes) -> bool:
    """Tell whether bytes are a private key in DER, under a passphrase or not."""
    try:
        load_der_private_key(data, password=None)
    except TypeError:
        return True  # It is under a passphrase.
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


def _public_key(certificate: Certificate) -> object:
    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateUnfit(Unfit.NOT_RSA) from None
