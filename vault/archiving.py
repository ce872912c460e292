"""Archiving: takes sealed rows and a certificate, gives CMS that nobody here opens.

EnvelopedData (RFC 5652) in DER: AES-256-CBC under RSA, made for the seller's own
certificate, whose private key the portal never had. CBC proves nothing of its own: the
SHA-256 of the bytes in the ledger is what shows a change. No text leaves this module.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import cast
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    PKCS7EnvelopeBuilder,
    PKCS7Options,
)
from cryptography.x509 import Certificate

from vault.admission import admitted_key
from vault.certificates import load_certificate
from vault.clock import clock
from vault.context import current_scope
from vault.days import hold_days
from vault.envelope import unseal
from vault.kinds import Kind
from vault.ledger import append_many
from vault.privacy import subject_of_row
from vault.refusals import (
    KeyDestroyed,
    OpeningRefused,
    OpeningSuspended,
    OtherSeller,
    PastItsDay,
)
from vault.sealed import Sealed
from vault.sealed_rows import SealedRow
from vault.sealing import SealableRow, where
from vault.stops import refuse_if_stopped


class Cause(StrEnum):
    """What an archive item is for: a case, or a standing tax rule."""

    CASE = "case"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fields of a row are archived, until when (UTC), and for what.

    ``label`` names the hold or rule in the ledger; ``facts`` go into the item beside
    the fields and hold no buyer data.
    """

    row: SealedRow
    fields: Sequence[str]
    ends_on: date
    label: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Archived:
    """One item: the fields in it, its bytes, and their SHA-256 in hexadecimal."""

    subject_id: UUID
    fields: tuple[str, ...]
    cms: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Items by row, the rows refused with what opening would say, and the empty ones.

    A refused row gives nothing at all: an item is whole or there is none.
    """

    items: Mapping[UUID, Archived]
    refused: Mapping[UUID, OpeningRefused]
    empty: frozenset[UUID]


def archive(
    *, wanted: Sequence[Wanted], certificate: str, cause: Cause, now: datetime
) -> Outcome:
    """Seal fields of rows of the seller in scope to a certificate, in PEM.

    Holds the rows' purge days until the transaction ends, as every sealer does: no key
    dies between the opening and the commit of the item. One ledger entry an item.
    Raises `OpeningStopped` while staff's stop stands, `OpeningSuspended` while the
    keystore cannot be read, `ScopeMissing` without a scope, `OtherSeller` where a row
    is not of its seller, and `CertificateUnfit`.
    """
    scope = current_scope()
    if any(
        cast("SealableRow", each.row).seller_id != scope.seller_id for each in wanted
    ):
        message = "A row of another seller was to be archived."
        raise OtherSeller(message)
    if not wanted:
        return Outcome({}, {}, frozenset())
    refuse_if_stopped(seller_id=scope.seller_id)
    recipient = load_certificate(pem=certificate)
    shut = _shut_days({each.row.purge_on for each in wanted})
    items: dict[UUID, Archived] = {}
    refused: dict[UUID, OpeningRefused] = {}
    empty: set[UUID] = set()
    for each in wanted:
        filled = [f for f in each.fields if isinstance(getattr(each.row, f), Sealed)]
        if not filled:
            empty.add(each.row.id)
        elif each.row.purge_on in shut:
            refused[each.row.id] = shut[each.row.purge_on]
        else:
            try:
                items[each.row.id] = _item(each, filled, recipient, now)
            except OpeningSuspended:
                raise
            except OpeningRefused as error:
                refused[each.row.id] = error
    _record(wanted=wanted, items=items, cause=cause, now=now)
    return Outcome(items, refused, frozenset(empty))


def _shut_days(days: set[date]) -> dict[date, OpeningRefused]:
    """Hold days; return those that have begun or whose key is being destroyed."""
    shut: dict[date, OpeningRefused] = {}
    try:
        hold_days(days)
    except (PastItsDay, KeyDestroyed):
        for day in sorted(days):
            try:
                hold_days({day})
            except (PastItsDay, KeyDestroyed) as error:
                shut[day] = error
    return shut


def _item(
    wanted: Wanted, filled: Sequence[str], recipient: Certificate, now: datetime
) -> Archived:
    row = wanted.row
    content = {
        "facts": dict(wanted.facts),
        "fields": {name: _text(row=row, field=name) for name in filled},
        "for": wanted.label,
        "order": str(subject_of_row(row=row)),
        "sealed_at": now.isoformat(timespec="seconds"),
        "version": 1,
    }
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    cms = (
        PKCS7EnvelopeBuilder()
        .set_data(text.encode())
        .add_recipient(recipient)
        .set_content_encryption_algorithm(AES256)
        # Binary: the text is no MIME entity, whose line ends would be rewritten.
        .encrypt(Encoding.DER, [PKCS7Options.Binary])
    )
    digest = hashlib.sha256(cms).hexdigest()
    return Archived(subject_of_row(row=row), tuple(filled), cms, digest)


def _record(
    *,
    wanted: Sequence[Wanted],
    items: Mapping[UUID, Archived],
    cause: Cause,
    now: datetime,
) -> None:
    entries: list[tuple[UUID, Mapping[str, int | str]]] = []
    for each in wanted:
        item = items.get(each.row.id)
        if item is None:
            continue
        facts = {
            "fields": " ".join(item.fields),
            "sha256": item.sha256,
            "last day": each.ends_on.isoformat(),
            "name": each.label,
        }
        entries.append((item.subject_id, facts))
    kind = Kind.PII_ARCHIVED_CASE if cause is Cause.CASE else Kind.PII_ARCHIVED_RULE
    append_many(kind=kind, now=now, entries=entries)


def _text(*, row: SealedRow, field: str) -> str:
    """Open one value in memory, refusing whatever opening refuses."""
    blob = row.__dict__[field].blob
    key = admitted_key(
        blob=blob, seller_id=current_scope().seller_id, today=clock.today()
    )
    return unseal(key=key, blob=blob, where=where(row=row, field=field))
