"""The rows that a shop's notices are judged by, of one seller or of who is asked."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from django.db.models import Model, QuerySet, Subquery
from django.db.models.functions import Coalesce

from compliance.alarms import CERTIFICATE_AHEAD
from compliance.models import TRIES, HoldCertificate, Notice, NoticeKind, StuckRow
from compliance.queries.counted import counted
from vault.context import Whose
from vault.kinds import Kind, Purpose
from vault.models import LedgerEntry
from vault.privacy import buyer_models

_EVER = datetime(1, 1, 1, tzinfo=UTC)
_OPENED = tuple(Kind.opened_for(purpose).value for purpose in Purpose)


def past_limit_rows(*, seller_id: Whose, today: date) -> Iterator[QuerySet[Model]]:
    """Yield for each table with buyers the rows past the limit on a day (UTC)."""
    for model, privacy in buyer_models():
        yield model._default_manager.filter(
            counted(privacy=privacy),
            seller_id=seller_id,
            purge_on__lte=today,
            limit_on__lte=today,
        ).order_by()


def ending_certificates(
    *, seller_id: Whose, now: datetime
) -> QuerySet[HoldCertificate]:
    """Return the certificate that items are sealed to, where it ends soon or has."""
    known = HoldCertificate.objects.filter(seller_id=seller_id)
    latest = known.order_by("-added_at", "-id").values("id")[:1]
    return known.filter(id=Subquery(latest), ends_at__lte=now + CERTIFICATE_AHEAD)


def left_out_rows(*, seller_id: Whose) -> QuerySet[StuckRow]:
    """Return the rows that were tried for the last time and wait for a person."""
    return StuckRow.objects.filter(
        seller_id=seller_id, solved_at=None, tries__gte=TRIES
    )


def incident_rows(*, seller_id: Whose) -> Iterator[QuerySet[LedgerEntry]]:
    """Yield openings of the test buyer that no owner has answered for yet.

    The log is asked twice: for incidents, which `vault.opening` writes, and for
    openings of a buyer that is invented, should anybody have kept it from that.
    """
    closed = Notice.objects.filter(
        seller_id=seller_id, kind=NoticeKind.TEST_BUYER, closed_at__isnull=False
    ).order_by("-closed_at")
    since = Coalesce(Subquery(closed.values("closed_at")[:1]), _EVER)
    entries = LedgerEntry.objects.filter(seller_id=seller_id, at__gt=since)
    yield entries.filter(kind=Kind.INCIDENT_OPENED_TEST.value)
    for model, privacy in buyer_models():
        if privacy.invented:
            invented = model._default_manager.filter(
                seller_id=seller_id, **{privacy.invented: True}
            )
            yield entries.filter(
                kind__in=_OPENED, subject_id__in=invented.values(privacy.subject)
            )
