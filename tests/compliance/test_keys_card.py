"""The card "Keys": root, live days, the last destroyed day, times off, the truth."""

import errno
from datetime import timedelta
from unittest.mock import Mock

import pytest

from compliance.models import MachineGap, SweepRun
from compliance.presentation.keys_card import OffTime, keys_card
from compliance.services.sweep import sweep
from tests.compliance.planting import plant
from tests.compliance.test_keystore_failures import broken
from tests.shops import Shop, at
from vault.clock import clock
from vault.keystore import FileKeystore
from vault.models import PurgeDay
from vault.turning import turn_root

TRUTH = "A keystore on the same disk as the database is not a key service."


def html(shop: Shop) -> str:
    """Return the page as the owner reads it."""
    return shop.client("owner").get(shop.url("exposure/")).content.decode()


def test_before_the_first_sweep_it_says_so(shop: Shop) -> None:
    card = keys_card(now=clock.now())
    assert (card.trouble, card.root, card.last_destroyed, card.off) == (
        "",
        "not turned yet",
        "none yet",
        (),
    )
    assert card.live == "63, 23 Nov to 24 Jan"


def test_it_follows_the_keystore_and_the_rows(shop: Shop) -> None:
    with at("2026-11-24T00:05Z"):
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        card = keys_card(now=clock.now())
        assert (card.root, card.live, card.last_destroyed) == (
            "00:05",
            "63, 25 Nov to 26 Jan",
            "24 Nov, 00:05",
        )
    with at("2026-11-27T09:00Z"):
        PurgeDay.objects.filter(day="2026-11-24").update(destroyed_at=clock.now())
        assert keys_card(now=clock.now()).last_destroyed == "24 Nov, on 27 Nov, 09:00"
        assert keys_card(now=clock.now()).root == "24 Nov, 00:05"


def test_times_off_are_listed_the_latest_first(shop: Shop) -> None:
    now = clock.now()
    began = now - timedelta(days=4)
    first = now - timedelta(days=20)
    MachineGap.objects.create(began_at=first, ended_at=first + timedelta(minutes=45))
    MachineGap.objects.create(began_at=began, ended_at=began + timedelta(hours=76))
    assert keys_card(now=now).off == (
        OffTime(began, began + timedelta(hours=76), "3 d 4 h"),
        OffTime(first, first + timedelta(minutes=45), "45 min"),
    )
    plant(shop, days_old=3)
    page = html(shop)
    assert ("Times the machine was off" in page, "3 d 4 h" in page) == (True, True)


def test_trouble_is_said(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(shop, days_old=3)
    with monkeypatch.context() as patch:
        full = Mock(side_effect=OSError(errno.ENOSPC, "planted"))
        patch.setattr(FileKeystore, "ratchet", full)
        turn_root(now=clock.now())
        turn_root(now=clock.now())
    assert "root not turned, tried 2 times" in html(shop)
    with broken("unmounted"):
        card = keys_card(now=clock.now())
        assert (card.trouble, card.live) == ("cannot be read", "unknown")
    turn_root(now=clock.now())
    assert keys_card(now=clock.now()).trouble == ""


def test_the_page_says_what_a_keystore_in_files_is_not(shop: Shop) -> None:
    assert TRUTH not in html(shop)
    plant(shop, days_old=3)
    SweepRun.objects.create(started_at=clock.now(), ended_at=clock.now())
    assert html(shop).count(TRUTH) == 1
