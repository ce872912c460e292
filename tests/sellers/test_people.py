"""The page People and what it leads to, by client."""

import re
from datetime import timedelta
from itertools import count

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sellers.models import Invitation, Membership, Person
from sellers.queries.team import SecondFactor, second_factors
from sellers.roles import AUDITOR, FULFILMENT, INVENTORY, MANAGER, ROLES, SUPPORT
from sellers.services.members import add_member
from tests.sellers.team import (
    Capture,
    ask,
    change,
    entries,
    member,
    second_owner,
    terms,
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


def url_of(shop: Shop, role: str, tail: str = "") -> str:
    """Return the address of the person in a role."""
    with shop.scope():
        return shop.url(f"{PEOPLE}{member(shop, role).id}/{tail}")


def test_the_page_says_who_works_here_and_how(shop: Shop) -> None:
    with shop.scope():
        ask(shop, "asked@shop.example", terms(SUPPORT))
    words = page(shop)
    assert "6 people, all with a second factor. 4 may open buyer data." in words
    assert "Not reviewed yet." in words
    for person in shop.people.values():
        assert (person.name in words, person.email in words) == (True, True)
    for role in ROLES.values():
        assert str(role.buyer_words).replace("'", "&#x27;") in words
    assert words.count("Now, this device") == 1
    assert words.count(">Change<") == 5
    assert "Only another owner can change this." in words
    assert "asked@shop.example" in words
    assert "Next review by" in words


@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_who_reads_only_sees_no_button(shop: Shop, role: str) -> None:
    with shop.scope():
        ask(shop, "asked@shop.example", terms(SUPPORT))
    words = page(shop, role)
    assert "is decided by Owner Exampleton" in words
    for button in ("Change<", "Invite a person", "Review access", "Withdraw<"):
        assert button not in words


@pytest.mark.parametrize("role", ["fulfilment", "inventory", "support"])
def test_who_may_not_read_it_is_told_whom_to_ask(shop: Shop, role: str) -> None:
    answer = shop.client(role).get(shop.url(PEOPLE))
    assert answer.status_code == 403
    assert "Ask Owner Exampleton." in answer.content.decode()
    assert "People</a>" not in shop.client(role).get(shop.url()).content.decode()


def test_thirty_people_take_no_more_questions_than_three(shop: Shop) -> None:
    client = shop.client("owner")
    client.get(shop.url(PEOPLE))
    with CaptureQueriesContext(connection) as few:
        client.get(shop.url(PEOPLE))
    with shop.scope():
        for _ in range(30):
            _newcomer(shop)
            ask(shop, f"asked{next(_numbers)}@shop.example", terms(SUPPORT))
    with CaptureQueriesContext(connection) as many:
        words = client.get(shop.url(PEOPLE)).content.decode()
    assert "36 people" in words
    assert len(many) == len(few)


def test_recovery_codes_are_counted_and_few_are_named(
    shop: Shop, django_capture_on_commit_callbacks: Capture
) -> None:
    use_codes(shop.people["support"], left=1)
    words = page(shop)
    assert "1 code left" in words
    assert "Support Exampleton has 1 recovery code left" in words
    client, url = shop.client("owner"), url_of(shop, "support", "remind/")
    for said in ("gets an e-mail", "was reminded in the last day"):
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            answer = client.post(url, follow=True)
        assert said in answer.content.decode()
    (sent,) = mail.outbox
    assert sent.to == [shop.people["support"].email]
    assert sent.subject == "You have 1 recovery code left"
    answer = client.post(url_of(shop, "manager", "remind/"), follow=True)
    assert "has enough recovery codes" in answer.content.decode()


def test_codes_kept_in_an_unknown_way_are_not_counted(shop: Shop) -> None:
    person = shop.people["support"]
    use_codes(person, left=3)
    rows = Authenticator.objects.filter(user=person, type="recovery_codes")
    rows.update(data={"other": 1})
    found = second_factors(person_ids=[person.id])
    assert found == {person.id: SecondFactor(is_set_up=True, codes_left=None)}


def test_a_person_without_a_second_factor_is_named(shop: Shop) -> None:
    Authenticator.objects.filter(user=shop.people["support"]).delete()
    words = page(shop)
    assert "6 people, 5 of them with a second factor." in words
    assert "Support Exampleton has no second factor yet" in words


def test_a_change_acts_on_the_session_that_is_open(shop: Shop) -> None:
    packer, owner = shop.client("manager"), shop.client("owner")
    assert packer.get(shop.url("exposure/")).status_code == 200
    url = url_of(shop, "manager")
    saved = owner.post(url, {"role": "support", **entries(owner, url)}, follow=True)
    assert "Saved for Manager Exampleton: Support" in saved.content.decode()
    refused = packer.get(shop.url("exposure/"))
    assert refused.status_code == 403
    assert "Ask Owner Exampleton." in refused.content.decode()
    assert packer.get(shop.url()).status_code == 200


def test_a_removal_acts_on_the_session_that_is_open(shop: Shop) -> None:
    gone, owner = shop.client("support"), shop.client("owner")
    assert gone.get(shop.url()).status_code == 200
    url = url_of(shop, "support", "remove/")
    assert "What was done stays" in owner.get(url).content.decode()
    saved = owner.post(url, follow=True)
    assert "does not work here any more" in saved.content.decode()
    after, missing = gone.get(shop.url()), gone.get("/s/no-such-shop/orders/")
    assert (after.status_code, after.content) == (404, missing.content)
    assert owner.post(url).status_code == 404


def test_two_owners_at_once_are_told_what_was_and_what_is(shop: Shop) -> None:
    owner, url = shop.client("owner"), url_of(shop, "support")
    seen = entries(owner, url)
    with shop.scope():
        change(shop, "support", terms(FULFILMENT, opens=True))
    wanted = {"role": "inventory", **seen}
    told = owner.post(url, wanted)
    words = told.content.decode()
    assert told.status_code == 422
    assert "It showed: Support, may open buyer data." in words
    assert "It is now: Fulfilment, may open buyer data." in words
    assert re.search(r'value="inventory"[^>]* checked', words)
    assert 'value="fulfilment:1:"' in words
    again = owner.post(url, {"role": "inventory", "seen": "fulfilment:1:"})
    assert again.status_code == 302
    with shop.scope():
        assert member(shop, "support").role == "inventory"


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"role": "inventory", "opens_buyer_data": "on"}, "never shown a buyer"),
        ({"role": "support", "ends_on": "2026-11-22"}, "This day has begun."),
        ({"role": ""}, "Choose a role."),
        ({"role": "support", "seen": "nonsense"}, "That did not go through"),
    ],
)
def test_a_wrong_entry_changes_nothing(
    shop: Shop, wanted: dict[str, str], sentence: str
) -> None:
    owner, url = shop.client("owner"), url_of(shop, "support")
    answer = owner.post(url, {**entries(owner, url), **wanted})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    with shop.scope():
        assert member(shop, "support").role == "support"


