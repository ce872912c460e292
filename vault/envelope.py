"""The sealed form of one value: header, nonce, ciphertext, tag.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The header names suite,
seller, purge day and key and holds a fingerprint of the text, and it is part of the
associated data together with the model, the field and the row, so that no value can be
moved. The fingerprint is an HMAC under a key of the same seller and day, over place and
text: it tells an import whether a text is the stored one, shows no equality between
rows, and dies with the day.
"""

import os
import struct
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.refusals import PlaintextRefused, Tampered

_LAST_DAY = date.max.toordinal()
MAGIC = 0xE5
SUITE_AES_256_GCM = 1
#: Plaintext is padded to whole blocks of this many bytes: length tells little.
BLOCK = 32
_HEADER = struct.Struct(">BB16si4s8s")
_BOUND = _HEADER.size - 8
NONCE = 12
_TAG = 16
OVERHEAD = _HEADER.size + NONCE + _TAG
_SHA256_BLOCK = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


class _Mac:
    """HMAC-SHA256 (RFC 2104) with its key taken in once: half the time of a call."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        """Take in a key no longer than a block of the hash."""
        padded = key.ljust(_SHA256_BLOCK, b"\0")
        self._inner = sha256(padded.translate(_INNER))
        self._outer = sha256(padded.translate(_OUTER))

    def digest(self, data: bytes) -> bytes:
        """Return the code of some bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(data)
        outer.update(inner.digest())
        return outer.digest()


@dataclass(frozen=True, slots=True)
class DataKey:
    """The keys of one seller and one purge day, with their four-byte name."""

    aead: AESGCM
    mac: bytes
    name: bytes
    _mac: _Mac = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare the fingerprints."""
        object.__setattr__(self, "_mac", _Mac(self.mac))

    def fingerprint(self, where: bytes, data: bytes) -> bytes:
        """Return the eight bytes of a place and the encoded text in it."""
        return self._mac.digest(where + b"|" + data)[:8]


@dataclass(frozen=True, slots=True)
class Header:
    """What a sealed value says of itself without any key."""

    seller_id: UUID
    day: date
    key_name: bytes
    fingerprint: bytes


def place(*, model: str, field: str, row_id: UUID) -> bytes:
    """Return where a value lives, as bytes for the associated data."""
    return column(model=model, field=field) + row_id.bytes


def column(*, model: str, field: str) -> bytes:
    """Return the beginning of a place, which all rows share."""
    return f"{model}.{field}|".encode()


def bound(*, key: DataKey, seller_id: UUID, day: date) -> bytes:
    """Return the beginning of a header, which all values of a seller and day share."""
    return _HEADER.pack(
        MAGIC, SUITE_AES_256_GCM, seller_id.bytes, day.toordinal(), key.name, bytes(8)
    )[:_BOUND]


def bound_of(blob: bytes) -> bytes:
    """Return the beginning of a stored value's header: whose, until when, which key."""
    return blob[:_BOUND]


def seal(*, key: DataKey, seller_id: UUID, day: date, where: bytes, text: str) -> bytes:
    """Seal a text for one place."""
    data = _bytes(text)
    head = bound(key=key, seller_id=seller_id, day=day) + key.fingerprint(where, data)
    nonce = os.urandom(NONCE)
    return head + nonce + key.aead.encrypt(nonce, _pad(data), head + where)


def seal_anew(
    *,
    old: DataKey,
    new: DataKey,
    blob: bytes,
    where: bytes,
    begins: bytes,
    nonce: bytes,
) -> bytes:
    """Return a stored value sealed under another key; its text stays in here.

    ``begins`` is the `bound` of the new header; ``nonce`` was never used before.
    Raises `Tampered`.
    """
    padded = _open(key=old, blob=blob, where=where)
    head = begins + new.fingerprint(where, _unpad(padded))
    return head + nonce + new.aead.encrypt(nonce, padded, head + where)


def read_header(blob: bytes) -> Header:
    """Read the header; raise `Tampered` where the bytes are no sealed value."""
    if len(blob) < OVERHEAD + BLOCK or (len(blob) - OVERHEAD) % BLOCK:
        message = "The stored bytes are not a sealed value."
        raise Tampered(message)
    magic, suite, seller, ordinal, name, print_ = _HEADER.unpack_from(blob)
    if magic != MAGIC or suite != SUITE_AES_256_GCM or not 0 < ordinal < _LAST_DAY:
        message = "The stored bytes are not a sealed value."
        raise Tampered(message)
    return Header(UUID(bytes=seller), date.fromordinal(ordinal), name, print_)


def fingerprint(*, key: DataKey, where: bytes, text: str) -> bytes:
    """Return eight bytes that only the holder of the key can compare a text with."""
    return key.fingerprint(where, _bytes(text))


def unseal(*, key: DataKey, blob: bytes, where: bytes) -> str:
    """Return the text; raise `Tampered` where anything was altered or moved."""
    return _unpad(_open(key=key, blob=blob, where=where)).decode()


def _open(*, key: DataKey, blob: bytes, where: bytes) -> bytes:
    head, rest = blob[: _HEADER.size], blob[_HEADER.size :]
    try:
        return key.aead.decrypt(rest[:NONCE], rest[NONCE:], head + where)
    except InvalidTag:
        message = "The stored bytes were altered or moved."
        raise Tampered(message) from None


def _bytes(text: str) -> bytes:
    """Encode a text; the usual error would carry the whole of it along."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        message = "The text holds half a character, so it cannot be sealed."
    raise PlaintextRefused(message)


def _pad(data: bytes) -> bytes:
    """Pad as ISO/IEC 7816-4 does: one byte 0x80, then zeros."""
    return data + b"\x80" + bytes(-(len(data) + 1) % BLOCK)


def _unpad(data: bytes) -> bytes:
    return data[: data.rindex(b"\x80")]
