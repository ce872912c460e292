"""Sealing of what stays: secrets of sign-in, which belong to no shop and no day.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The key is derived (HKDF,
RFC 5869) from one secret of the whole portal, which lies in the keystore under an id
that no seller can have; never from the settings. The associated data name the place
of the value, so that it opens nowhere else.

The secret is made when something is sealed for the first time. Where it is lost, the
next sealing makes another one: what was sealed before names another key and is told
to be lost, and the people it belongs to set up anew. Nothing of a buyer hangs on it.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.keys import data_keys
from vault.keystore import (
    KeystoreDamaged,
    KeystoreMissing,
    SecretDestroyed,
    SecretLost,
)
from vault.refusals import KeyLost, OpeningSuspended, Tampered

#: The id of the portal's own secret in the keystore. No seller has it: theirs are
#: UUIDs of version 7.
PORTAL_SECRET = UUID(int=0)

_INFO = b"sp1 standing"
_NAME = 4
_NONCE = 12
_TAG = 16
_NOT_SEALED = "The stored text is not a sealed one."


@dataclass(frozen=True, slots=True)
class _StandingKey:
    aead: AESGCM
    name: bytes


def seal_standing(*, text: str, place: str) -> str:
    """Seal a text for one place, as ASCII.

    Raises `OpeningSuspended` where the keystore cannot be read or written.
    """
    try:
        data_keys().keystore.mint_seller(PORTAL_SECRET)
    except (KeystoreMissing, KeystoreDamaged, SecretDestroyed, OSError) as error:
        raise _suspended() from error
    key, nonce = _key(), os.urandom(_NONCE)
    sealed = key.aead.encrypt(nonce, text.encode(), _place(key, place))
    return urlsafe_b64encode(key.name + nonce + sealed).decode()


def open_standing(*, sealed: str, place: str) -> str:
    """Return the text.

    Raises `KeyLost` where its key is gone, `Tampered` where it was altered or moved,
    `OpeningSuspended` where the keystore cannot be read at present.
    """
    name, nonce, rest = _parts(sealed)
    key = _key()
    if name != key.name:
        raise _lost()
    try:
        return key.aead.decrypt(nonce, rest, _place(key, place)).decode()
    except InvalidTag:
        raise Tampered("The stored text was altered or moved.") from None


def standing_key_lives(*, sealed: str) -> bool:
    """Tell whether the key of a sealed text still exists.

    Raises `Tampered` for bytes that are no sealed text, and `OpeningSuspended`.
    """
    name, _, _ = _parts(sealed)
    try:
        return name == _key().name
    except KeyLost:
        return False


def _key() -> _StandingKey:
    try:
        secret = data_keys().keystore.seller_secret(PORTAL_SECRET)
    except (SecretLost, SecretDestroyed):
        raise _lost() from None
    except (KeystoreMissing, KeystoreDamaged, OSError) as error:
        raise _suspended() from error
    both = HKDF(hashes.SHA256(), 32 + _NAME, salt=None, info=_INFO).derive(secret)
    return _StandingKey(aead=AESGCM(both[:32]), name=both[32:])


def _parts(sealed: str) -> tuple[bytes, bytes, bytes]:
    try:
        raw = urlsafe_b64decode(sealed.encode())
    except (NotBase64, UnicodeEncodeError):
        raise Tampered(_NOT_SEALED) from None
    if len(raw) < _NAME + _NONCE + _TAG:
        raise Tampered(_NOT_SEALED)
    return raw[:_NAME], raw[_NAME : _NAME + _NONCE], raw[_NAME + _NONCE :]


def _place(key: _StandingKey, place: str) -> bytes:
    return _INFO + key.name + place.encode()


def _lost() -> KeyLost:
    return KeyLost("The key of this value is gone: what it sealed is set up anew.")


def _suspended() -> OpeningSuspended:
    return OpeningSuspended("The keystore cannot be read, so nothing can be opened.")