@pytest.mark.parametrize("tail", ["", "remove/"])
def test_nobody_opens_their_own_rights(shop: Shop, tail: str) -> None:
    with shop.scope():
        second_owner(shop)
    client, url = shop.client("owner"), url_of(shop, "owner", tail)
    for answer in (client.get(url), client.post(url, {"role": "manager"})):
        assert answer.status_code == 403
        words = answer.content.decode()
        assert "Nobody changes their own rights. Ask Zweite Ownerton." in words


@pytest.mark.parametrize("tail", ["", "remove/", "remind/"])
def test_a_person_of_another_shop_is_not_found(
    shop: Shop, other_shop: Shop, tail: str
) -> None:
    with other_shop.scope():
        theirs = member(other_shop, "support").id
    url = shop.url(f"{PEOPLE}{theirs}/{tail}")
    assert shop.client("owner").post(url, {"role": "owner"}).status_code == 404
    with other_shop.scope():
        assert member(other_shop, "support").role == "support"


def test_an_invitation_that_ended_can_be_sent_again_for_a_month(shop: Shop) -> None:
    with shop.scope():
        ask(shop, "asked@shop.example", terms(AUDITOR))
        Invitation.objects.filter(email="owner@shop.example").delete()
    assert "Waiting" in page(shop)
    with at("2026-11-26T12:00Z"):
        words = page(shop)
        assert ("Waiting" in words, "Not used." in words) == (False, True)
        assert "Send again" in words
    with at("2026-12-26T12:00Z"):
        assert "asked@shop.example" not in page(shop)


def test_whoever_ended_stays_in_the_list_until_removed(shop: Shop) -> None:
    with shop.scope():
        found = member(shop, "inventory")
        Membership.objects.filter(id=found.id).update(
            ends_on=clock.now().date() + timedelta(days=1)
        )
    client = shop.client("inventory")
    assert client.get(shop.url()).status_code == 200
    with at("2026-11-23T00:00Z"):
        assert shop.client("inventory").get(shop.url()).status_code == 404
        words = page(shop)
    assert "The time of Inventory Exampleton has ended" in words
    assert "5 people, all with a second factor." in words


def test_the_role_that_is_never_shown_a_buyer_loses_the_button(shop: Shop) -> None:
    with shop.scope():
        change(shop, "support", terms(INVENTORY))
        change(shop, "manager", terms(MANAGER))
    words = page(shop)
    assert "2 may open buyer data." in words


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
