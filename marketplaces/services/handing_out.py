"""Handing out the rejected rows of an import: on record, then from memory."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from marketplaces.enums import Part, RunState, What
from marketplaces.flatfile.refusals import FileRefused
from marketplaces.flatfile.rejected import reasons_alone, without_buyers
from marketplaces.models import ImportRun
from marketplaces.services.file_pieces import FileGone, read_part
from vault.kinds import Kind
from vault.ledger import append
from vault.refusals import OpeningRefused, OpeningStopped, OpeningSuspended
from vault.stops import refuse_if_stopped

#: The one purpose for which the rows leave the portal; the page says it.
PURPOSE = "correct-import"


@dataclass(frozen=True, slots=True, repr=False)
class RejectedFile:
    """The rows to send; ``name`` says nothing of a person."""

    name: str
    data: bytes


def take_rejected_rows(
    *, run: ImportRun, with_buyers: bool, now: datetime
) -> RejectedFile:
    """Return the rejected rows of a run of the seller in scope.

    With buyers for whoever may be shown them, and the record of it is written first, in
    the request's transaction: the answer leaves after that has committed. Without, the
    file holds order numbers and reasons alone. Raises `FileGone` (also where these
    cannot be read), and `OpeningStopped` where staff suspended opening (on record
    too).
    """
    if run.state != RunState.FINISHED:
        raise FileGone
    if with_buyers:
        _refuse_if_stopped(run, now)
    try:
        # Where nothing opens, the record of the export is undone with it.
        with transaction.atomic():
            if with_buyers:
                _record(run, now)
            data, _ = read_part(run=run, part=Part.REJECTED, now=now)
    except OpeningSuspended:
        raise
    except OpeningRefused as refused:
        raise FileGone from refused
    name = f"rejected-{run.file_name}.txt"
    if with_buyers:
        return RejectedFile(name, data)
    try:
        alone = reasons_alone if run.what == What.EVENTS else without_buyers
        return RejectedFile(name, alone(data))
    except FileRefused:
        # Its text tells of the file's inside; the rows stay for who may see buyers.
        raise FileGone from None


def _refuse_if_stopped(run: ImportRun, now: datetime) -> None:
    """Write down that the rows were refused, where staff suspended opening."""
    try:
        refuse_if_stopped(seller_id=run.seller_id)
    except OpeningStopped:
        append(kind=Kind.PII_REFUSED_SUSPENDED, now=now, subject_id=run.id)
        raise


def _record(run: ImportRun, now: datetime) -> None:
    """Write down who takes the rows, and for what."""
    append(
        kind=Kind.PII_EXPORTED_REJECTED,
        now=now,
        subject_id=run.id,
        facts={"rows": run.rejected, "purpose": PURPOSE},
    )
