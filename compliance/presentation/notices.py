"""Notices to owners, and the test buyer, as the exposure page shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from compliance.alarm_words import Told, told_of
from compliance.alarms import RISK
from compliance.declarations import invented_order
from compliance.models import Notice, NoticeKind
from sellers.queries import people_names
from vault.kinds import Kind
from vault.models import LedgerEntry


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice that stands. Instants are in UTC; ``close_url``: only a person can."""

    kind: NoticeKind
    told: Told
    opened_at: datetime
    mailed_at: datetime | None
    close_url: str = ""


@dataclass(frozen=True, slots=True)
class TestBuyerCard:
    """Which order is the test buyer's, and who opened it last (UTC); owners alone."""

    __test__ = False  # no test of pytest's

    number: str
    url: str
    opened_at: datetime | None = None
    opened_by: str = ""


def notice_rows(
    *, seller_id: UUID, shop: str, for_owner: bool
) -> tuple[NoticeRow, ...]:
    """Return the notices that stand in the seller in scope, in order of risk.

    That the test buyer was opened is for owners alone: whoever did it may be looking.
    ``shop`` is the shop's slug.
    """
    return tuple(_rows(seller_id=seller_id, shop=shop, for_owner=for_owner))


def _rows(*, seller_id: UUID, shop: str, for_owner: bool) -> Iterator[NoticeRow]:
    found = list(Notice.objects.filter(seller_id=seller_id, closed_at=None))
    if not for_owner:
        found = [n for n in found if n.kind != NoticeKind.TEST_BUYER]
    people = {UUID(n.facts["person"]) for n in found if n.facts.get("person")}
    names = people_names(ids=people) if people else {}
    by_text = {str(person_id): name for person_id, name in names.items()}
    for notice in sorted(
        found, key=lambda n: (RISK.index(NoticeKind(n.kind)), n.about)
    ):
        kind = NoticeKind(notice.kind)
        closable = kind is NoticeKind.TEST_BUYER
        yield NoticeRow(
            kind=kind,
            told=told_of(notice=notice, names=by_text),
            opened_at=notice.opened_at,
            mailed_at=notice.mailed_at,
            close_url=reverse("compliance:notice-close", args=[shop, notice.id])
            if closable
            else "",
        )


def test_buyer_card(*, seller_id: UUID, shop: str) -> TestBuyerCard | None:
    """Return what owners learn of the test buyer; None where there is none yet."""
    order = invented_order(seller_id=seller_id)
    if order is None:
        return None
    last = (
        LedgerEntry.objects.filter(
            seller_id=seller_id, kind=Kind.INCIDENT_OPENED_TEST.value
        )
        .order_by("-at", "-id")
        .values_list("at", "actor_id")
        .first()
    )
    url = reverse("orders:order-detail", args=[shop, order.order_id])
    if last is None:
        return TestBuyerCard(number=order.number, url=url)
    at, person_id = last
    names = people_names(ids={person_id}) if person_id else {}
    return TestBuyerCard(
        number=order.number,
        url=url,
        opened_at=at,
        opened_by=names.get(person_id, "") if person_id else "",
    )
