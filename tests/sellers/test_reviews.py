"""The review of access: each person is kept or removed, and it is named."""

import re
from itertools import count

from sellers.models import Membership, Person
from sellers.roles import SUPPORT
from sellers.services.members import add_member
from tests.sellers.team import (
    member,
    recorded,
    use_codes,
)
from tests.shops import Shop, at
from vault.clock import clock

PEOPLE = "people/"
_numbers = count(1)


def page(shop: Shop, role: str = "owner", tail: str = PEOPLE) -> str:
    """Return what a role reads."""
    answer = shop.client(role).get(shop.url(tail))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_review_keeps_and_removes_and_is_named(shop: Shop) -> None:
    client, url = shop.client("owner"), shop.url("people/review/")
    assert "You: another owner reviews you" in page(shop, tail="people/review/")
    with shop.scope():
        ids = {role: str(member(shop, role).id) for role in shop.people}
    verdicts = {f"m-{ids[role]}": "keep" for role in ids if role != "owner"}
    short = {**verdicts}
    del short[f"m-{ids['support']}"]
    missed = client.post(url, short)
    assert missed.status_code == 422
    assert "Keep or remove?" in missed.content.decode()
    verdicts[f"m-{ids['auditor']}"] = "remove"
    done = client.post(url, verdicts, follow=True)
    words = re.sub(r"\s+", " ", done.content.decode())
    assert "Reviewed: 4 kept, 1 removed." in words
    assert re.search(r"Last reviewed <time[^>]*>Today 17:14</time> by Owner", words)
    assert "20 Feb 2027" in words
    with shop.scope():
        assert recorded("member:reviewed:access") == [{"kept": 4, "removed": 1}]
        assert Membership.objects.filter(role="auditor").count() == 0


def test_somebody_who_joined_meanwhile_stops_the_review(shop: Shop) -> None:
    client, url = shop.client("owner"), shop.url("people/review/")
    with shop.scope():
        ids = [m.id for m in Membership.objects.exclude(role="owner")]
        _newcomer(shop)
    answer = client.post(url, {f"m-{i}": "remove" for i in ids})
    assert answer.status_code == 422
    with shop.scope():
        assert Membership.objects.count() == 7
        assert recorded("member:reviewed:access") == []


def test_a_review_that_is_due_is_named(shop: Shop) -> None:
    with at("2027-02-20T00:00Z"):
        assert "The review was due" in page(shop)
    with at("2027-02-19T00:00Z"):
        assert "Next review by" in page(shop)


def _newcomer(shop: Shop) -> None:
    person = Person.objects.create(
        email=f"more{next(_numbers)}@shop.example", name="Mo Re", made_at=clock.now()
    )
    use_codes(person, left=5)
    add_member(
        seller=shop.seller,
        person=person,
        role=SUPPORT,
        opens_buyer_data=False,
        now=clock.now(),
    )
