"""Pieces of uploaded files: received, stored, read while they live, deleted.

The only caller of `vault.files`. No byte of a file is written anywhere unsealed.
"""

from collections.abc import Iterable
from datetime import date, datetime
from time import monotonic
from typing import Final
from uuid import UUID

from django.db import connection

from marketplaces.amazon.order_reports import MAX_BYTES
from marketplaces.enums import Part, Why
from marketplaces.flatfile.refusals import FileRefused, refuse_what_is_no_table
from marketplaces.models import ImportRun, UploadPiece
from vault.files import (
    PIECE,
    FilePlace,
    FileSealer,
    SealedPiece,
    day_for,
    open_file,
)
from vault.kinds import Kind
from vault.ledger import append
from vault.rows import new_id

TOO_LARGE: Final = (
    "The file is larger than 50 MB: download the report for a shorter time and import"
    " the parts."
)
#: A database session that stays silent within a transaction is ended after a minute.
_SPEAK_EVERY: Final = 15.0
_ROWS_AT_ONCE: Final = 64


class FileGone(Exception):
    """The file's time is over, or it was deleted: nothing opens it any more."""


class ArrivingFile:
    """A file on its way in, sealed piece by piece under the key of the open scope.

    ``problem`` is a sentence where the file is refused; then nothing of it is kept.
    """

    def __init__(self, *, now: datetime) -> None:
        """Begin a file that arrives at ``now``."""
        self.file_id: UUID = new_id()
        self.sealed_on, self.expires_at = day_for(now=now)
        self.pieces: list[SealedPiece] = []
        self.problem = ""
        place = FilePlace(file_id=self.file_id, part=Part.UPLOAD)
        self._sealer = FileSealer(place=place, day=self.sealed_on)
        self._head: bytearray | None = bytearray()
        self._spoke = monotonic()

    @property
    def size(self) -> int:
        """Return the bytes of plaintext so far."""
        return self._sealer.size

    @property
    def file_print(self) -> str:
        """Return the keyed print of the whole file."""
        return self._sealer.file_print

    def add(self, data: bytes) -> None:
        """Take the next bytes; seal what is full, keep nothing once refused."""
        self._stay_awake()
        if self.problem:
            return
        if self.size + len(data) > MAX_BYTES:
            self.refuse(TOO_LARGE)
            return
        self.pieces += self._sealer.add(data)
        if self._head is not None:
            self._head += data
            if len(self._head) >= PIECE:
                self._look_at_head()

    def end(self) -> None:
        """Seal the last piece."""
        self._look_at_head()
        if not self.problem:
            self.pieces.append(self._sealer.end())

    def refuse(self, sentence: str) -> None:
        """Refuse the file: forget what was sealed of it."""
        self.problem = sentence
        self.pieces.clear()
        self._head = None

    def close(self) -> None:
        """Do nothing: Django closes what was uploaded, and nothing here is open."""

    def _look_at_head(self) -> None:
        """Refuse what is certainly no table before anything is stored."""
        if self._head is None or self.problem:
            return
        head, self._head = bytes(self._head), None
        try:
            # Zero bytes may be UTF-16, which the check knows more about.
            refuse_what_is_no_table(head, utf16=b"\x00" in head)
        except FileRefused as refusal:
            self.refuse(str(refusal))

    def _stay_awake(self) -> None:
        """Say a word to the database while a slow upload goes on."""
        if monotonic() - self._spoke > _SPEAK_EVERY:
            self._spoke = monotonic()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")


def store_pieces(*, run: ImportRun, part: Part, pieces: Iterable[SealedPiece]) -> None:
    """Store sealed pieces of a run of the seller in scope."""
    UploadPiece.objects.bulk_create(
        [
            UploadPiece(
                seller_id=run.seller_id,
                run_id=run.id,
                part=part,
                number=piece.number,
                last=piece.last,
                sealed=piece.blob,
            )
            for piece in pieces
        ],
        batch_size=_ROWS_AT_ONCE,
    )


def seal_rejected(*, run: ImportRun, data: bytes, day: date) -> None:
    """Seal the rejected rows of a run anew, to die on the same day as the file.

    Raises `PastItsDay` or `KeyDestroyed` where that day has begun.
    """
    place = FilePlace(file_id=run.id, part=Part.REJECTED)
    sealer = FileSealer(place=place, day=day)
    pieces = sealer.add(data)
    store_pieces(run=run, part=Part.REJECTED, pieces=[*pieces, sealer.end()])


def read_part(*, run: ImportRun, part: Part, now: datetime) -> tuple[bytes, str]:
    """Return a part of a run's file and its keyed print, for the seller in scope.

    Raises `FileGone` from the file's end on, whether or not its rows were deleted, and
    an `OpeningRefused` of the vault where a piece does not open.
    """
    if run.deleted_at is not None or run.expires_at is None or now >= run.expires_at:
        raise FileGone
    rows = UploadPiece.objects.filter(seller_id=run.seller_id, run_id=run.id, part=part)
    pieces = (
        SealedPiece(number=row.number, last=row.last, blob=bytes(row.sealed))
        for row in rows.order_by("number").iterator(chunk_size=_ROWS_AT_ONCE)
    )
    return open_file(place=FilePlace(file_id=run.id, part=part), pieces=pieces)


def delete_part(*, run: ImportRun, part: Part) -> None:
    """Delete the pieces of one part."""
    UploadPiece.objects.filter(
        seller_id=run.seller_id, run_id=run.id, part=part
    ).delete()


def delete_file(*, run: ImportRun, why: Why, now: datetime) -> None:
    """Delete what is left of a run's file, and write down why; save the run."""
    pieces = UploadPiece.objects.filter(seller_id=run.seller_id, run_id=run.id)
    count, _ = pieces.delete()
    run.deleted_at, run.file_print, run.checked_print = now, "", ""
    run.first_rows = []
    run.save()
    append(
        kind=Kind.FILE_DELETED_UPLOAD,
        now=now,
        subject_id=run.id,
        facts={"why": why.value, "pieces": count},
    )
