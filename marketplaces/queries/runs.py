"""Imports of a shop: one of them, a page of the list, the files that wait sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import Count, Max, Min, Q, QuerySet

from compliance.declarations import WaitingFiles
from marketplaces.models import ImportRun

ROWS: Final = 25
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class RunPage:
    """Imports newest first, and the cursors of the pages beside them or ""."""

    runs: tuple[ImportRun, ...]
    newer: str = ""
    older: str = ""


def import_run(*, seller_id: UUID, run_id: UUID) -> ImportRun | None:
    """Return an import of the seller in scope."""
    return ImportRun.objects.filter(seller_id=seller_id, id=run_id).first()


def run_page(*, seller_id: UUID, after: str = "", before: str = "") -> RunPage:
    """Return the page behind or before a cursor; for any other text the first one."""
    runs = _listed(seller_id)
    place = _place(after or before, seller_id)
    if place is None:
        return _page(list(runs[: ROWS + 1]), seller_id, newer=False)
    at, run_id = place
    if after:
        behind = runs.filter(Q(started_at__lt=at) | Q(started_at=at, id__lt=run_id))
        return _page(list(behind[: ROWS + 1]), seller_id, newer=True)
    ahead = runs.filter(Q(started_at__gt=at) | Q(started_at=at, id__gt=run_id))
    rows = list(ahead.order_by("started_at", "id")[: ROWS + 1])
    if len(rows) <= ROWS:
        return _page(list(runs[: ROWS + 1]), seller_id, newer=False)
    kept = rows[:ROWS][::-1]
    return RunPage(
        runs=tuple(kept),
        newer=_cursor(kept[0], seller_id),
        older=_cursor(kept[-1], seller_id),
    )


def waiting_files(*, seller_id: UUID, now: datetime) -> WaitingFiles:
    """Count the files of the seller in scope that still open at ``now``."""
    rows = ImportRun.objects.filter(
        seller_id=seller_id, deleted_at__isnull=True, expires_at__gt=now
    )
    found = rows.aggregate(
        count=Count("id"), first=Min("expires_at"), last=Max("expires_at")
    )
    return WaitingFiles(found["count"], found["first"], found["last"])


def _listed(seller_id: UUID) -> QuerySet[ImportRun]:
    rows = ImportRun.objects.filter(seller_id=seller_id)
    return rows.defer("errors", "first_rows").order_by("-started_at", "-id")


def _page(rows: list[ImportRun], seller_id: UUID, *, newer: bool) -> RunPage:
    shown = rows[:ROWS]
    return RunPage(
        runs=tuple(shown),
        newer=_cursor(shown[0], seller_id) if newer and shown else "",
        older=_cursor(shown[-1], seller_id) if len(rows) > ROWS else "",
    )


def _cursor(run: ImportRun, seller_id: UUID) -> str:
    value = [run.started_at.isoformat(), run.id.hex]
    return _signer(seller_id).sign_object(value)


def _place(text: str, seller_id: UUID) -> tuple[datetime, UUID] | None:
    if not text or len(text) > _LONGEST:
        return None
    try:
        at, run_id = _signer(seller_id).unsign_object(text)
        return datetime.fromisoformat(at), UUID(hex=str(run_id))
    except (BadSignature, ValueError, TypeError):
        return None


def _signer(seller_id: UUID) -> Signer:
    return Signer(salt=f"marketplaces.runs.1.{seller_id}")
