"""Watching without the queue: the command, the web's own rounds, the ping."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from compliance.models import Heartbeat
from compliance.services.sweep import sweep
from sellerportal.management.commands import watch
from sellerportal.watching import middleware
from sellerportal.watching.middleware import WatchMiddleware
from sellerportal.watching.ping import PingAddressWrong, PingTarget, ping, ping_target
from sellerportal.watching.rounds import Rounds
from tests.orders.incoming import incoming, receive, the_order
from tests.sellerportal.watching import standing, switch, turn
from tests.shops import Shop, at
from vault.clock import clock
from vault.models import DayState, PurgeDay


@pytest.fixture
def swept(shop: Shop) -> Shop:
    """Return a shop with an order, swept just now."""
    receive(shop, incoming())
    sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
    return shop


class TestPing:
    """The dead man's switch."""

    @pytest.mark.parametrize(
        ("url", "mode", "target"),
        [
            (
                "https://hc-ping.example/a-b",
                "production",
                PingTarget(secure=True, host="hc-ping.example", port=None, path="/a-b"),
            ),
            (
                "http://127.0.0.1:8001",
                "demo",
                PingTarget(secure=False, host="127.0.0.1", port=8001, path="/"),
            ),
            ("", "production", None),
        ],
    )
    def test_addresses_that_are_pinged(
        self, url: str, mode: str, target: PingTarget | None
    ) -> None:
        assert ping_target(url=url, mode=mode) == target

    @pytest.mark.parametrize(
        ("url", "mode"),
        [
            ("http://127.0.0.1:8001/secret", "production"),
            ("http://hc-ping.example/secret", "demo"),
            ("https://me:word@hc-ping.example/secret", "production"),
            ("file:///etc/secret", "demo"),
            ("https://hc-ping.example/secret\r\nHost: x", "production"),
        ],
    )
    def test_others_are_refused_in_a_sentence(self, url: str, mode: str) -> None:
        with pytest.raises(PingAddressWrong, match="begins with https") as refused:
            ping_target(url=url, mode=mode)
        assert "secret" not in str(refused.value)

    def test_it_is_pinged_once_for_each_good_sweep_without_data(
        self, swept: Shop
    ) -> None:
        with switch() as (url, got):
            rounds = Rounds(target=ping_target(url=url, mode="test"))
            turn(rounds)
            turn(rounds)
            assert got == [
                "GET /ping/secret HTTP/1.1 ['Accept-Encoding', 'Host']",
            ]
            with at("2026-11-22T17:19Z"):
                sweep(seller_ids=[swept.id], now=clock.now(), clock_is_right=True)
                turn(rounds)
            assert len(got) == 2

    def test_it_stays_away_while_the_sweep_is_silent(self, swept: Shop) -> None:
        with switch() as (url, got), at("2026-11-22T17:30Z"):
            turn(Rounds(target=ping_target(url=url, mode="test")))
            assert got == []

    def test_a_switch_that_fails_stops_nothing_and_is_pinged_again(
        self, swept: Shop, caplog: pytest.LogCaptureFixture
    ) -> None:
        with switch(status=503) as (url, got):
            rounds = Rounds(target=ping_target(url=url, mode="test"))
            turn(rounds)
            turn(rounds)
            assert len(got) == 2
        assert "ping: answered 503" in caplog.text
        turn(rounds)
        assert "ConnectionRefusedError" in caplog.text
        assert "secret" not in caplog.text

    def test_it_waits_for_no_mail_server(
        self, swept: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with switch() as (url, got):
            before: list[int] = []
            monkeypatch.setattr(
                "sellerportal.watching.rounds.for_each_shop",
                lambda **_: before.append(len(got)),
            )
            turn(Rounds(target=ping_target(url=url, mode="test")))
        assert before == [1]

    def test_a_redirect_is_not_followed(self) -> None:
        with switch(status=302) as (url, got):
            target = ping_target(url=url, mode="test")
            assert target is not None
            assert not ping(target=target)
            assert len(got) == 1


class TestCommand:
    """``manage.py watch``."""

    def test_one_round_writes_its_heartbeat_and_judges(
        self, swept: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lives: list[str] = []
        monkeypatch.setattr(
            "sellerportal.heartbeat.Heart.beat", lambda _: lives.append("watch")
        )
        monkeypatch.setattr(watch, "_leave_database", lambda: None)
        with at("2026-11-22T17:30Z"):
            call_command("watch", "--once")
            assert standing(swept) == ["silent-sweep"]
        assert lives == ["watch"]

    def test_a_wrong_address_is_refused(self, settings: Any) -> None:
        settings.PORTAL_PING_URL = "http://hc-ping.example/secret"
        with pytest.raises(CommandError, match="begins with https"):
            call_command("watch", "--once")

    def test_keys_that_are_due_are_destroyed_by_it(self, swept: Shop) -> None:
        day = the_order(swept).purge_on
        for ahead in range((day - clock.today()).days + 1):
            moved = clock.today() + timedelta(days=ahead)
            with at(f"{moved}T00:05Z"):
                if moved < day:
                    sweep(seller_ids=[swept.id], now=clock.now(), clock_is_right=True)
                else:
                    turn()
        assert PurgeDay.objects.get(day=day).state == DayState.DESTROYED


def served(**given: Any) -> WatchMiddleware:
    """Return the middleware in front of an empty answer."""
    return WatchMiddleware(lambda _: HttpResponse(), **given)


def request() -> HttpRequest:
    """Return a visit."""
    return RequestFactory().get("/")


class TestWeb:
    """Where only the web lives, requests watch."""

    def test_a_request_starts_a_round_once_a_minute(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.PORTAL_WATCH_IN_WEB = True
        started: list[Any] = []

        class Started:
            def __init__(self, *, target: Any, daemon: bool) -> None:
                assert daemon
                self._target = target

            def start(self) -> None:
                started.append(self._target)

        monkeypatch.setattr(middleware, "Thread", Started)
        seconds = iter([0.0, 0.0, 59.9, 60.0, 60.0])
        web = served(seconds=lambda: next(seconds))
        for _ in range(3):
            web(request())
        assert started == [web.watch_once, web.watch_once]

    def test_a_round_of_the_web_opens_the_notice(
        self, swept: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(middleware, "connections", _Connections())
        with at("2026-11-22T17:30Z"):
            served().watch_once()
            assert standing(swept) == ["silent-sweep"]

    def test_it_leaves_that_to_a_watch_that_lives(
        self, swept: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(middleware, "connections", _Connections())
        with at("2026-11-22T17:30Z"):
            Heartbeat.objects.create(process="watch", at=clock.now())
            served().watch_once()
            assert standing(swept) == []


class _Connections:
    """Leaves the test's own connection open."""

    def close_all(self) -> None:
        """Close nothing."""
