"""Standing tax rules at work: what arrives is sealed to the shop's certificate.

In the transaction of the import batch that stores the buyer. What an arrival had to
leave out is sealed by the sweep (`compliance.services.catching_up`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from compliance.declarations.subjects import Subject
from compliance.models import ArchiveItem, HoldCertificate, OrderKind, StandingRule
from compliance.queries.certificates import latest_certificate
from compliance.queries.held import live_rules
from compliance.queries.held_buyers import has_tax_id, is_invented
from compliance.services.tax_rules import last_day
from vault.archiving import Archived, Cause, Outcome, Wanted, archive
from vault.context import current_scope
from vault.kinds import Kind
from vault.ledger import append_many
from vault.refusals import OpeningStopped
from vault.sealed_rows import SealedRow


@dataclass(frozen=True, slots=True)
class Arrival:
    """A buyer's row that was just sealed or filled, and the order that it is of."""

    row: SealedRow
    subject: Subject


def seal_arrivals(*, arrivals: Sequence[Arrival], now: datetime) -> int:
    """Archive what the live rules of the seller in scope ask for; return the items.

    One query where the shop has no rule. An order has one item of a rule: a buyer that
    is completed later takes the place of what was sealed before. While staff's stop
    stands nothing is sealed, and the import goes on.
    """
    if not arrivals:
        return 0
    seller_id = current_scope().seller_id
    rules = list(live_rules(seller_id=seller_id))
    certificate = latest_certificate(seller_id=seller_id) if rules else None
    if certificate is None:
        return 0
    return sum(
        len(
            seal_by_rule(
                rule=rule,
                arrivals=[each for each in arrivals if _is_about(rule, each)],
                certificate=certificate,
                now=now,
            ).items
        )
        for rule in rules
    )


def seal_by_rule(
    *,
    rule: StandingRule,
    arrivals: Sequence[Arrival],
    certificate: HoldCertificate,
    now: datetime,
) -> Outcome:
    """Seal buyers for one rule and store the items; return what became of them.

    Nothing became of any while staff's stop stands. Raises `OpeningSuspended`.
    """
    wanted = {each.subject.id: _wanted(rule, each) for each in arrivals}
    try:
        outcome = archive(
            wanted=list(wanted.values()),
            certificate=certificate.pem,
            cause=Cause.RULE,
            now=now,
        )
    except OpeningStopped:
        return Outcome({}, {}, frozenset())
    _forget_former(rule=rule, items=list(outcome.items.values()), now=now)
    ArchiveItem.objects.bulk_create(
        [
            ArchiveItem(
                seller_id=rule.seller_id,
                rule=rule,
                certificate_id=certificate.id,
                subject_id=item.subject_id,
                fields=list(item.fields),
                cms=item.cms,
                sha256=item.sha256,
                sealed_at=now,
                ends_on=wanted[item.subject_id].ends_on,
            )
            for item in outcome.items.values()
        ]
    )
    return outcome


def _is_about(rule: StandingRule, arrival: Arrival) -> bool:
    if arrival.subject.country.upper() != rule.country or is_invented(row=arrival.row):
        return False
    return rule.kind == OrderKind.ANY or has_tax_id(row=arrival.row)


def _wanted(rule: StandingRule, arrival: Arrival) -> Wanted:
    return Wanted(
        row=arrival.row,
        fields=rule.fields,
        ends_on=last_day(bought_at=arrival.subject.bought_at, years=rule.years),
        label=rule.label,
        facts={**arrival.subject.facts, "law": rule.law},
    )


def _forget_former(
    *, rule: StandingRule, items: Sequence[Archived], now: datetime
) -> None:
    """Delete what these orders had of the rule: the new item holds the latest."""
    if not items:
        return
    former = ArchiveItem.objects.filter(
        seller_id=rule.seller_id,
        rule=rule,
        subject_id__in=[item.subject_id for item in items],
    )
    gone = list(former.values_list("subject_id", "sha256"))
    if not gone:
        return
    append_many(
        kind=Kind.ARCHIVE_DELETED_ITEM,
        now=now,
        entries=[
            (subject, {"sha256": sha256, "why": "replaced", "name": rule.label})
            for subject, sha256 in gone
        ],
    )
    former.delete()
