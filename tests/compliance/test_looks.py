"""Who saw what: showings by person, purpose and day, from the ledger alone."""

from datetime import date, datetime
from uuid import UUID, uuid4

from compliance.queries.looks import Looks, looks_of
from sellers.models import Membership
from tests.compliance.planting import instant
from tests.shops import Shop
from vault.context import SYSTEM, person_actor, seller_scope
from vault.kinds import Kind, Purpose
from vault.ledger import append

TODAY = date(2026, 11, 22)


def show(shop: Shop, who: str, purpose: Purpose, *instants: str) -> None:
    """Write showings into the ledger, as an opening does."""
    actor = person_actor(shop.people[who].id) if who else SYSTEM
    with seller_scope(seller_id=shop.id, actor=actor):
        for text in instants:
            append(kind=Kind.opened_for(purpose), now=instant(text), subject_id=uuid4())


def looks(shop: Shop) -> Looks:
    """Read the looks of a shop."""
    with shop.scope():
        return looks_of(seller_id=shop.id, today=TODAY)


def test_nobody_saw_anything(shop: Shop) -> None:
    seen = looks(shop)
    assert (seen.people, seen.times) == ((), 0)
    assert len(seen.by_day) == 30
    assert {times for _day, times in seen.by_day} == {0}


def test_people_stand_with_their_main_purpose_most_first(shop: Shop) -> None:
    show(shop, "support", Purpose.ANSWER, "2026-11-20 10:00")
    show(shop, "fulfilment", Purpose.PACK, "2026-11-21 09:00")
    show(
        shop,
        "fulfilment",
        Purpose.DELIVER,
        "2026-11-21 10:00",
        "2026-11-21 11:00",
        "2026-11-22 08:00",
    )
    told = [
        (p.name, p.role, p.times, p.main_purpose, p.main_times, p.last)
        for p in looks(shop).people
    ]
    assert told == [
        (
            "Fulfilment Exampleton",
            "fulfilment",
            4,
            Purpose.DELIVER,
            3,
            instant("2026-11-22 08:00"),
        ),
        (
            "Support Exampleton",
            "support",
            1,
            Purpose.ANSWER,
            1,
            instant("2026-11-20 10:00"),
        ),
    ]


def test_days_and_people_add_up_to_the_same(shop: Shop) -> None:
    show(shop, "owner", Purpose.TAX, "2026-10-24 00:00", "2026-11-22 23:59")
    show(shop, "support", Purpose.ANSWER, "2026-11-20 10:00", "2026-11-20 23:59")
    seen = looks(shop)
    assert seen.times == sum(times for _day, times in seen.by_day) == 4
    assert {day: times for day, times in seen.by_day if times} == {
        date(2026, 10, 24): 1,
        date(2026, 11, 20): 2,
        date(2026, 11, 22): 1,
    }


def test_what_was_shown_earlier_than_thirty_days_does_not_count(shop: Shop) -> None:
    show(shop, "owner", Purpose.TAX, "2026-10-23 23:59")
    assert looks(shop).times == 0


def test_only_openings_are_showings(shop: Shop) -> None:
    with shop.scope():
        for kind in (Kind.PII_SEALED_IMPORT, Kind.PII_REFUSED_DAY, Kind.PII_PURGED_DAY):
            append(kind=kind, now=instant("2026-11-22 08:00"))
    assert looks(shop).times == 0


def test_another_shop_is_never_counted_nor_its_role_told(
    shop: Shop, other_shop: Shop
) -> None:
    show(other_shop, "owner", Purpose.TAX, "2026-11-22 08:00")
    show(shop, "owner", Purpose.TAX, "2026-11-22 08:00")
    person = shop.people["owner"]
    with other_shop.scope():
        join(other_shop, person.id, instant("2026-11-01 08:00"))
    assert [(p.person_id, p.role) for p in looks(shop).people] == [(person.id, "owner")]


def test_who_has_left_is_still_named_and_the_portal_is_nobody(shop: Shop) -> None:
    show(shop, "owner", Purpose.TAX, "2026-11-22 08:00")
    show(shop, "", Purpose.MARKETPLACE, "2026-11-22 09:00")
    with shop.scope():
        Membership.objects.filter(person=shop.people["owner"]).delete()
    told = {p.person_id: (p.name, p.role) for p in looks(shop).people}
    assert told == {
        shop.people["owner"].id: ("Owner Exampleton", ""),
        None: ("", ""),
    }


def join(shop: Shop, person_id: UUID, now: datetime) -> None:
    """Let a person of another shop into this one, as an auditor."""
    Membership.objects.create(
        seller=shop.seller, person_id=person_id, role="auditor", joined_at=now
    )
