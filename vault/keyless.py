"""A certificate whose private key nobody has: what the demo's holds are sealed to."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from vault.certificates import LEAST_BITS

_VALID = timedelta(days=3650)


def keyless_certificate(*, name: str, now: datetime) -> str:
    """Return a certificate in PEM, valid for ten years from ``now`` (UTC).

    Its key lives in this call alone: what is sealed to it opens for nobody, ever. For
    invented buyers only; a shop makes its key on its own machine.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=LEAST_BITS)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + _VALID)
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()
