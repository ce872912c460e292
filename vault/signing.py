"""Signing for people outside: Ed25519 (RFC 8032) over canonical JSON.

The key is derived (HKDF, RFC 5869) from the portal's own secret in the keystore, so
that no copy of the database can sign. A signature proves that this keystore signed
these words, whoever asks; whose keystore it is follows from the public key, which the
portal shows and the reader compares.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vault.keys import data_keys
from vault.keystore import (
    KeystoreDamaged,
    KeystoreMissing,
    SecretDestroyed,
    SecretLost,
)
from vault.refusals import OpeningSuspended
from vault.standing import PORTAL_SECRET

ALGORITHM = "Ed25519"
_INFO = b"sp1 signing ed25519"


class SignatureWrong(Exception):
    """The words were altered, or another key signed them, or none did."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature with the key that verifies it, both in hexadecimal digits."""

    public_key: str
    value: str


def canonical_json(document: Mapping[str, Any]) -> bytes:
    """Return a document as the bytes that are signed: sorted keys, no blanks."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def sign(document: Mapping[str, Any]) -> Signature:
    """Sign a document.

    Raises `OpeningSuspended` where the keystore cannot be read or written.
    """
    key = _key()
    value = key.sign(canonical_json(document)).hex()
    return Signature(public_key=_public(key), value=value)


def public_key() -> str:
    """Return the portal's public key, in hexadecimal digits.

    Raises `OpeningSuspended` where the keystore cannot be read or written.
    """
    return _public(_key())


def check_signature(document: Mapping[str, Any], signature: Signature) -> None:
    """Raise `SignatureWrong` unless the key of the signature signed the document.

    Needs neither keystore nor database.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature.public_key))
        key.verify(bytes.fromhex(signature.value), canonical_json(document))
    except (InvalidSignature, ValueError) as error:
        message = "The signature does not belong to these words and this key."
        raise SignatureWrong(message) from error


def keystore_epoch() -> int:
    """Return how often the root of the keystore was turned over."""
    return data_keys().keystore.epoch


def _key() -> Ed25519PrivateKey:
    keystore = data_keys().keystore
    try:
        keystore.mint_seller(PORTAL_SECRET)
        secret = keystore.seller_secret(PORTAL_SECRET)
    except (
        KeystoreMissing,
        KeystoreDamaged,
        SecretDestroyed,
        SecretLost,
        OSError,
    ) as error:
        message = "The keystore cannot be read, so nothing can be signed."
        raise OpeningSuspended(message) from error
    seed = HKDF(hashes.SHA256(), 32, salt=None, info=_INFO).derive(secret)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
