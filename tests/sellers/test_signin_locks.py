"""Locks: ten failures, for a name or from an address, and nothing told by them."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.test import Client

from sellers.models import Person
from tests.sellers.test_signin import URL, WRONG, enter, knock, seen
from tests.shops import PASSWORD, Shop


@pytest.fixture
def person(shop: Shop) -> Person:
    """Return the owner of a shop."""
    return shop.people["owner"]


def fail_ten_times(email: str) -> None:
    """Fail ten times, each from an address of its own."""
    for number in range(10):
        knock(Client(), email, WRONG, REMOTE_ADDR=f"203.0.113.{number}")


def test_ten_failures_lock_the_account_for_right_and_wrong_alike(
    person: Person,
) -> None:
    fail_ten_times(person.email)
    right = seen(knock(Client(), person.email, PASSWORD), person.email)
    wrong = seen(knock(Client(), person.email, WRONG), person.email)
    assert right == wrong
    assert (right[0], "Sign-in waits for 30 minutes" in right[1]) == (429, True)


def test_an_unknown_address_is_locked_with_the_same_page(person: Person) -> None:
    nobody = "nobody@shop.example"
    fail_ten_times(person.email)
    fail_ten_times(nobody)
    known = seen(knock(Client(), person.email, WRONG), person.email)
    assert known == seen(knock(Client(), nobody, WRONG), nobody)


def test_ten_failures_from_one_address_lock_it_for_every_name(person: Person) -> None:
    for number in range(10):
        knock(Client(), f"nobody{number}@shop.example", WRONG)
    assert knock(Client(), person.email, PASSWORD).status_code == 429
    elsewhere = knock(Client(), person.email, PASSWORD, REMOTE_ADDR="203.0.113.7")
    assert elsewhere.status_code == 302


def test_after_half_an_hour_the_lock_is_off(person: Person) -> None:
    fail_ten_times(person.email)
    for attempt in AccessAttempt.objects.all():
        before = attempt.attempt_time - timedelta(minutes=31)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=before)
    assert knock(Client(), person.email, PASSWORD).status_code == 302


def test_an_own_account_does_not_clear_tries_on_another(
    shop: Shop, person: Person
) -> None:
    for _ in range(9):
        knock(Client(), person.email, WRONG)
    assert enter(Client(), shop.people["manager"]).status_code == 302
    assert knock(Client(), person.email, WRONG).status_code == 429


@pytest.mark.parametrize("count", [0, 1])
def test_a_header_moves_the_address_behind_our_proxy_only(
    person: Person, settings: Any, count: int
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = count
    told = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 198.51.100.9"}
    knock(Client(), person.email, WRONG, REMOTE_ADDR="203.0.113.5", **told)
    believed = {0: "203.0.113.5", 1: "198.51.100.9"}[count]
    assert AccessAttempt.objects.get().ip_address == believed


def test_a_network_of_one_home_counts_as_one_address(person: Person) -> None:
    for end in ("1", "2:3"):
        knock(Client(), person.email, WRONG, REMOTE_ADDR=f"2001:db8:1:2::{end}")
    assert AccessAttempt.objects.get().ip_address == "2001:db8:1:2::"


def test_nothing_but_name_address_and_path_is_kept_of_a_failure(
    person: Person,
) -> None:
    secret = "Secret-in-a-Field-9"
    form = {"login": person.email, "password": WRONG, "extra": secret}
    Client().post(f"{URL}?more={secret}", form, HTTP_USER_AGENT=secret)
    enter(Client(), person)
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        for row in model.objects.values():
            assert secret not in str(row)
            assert WRONG not in str(row)
            assert row["user_agent"] == ""
    assert AccessFailureLog.objects.get().username == person.email
    assert AccessLog.objects.get().username == person.email
