"""The sealed form of one value: header, nonce, ciphertext, tag.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The header names suite,
seller, purge day and key and holds a fingerprint of the text, and it is part of the
associated data together with the model, the field and the row, so that no value can be
moved. The fingerprint is an HMAC under a key of the same seller and day, over place and
text: it tells an import whether a text is the stored one, shows no equality between
rows, and dies with the day.
"""

import hmac
import os
import struct
from dataclasses import dataclass
from datetime import date
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
_NONCE = 12
_TAG = 16
OVERHEAD = _HEADER.size + _NONCE + _TAG


@dataclass(frozen=True, slots=True)
class DataKey:
    """The keys of one seller and one purge day, with their four-byte name."""

    aead: AESGCM
    mac: bytes
    name: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """What a sealed value says of itself without any key."""

    seller_id: UUID
    day: date
    key_name: bytes
    fingerprint: bytes


def place(*, model: str, field: str, row_id: UUID) -> bytes:
    """Return where a value lives, as bytes for the associated data."""
    return f"{model}.{field}|".encode() + row_id.bytes


def seal(*, key: DataKey, seller_id: UUID, day: date, where: bytes, text: str) -> bytes:
    """Seal a text for one place."""
    print_ = fingerprint(key=key, where=where, text=text)
    head = _HEADER.pack(
        MAGIC, SUITE_AES_256_GCM, seller_id.bytes, day.toordinal(), key.name, print_
    )
    nonce = os.urandom(_NONCE)
    return head + nonce + key.aead.encrypt(nonce, _pad(_bytes(text)), head + where)


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
    return hmac.digest(key.mac, where + b"|" + _bytes(text), "sha256")[:8]


def unseal(*, key: DataKey, blob: bytes, where: bytes) -> str:
    """Return the text; raise `Tampered` where anything was altered or moved."""
    head, rest = blob[: _HEADER.size], blob[_HEADER.size :]
    try:
        padded = key.aead.decrypt(rest[:_NONCE], rest[_NONCE:], head + where)
    except InvalidTag:
        message = "The stored bytes were altered or moved."
        raise Tampered(message) from None
    return _unpad(padded).decode()


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
