"""Approving a hold: its fields are sealed to the shop's certificate, there and then.

The buyers' rows are locked and their purge days held until the commit, as every sealer
holds them. So the destruction of a day comes before an approval, which then names the
order as gone, or after it, when the item is safe: never in its middle.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from compliance.declarations.subjects import held_subjects
from compliance.models import ArchiveItem, HeldOrder, Hold, HoldCertificate, HoldOutcome
from compliance.queries.held import Stand, stand_of
from compliance.queries.held_buyers import buyers_of
from compliance.services.approving import (
    Approval,
    ChangedMeanwhile,
    approval_of,
    check_approval,
)
from compliance.services.certificates import needed_certificate
from compliance.services.holding import BadLastDay, forget_renewal, locked_hold
from vault.archiving import Archived, Cause, Outcome, Wanted, archive
from vault.kinds import Kind
from vault.ledger import append
from vault.privacy import subject_of_row
from vault.refusals import KeyDestroyed, PastItsDay
from vault.sealed_rows import SealedRow


def _go_on() -> None:
    """Do nothing between two steps; tests stop here."""


def approve_hold(
    *,
    hold_id: UUID,
    person_id: UUID,
    factor_given: bool,
    now: datetime,
    sealed: Callable[[], None] = _go_on,
) -> Hold:
    """Approve a hold of the shop in scope and seal its fields to the certificate.

    An order whose buyer is gone by now is named by its outcome; the others are sealed.
    ``sealed`` is called when the items are written and not yet committed. Raises
    `SecondPersonNeeded`, `TooEarly`, `FactorNeeded`, `ChangedMeanwhile`,
    `NoCertificate`, and `OpeningStopped` or `OpeningSuspended`: nothing was done then.
    """
    hold = locked_hold(hold_id=hold_id)
    if stand_of(hold=hold, today=now.date()) is not Stand.WAITING:
        raise ChangedMeanwhile
    approval = hold_approval(hold=hold, person_id=person_id, now=now)
    check_approval(approval=approval, factor_given=factor_given)
    certificate = needed_certificate(seller_id=hold.seller_id)
    held = list(
        HeldOrder.objects.filter(seller_id=hold.seller_id, hold=hold).order_by("id")
    )
    outcome = _seal(hold=hold, certificate=certificate, held=held, now=now)
    hold.approved_at, hold.approved_by_id = now, person_id
    hold.alone = approval.alone
    hold.save(update_fields=["approved_at", "approved_by", "alone"])
    append(
        kind=Kind.HOLD_APPROVED_CASE,
        now=now,
        subject_id=hold.id,
        facts={
            "number": hold.label,
            "orders": len(outcome.items),
            "alone": int(hold.alone),
        },
    )
    sealed()
    return hold


def approve_renewal(
    *, hold_id: UUID, until: date, person_id: UUID, factor_given: bool, now: datetime
) -> Hold:
    """Move a hold's last day to the one that was asked for, and that of its items.

    ``until`` is the day that the person saw: another one that was asked for meanwhile
    is not approved unseen. Raises as `approve_hold` does, and `BadLastDay` where the
    new day has passed.
    """
    hold = locked_hold(hold_id=hold_id)
    live = stand_of(hold=hold, today=now.date()) is Stand.LIVE
    if not live or hold.wanted_until != until:
        raise ChangedMeanwhile
    approval = renewal_approval(hold=hold, person_id=person_id, now=now)
    check_approval(approval=approval, factor_given=factor_given)
    if until <= now.date():
        raise BadLastDay
    before, hold.ends_on = hold.ends_on, until
    hold.alone = hold.alone or approval.alone
    forget_renewal(hold=hold)
    hold.save()
    ArchiveItem.objects.filter(seller_id=hold.seller_id, hold=hold).update(
        ends_on=until
    )
    append(
        kind=Kind.HOLD_RENEWED_CASE,
        now=now,
        subject_id=hold.id,
        facts={
            "number": hold.label,
            "last day before": before.isoformat(),
            "last day": until.isoformat(),
            "alone": int(approval.alone),
        },
    )
    return hold


def hold_approval(*, hold: Hold, person_id: UUID, now: datetime) -> Approval:
    """Return how a person stands to a hold that waits."""
    return approval_of(
        seller_id=hold.seller_id,
        asked_by=hold.placed_by_id,
        asked_at=hold.placed_at,
        person_id=person_id,
        now=now,
    )


def renewal_approval(*, hold: Hold, person_id: UUID, now: datetime) -> Approval:
    """Return how a person stands to a renewal that waits."""
    return approval_of(
        seller_id=hold.seller_id,
        asked_by=hold.wanted_by_id or hold.placed_by_id,
        asked_at=hold.wanted_at or hold.placed_at,
        person_id=person_id,
        now=now,
    )


def _seal(
    *,
    hold: Hold,
    certificate: HoldCertificate,
    held: Sequence[HeldOrder],
    now: datetime,
) -> Outcome:
    """Store an item for each buyer that is still there; note what became of all."""
    rows = _open_rows(hold=hold, held=held, today=now.date())
    outcome = archive(
        wanted=_wanted(hold=hold, rows=tuple(rows.values())),
        certificate=certificate.pem,
        cause=Cause.CASE,
        now=now,
    )
    ArchiveItem.objects.bulk_create(
        [
            _item(hold=hold, certificate_id=certificate.id, item=item, now=now)
            for item in outcome.items.values()
        ]
    )
    for each in held:
        each.outcome = _outcome(row=rows.get(each.subject_id), outcome=outcome)
    HeldOrder.objects.bulk_update(held, ["outcome"], batch_size=500)
    return outcome


def _open_rows(
    *, hold: Hold, held: Sequence[HeldOrder], today: date
) -> dict[UUID, SealedRow]:
    """Return the buyers by order, locked, whose order's day has not begun.

    The key of one that could not be sealed for an earlier day lives on: it counts as
    gone from that day on, as it does for whoever asks to see it.
    """
    ids = [each.subject_id for each in held]
    rows = buyers_of(seller_id=hold.seller_id, ids=ids, lock=True)
    subjects = held_subjects().by_id(seller_id=hold.seller_id, ids=rows)
    return {
        order: row
        for order, row in rows.items()
        if order in subjects and subjects[order].purge_on > today
    }


def _wanted(*, hold: Hold, rows: Sequence[SealedRow]) -> list[Wanted]:
    by_order = {subject_of_row(row=row): row for row in rows}
    subjects = held_subjects().by_id(seller_id=hold.seller_id, ids=by_order)
    return [
        Wanted(
            row=by_order[subject.id],
            fields=hold.fields,
            ends_on=hold.ends_on,
            label=hold.label,
            facts={**subject.facts, "ground": hold.ground, "kind": hold.kind},
        )
        for subject in subjects.values()
    ]


def _item(
    *, hold: Hold, certificate_id: UUID, item: Archived, now: datetime
) -> ArchiveItem:
    return ArchiveItem(
        seller_id=hold.seller_id,
        hold=hold,
        certificate_id=certificate_id,
        subject_id=item.subject_id,
        fields=list(item.fields),
        cms=item.cms,
        sha256=item.sha256,
        sealed_at=now,
        ends_on=hold.ends_on,
    )


def _outcome(*, row: SealedRow | None, outcome: Outcome) -> HoldOutcome:
    if row is None:
        return HoldOutcome.GONE
    if row.id in outcome.items:
        return HoldOutcome.SEALED
    refused = outcome.refused.get(row.id)
    if isinstance(refused, PastItsDay | KeyDestroyed):
        return HoldOutcome.GONE
    return HoldOutcome.EMPTY if refused is None else HoldOutcome.BROKEN
