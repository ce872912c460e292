"""Pages for what was refused, is missing or broke; and what the log says of it."""

import logging
import re
from io import StringIO
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

import orders.views.pages
from tests.shops import Shop

NUMBER = re.compile(r"E-[0-9A-F]{4}-[0-9A-F]{4}")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """Return what the portal's own log handler writes."""
    written = StringIO()
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            monkeypatch.setattr(handler, "stream", written)
    return written


def lines(log: StringIO) -> list[str]:
    """Return the lines about requests, without their time."""
    return re.findall(
        r"(?:WARNING|ERROR) (django\.(?:request|security).*)", log.getvalue()
    )


def text_of(answer: Any) -> str:
    """Return the words of a page, without its tags."""
    words = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return " ".join(words.replace("&amp;", "&").split())


def test_a_missing_right_names_who_can_give_it(shop: Shop, log: StringIO) -> None:
    answer = shop.client("support").get(shop.url("exposure/?q=secret"))
    assert answer.status_code == 403
    assert "Ask Owner Exampleton." in text_of(answer)
    assert lines(log) == ["django.request 403 GET /s/<slug:seller>/exposure/"]
    assert "Traceback" not in log.getvalue()


def test_a_foreign_and_a_missing_shop_are_one_page_and_one_line(
    shop: Shop, other_shop: Shop, log: StringIO
) -> None:
    client = shop.client("owner")
    foreign = client.get(other_shop.url("exposure/?phone=1"))
    missing = client.get("/s/nobody/exposure/")
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert "There is no such page here" in text_of(missing)
    assert lines(log) == ["django.request 404 GET (no such address)"] * 2


def test_a_fault_of_ours_has_a_number_that_the_log_has_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    def broken(*args: object, **kwargs: object) -> HttpResponse:
        raise ZeroDivisionError

    monkeypatch.setattr(orders.views.pages, "list_page", broken)
    client = shop.client("owner")
    client.raise_request_exception = False
    answers = [client.get(shop.url("orders/?q=secret")) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [500, 500]
    shown = [found for answer in answers for found in NUMBER.findall(text_of(answer))]
    assert NUMBER.findall(log.getvalue()) == shown
    assert len(set(shown)) == 2
    assert log.getvalue().count("Traceback") == 2
    assert "secret" not in log.getvalue()


def test_an_old_form_says_that_nothing_was_saved(db: None, log: StringIO) -> None:
    answer = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "Nothing was saved." in text_of(answer)
    assert lines(log) == ["django.security.csrf 403 POST /theme/"]


def test_a_wrong_host_is_a_page_and_one_line(db: None, log: StringIO) -> None:
    answer = Client(headers={"host": "elsewhere.example"}).get("/account/sign-in/")
    assert answer.status_code == 400
    assert "Nothing was changed." in text_of(answer)
    assert lines(log) == ["django.security.DisallowedHost 400 GET (no such address)"]
    assert "Traceback" not in log.getvalue()
