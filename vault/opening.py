"""The one way to plaintext: a purpose, a record, then the value.

The access record is written in the request's transaction before anything is opened;
the response leaves only after that transaction has committed. Who may import this
module is named in the import contracts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from vault.admission import admitted_key
from vault.clock import clock
from vault.context import current_scope, has_scope
from vault.envelope import unseal
from vault.kinds import Kind, Purpose
from vault.ledger import append
from vault.privacy import privacy_of, subject_of_row
from vault.refusals import NoContext
from vault.sealed import Sealed
from vault.sealing import where
from vault.stops import refuse_if_stopped


@dataclass(frozen=True, slots=True)
class Opening:
    """What an opening is for. ``reference`` is a case or tracking number, or empty."""

    purpose: Purpose
    subject_id: UUID
    now: datetime
    reference: str = ""


def open_fields(
    *, row: Model, fields: Sequence[str], opening: Opening
) -> dict[str, str]:
    """Open fields of one row for a purpose; return text by field, empty ones left out.

    Writes one ledger entry first, and one of an incident where the buyer is invented.
    Raises an `OpeningRefused`: `NoContext` (no scope,
    no purpose, or a subject that is not the row's), `OtherSeller`, `PastItsDay`,
    `KeyDestroyed`, `KeyLost`, `Tampered`, `OpeningStopped`, `OpeningSuspended`.
    """
    if not has_scope() or not isinstance(opening.purpose, Purpose):
        message = "Opening needs a seller scope and a purpose."
        raise NoContext(message)
    if opening.subject_id != subject_of_row(row=row):
        message = "The record would name another subject than the row's own."
        raise NoContext(message)
    filled = [f for f in fields if isinstance(getattr(row, f), Sealed)]
    if not filled:
        return {}
    refuse_if_stopped(seller_id=current_scope().seller_id)
    append(
        kind=Kind.opened_for(opening.purpose),
        now=opening.now,
        subject_id=opening.subject_id,
        facts={"fields": " ".join(filled), "reference": opening.reference},
    )
    _note_incident(row=row, opening=opening)
    return {field: _open(row=row, field=field) for field in filled}


def _note_incident(*, row: Model, opening: Opening) -> None:
    """Record that an invented buyer is opened: nobody has a reason to.

    The table is asked, not the row at hand, which the caller may have made.
    """
    privacy = privacy_of(type(row))
    if privacy is None or not privacy.invented:
        return
    rows = type(row)._default_manager.filter(pk=row.pk, **{privacy.invented: True})
    if rows.exists():
        append(
            kind=Kind.INCIDENT_OPENED_TEST,
            now=opening.now,
            subject_id=opening.subject_id,
            facts={"purpose": opening.purpose.value},
        )


def _open(*, row: Model, field: str) -> str:
    blob = row.__dict__[field].blob
    key = admitted_key(
        blob=blob, seller_id=current_scope().seller_id, today=clock.today()
    )
    return unseal(key=key, blob=blob, where=where(row=row, field=field))
