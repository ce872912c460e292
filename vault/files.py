"""Files that hold buyers' data: sealed in pieces as they arrive, dead within a day.

A piece is sealed like a value (AES-256-GCM, NIST SP 800-38D, random 96-bit nonce) under
the data key of its seller and a UTC day. File, part, number and whether it is the last
one are associated data, so that no piece can be left out, repeated, put elsewhere or
moved to another file. The print of a file is an HMAC under the same day's key: it tells
two files apart and dies with the day.
"""

import hmac
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidTag

from vault.clock import clock
from vault.context import current_scope
from vault.days import hold_day
from vault.envelope import MAGIC, DataKey
from vault.keys import data_keys
from vault.loss import note_lost_day, note_lost_seller
from vault.refusals import KeyLost, OtherSeller, PastItsDay, Tampered

#: Bytes of plaintext in a piece; only the last one holds fewer.
PIECE = 64 * 1024
SUITE_FILE_PIECE = 2
#: No file is kept longer than this, whatever the day of its key.
LONGEST = timedelta(hours=24)
#: A file that arrives later than this before midnight UTC is sealed for the day after
#: the next: nobody wants to lose it while looking at it.
NEAR_MIDNIGHT = timedelta(hours=6)
_HEADER = struct.Struct(">BB16si4s")
_NONCE = 12


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Which file of the seller in scope, and which part: the upload or its rest."""

    file_id: UUID
    part: str


@dataclass(frozen=True, slots=True, repr=False)
class SealedPiece:
    """One sealed piece; ``number`` counts from 0."""

    number: int
    last: bool
    blob: bytes


def day_for(*, now: datetime) -> tuple[date, datetime]:
    """Return the UTC day whose key seals a file that arrives, and when it is deleted.

    From the second value on, nothing opens the file any more; the key dies at the
    beginning of the first.
    """
    day = now.astimezone(UTC).date() + timedelta(days=1)
    if _begin(day) - now < NEAR_MIDNIGHT:
        day += timedelta(days=1)
    return day, min(now + LONGEST, _begin(day))


class FileSealer:
    """Takes the bytes of a file as they come and gives sealed pieces.

    Holds the day until the transaction ends, and at most one piece of plaintext.
    """

    def __init__(self, *, place: FilePlace, day: date) -> None:
        """Begin a file of the seller in scope.

        Raises `PastItsDay` or `KeyDestroyed` where the day is gone.
        """
        hold_day(day)
        self._place, self._day = place, day
        self._seller_id = current_scope().seller_id
        self._key = _sealing_key(seller_id=self._seller_id, day=day)
        self._rest = bytearray()
        self._print = hmac.new(self._key.mac, b"file|", "sha256")
        self._number = 0
        self.size = 0

    def add(self, data: bytes) -> list[SealedPiece]:
        """Take bytes; return the pieces that are full, never the last one."""
        self.size += len(data)
        self._print.update(data)
        self._rest += data
        full = []
        while len(self._rest) > PIECE:
            full.append(self._seal(bytes(self._rest[:PIECE]), last=False))
            del self._rest[:PIECE]
        return full

    def end(self) -> SealedPiece:
        """Seal what is left as the last piece."""
        piece = self._seal(bytes(self._rest), last=True)
        self._rest.clear()
        return piece

    @property
    def file_print(self) -> str:
        """Return the print of all bytes so far, in hexadecimal."""
        return self._print.hexdigest()

    def _seal(self, data: bytes, *, last: bool) -> SealedPiece:
        number, self._number = self._number, self._number + 1
        head = _HEADER.pack(
            MAGIC,
            SUITE_FILE_PIECE,
            self._seller_id.bytes,
            self._day.toordinal(),
            self._key.name,
        )
        nonce = os.urandom(_NONCE)
        bound = head + _where(self._place, number, last=last)
        blob = head + nonce + self._key.aead.encrypt(nonce, data, bound)
        return SealedPiece(number=number, last=last, blob=blob)


def open_file(*, place: FilePlace, pieces: Iterable[SealedPiece]) -> tuple[bytes, str]:
    """Return the whole file and its print; the pieces come in order.

    Raises `PastItsDay`, `KeyDestroyed`, `KeyLost`, `OtherSeller`, and `Tampered` where
    a piece was altered, left out, repeated or moved.
    """
    whole, key, ended = bytearray(), None, False
    for number, piece in enumerate(pieces):
        key = _opening_key(piece.blob)
        if ended or piece.number != number:
            message = "A piece of the file is missing or out of its place."
            raise Tampered(message)
        whole += _open(key=key, piece=piece, place=place)
        ended = piece.last
    if key is None or not ended:
        message = "The end of the file is missing."
        raise Tampered(message)
    print_ = hmac.new(key.mac, b"file|", "sha256")
    print_.update(whole)
    return bytes(whole), print_.hexdigest()


def _open(*, key: DataKey, piece: SealedPiece, place: FilePlace) -> bytes:
    head, rest = piece.blob[: _HEADER.size], piece.blob[_HEADER.size :]
    bound = head + _where(place, piece.number, last=piece.last)
    try:
        return key.aead.decrypt(rest[:_NONCE], rest[_NONCE:], bound)
    except InvalidTag:
        message = "A piece of the file was altered or moved."
        raise Tampered(message) from None


def _opening_key(blob: bytes) -> DataKey:
    """Return the key that a piece names, for the seller in scope."""
    if len(blob) < _HEADER.size + _NONCE or blob[:2] != bytes(
        (MAGIC, SUITE_FILE_PIECE)
    ):
        message = "The stored bytes are not a sealed piece of a file."
        raise Tampered(message)
    _, _, seller, ordinal, name = _HEADER.unpack_from(blob)
    if not 0 < ordinal < date.max.toordinal():
        message = "The stored bytes are not a sealed piece of a file."
        raise Tampered(message)
    seller_id, day = UUID(bytes=seller), date.fromordinal(ordinal)
    if seller_id != current_scope().seller_id:
        message = "The file was sealed for another seller."
        raise OtherSeller(message)
    if clock.today() >= day:
        message = f"The day {day} has begun; the file stays closed."
        raise PastItsDay(message)
    key = data_keys().data_key(seller_id=seller_id, day=day)
    if key.name != name:
        message = "The file was sealed under a key that is lost."
        raise KeyLost(message)
    return key


def _sealing_key(*, seller_id: UUID, day: date) -> DataKey:
    """Return the key to seal with; a lost secret is noted and made anew."""
    keys = data_keys()
    try:
        return keys.data_key(seller_id=seller_id, day=day)
    except KeyLost:
        note_lost_day(day=day, now=clock.now())
        note_lost_seller(seller_id=seller_id, now=clock.now())
        return keys.data_key(seller_id=seller_id, day=day)


def _where(place: FilePlace, number: int, *, last: bool) -> bytes:
    return (
        b"file|%s|" % place.part.encode()
        + place.file_id.bytes
        + struct.pack(">Q?", number, last)
    )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
