"""A full disk or an unreadable keystore: said, nothing lost, the next sweep repairs."""

import errno
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from compliance.models import SweepRun
from compliance.services.starting import prepare
from compliance.services.sweep import UNREADABLE, UNWRITABLE, SweepResult, sweep
from orders.models import Recipient
from tests.orders.incoming import BUYER, incoming, receive, the_buyer, the_order
from tests.shops import Shop, at
from vault import keyfile
from vault.clock import clock
from vault.custody import prepare_keystore
from vault.days import ProbeStillOpens
from vault.keys import data_keys
from vault.keystore import FileKeystore
from vault.models import DayState, PurgeDay, RootTurn
from vault.refusals import OpeningSuspended

DUE = "2026-12-18T00:10Z"
LATER = incoming(marketplace_order_id="114-0000002-0000001")
Break = Callable[[pytest.MonkeyPatch], None]


def no_space(*_args: Any, **_kwargs: Any) -> None:
    """Answer as a full disk does."""
    raise OSError(errno.ENOSPC, "No space left on device")


def full(patch: pytest.MonkeyPatch) -> None:
    """Let nothing more be written to the keystore's disk."""
    patch.setattr(keyfile, "write_synced", no_space)


def gone(patch: pytest.MonkeyPatch) -> None:
    """Let the keystore's folder hang elsewhere, as an unmounted disk does."""
    folder = data_keys().keystore.folder
    patch.setattr(data_keys().keystore, "folder", folder.with_name("unmounted"))


def altered(patch: pytest.MonkeyPatch) -> None:
    """Let the keys file read as one whose last byte flipped."""
    whole = keyfile.read

    def flipped(path: Path) -> bytes:
        raw = whole(path)
        return raw[:-1] + bytes([raw[-1] ^ 1]) if path.name == "keys" else raw

    patch.setattr(keyfile, "read", flipped)
    patch.setattr(data_keys().keystore, "_seen", None)
    patch.setattr(data_keys(), "_signature", None)  # and no key is remembered


BREAKS: dict[str, tuple[Break, str]] = {
    "full disk": (full, UNWRITABLE),
    "unmounted": (gone, UNREADABLE),
    "altered": (altered, UNREADABLE),
}


@contextmanager
def broken(how: str) -> Iterator[str]:
    """Break the keystore for a block; give the sentence that is due."""
    breaks, sentence = BREAKS[how]
    with pytest.MonkeyPatch.context() as patch:
        breaks(patch)
        yield sentence
    data_keys.cache_clear()


def sweep_now(*shops: Shop) -> SweepResult:
    """Sweep at the clock's instant, which somebody looked at."""
    return sweep(
        seller_ids=[shop.id for shop in shops], now=clock.now(), clock_is_right=True
    )


def buyers(shop: Shop) -> int:
    """Return how many buyers the shop has."""
    with shop.scope():
        return Recipient.objects.count()


def a_buyer_that_is_due_and_one_that_is_not(shop: Shop) -> None:
    """Plant an order due on 18 December, and one due a week later."""
    receive(shop)
    with at("2026-12-01T08:00Z"):
        receive(
            shop,
            incoming(
                marketplace_order_id=LATER.marketplace_order_id,
                purchased_at=clock.now(),
            ),
        )


@pytest.mark.parametrize("how", BREAKS)
def test_it_is_said_nothing_is_lost_and_the_next_sweep_repairs(
    shop: Shop, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    a_buyer_that_is_due_and_one_that_is_not(shop)
    with at(DUE):
        with broken(how) as sentence:
            result = sweep_now(shop)
            assert (result.waiting, result.purged, result.overdue) == (sentence, 0, 1)
            run = SweepRun.objects.get()
            assert (run.waiting, run.doubted, run.ended_at) == (
                sentence,
                False,
                clock.now(),
            )
            assert "sweep: " in caplog.text
        assert buyers(shop) == 2
        assert the_buyer(shop, LATER.marketplace_order_id) == BUYER
        repaired = sweep_now(shop)
        assert (repaired.waiting, repaired.purged, repaired.overdue) == ("", 1, 0)
        assert (buyers(shop), repaired.days_destroyed[-1]) == (1, clock.today())
        assert the_buyer(shop, LATER.marketplace_order_id) == BUYER
        assert RootTurn.objects.get(day=clock.today()).turned_at == clock.now()


@pytest.mark.parametrize("how", BREAKS)
def test_before_the_day_a_broken_keystore_ends_nothing_early(
    shop: Shop, how: str
) -> None:
    receive(shop)
    with broken(how):
        sweep_now(shop)
    assert (the_buyer(shop), buyers(shop)) == (BUYER, 1)
    assert not PurgeDay.objects.exclude(state=DayState.OPEN).exists()


@pytest.mark.parametrize("how", ["unmounted", "altered"])
def test_the_page_of_the_shop_says_so(shop: Shop, how: str) -> None:
    receive(shop)
    with broken(how):
        page = shop.client("owner").get(shop.url("exposure/")).content.decode()
        assert "The keystore cannot be read, so nothing opens" in page
        with pytest.raises(OpeningSuspended):
            the_buyer(shop)
    assert the_buyer(shop) == BUYER


@pytest.mark.parametrize("how", BREAKS)
def test_the_command_says_so_and_fails(shop: Shop, how: str) -> None:
    receive(shop)
    with at(DUE), broken(how) as sentence:
        out = io.StringIO()
        with pytest.raises(CommandError, match=sentence[:40]):
            call_command("purge", "--clock-is-right", stdout=out)
        assert "1 orders overdue" in out.getvalue()


def test_a_start_with_a_full_disk_goes_on(shop: Shop) -> None:
    prepare_keystore(now=clock.now())
    receive(shop)
    with at(DUE):
        with broken("full disk"):
            assert prepare(now=clock.now(), clock_is_right=True).waiting == UNWRITABLE
        assert prepare(now=clock.now(), clock_is_right=True).purged == 1


def test_rows_of_days_done_before_still_go(shop: Shop) -> None:
    """The key died, the process too; the rows need no keystore any more."""
    receive(shop)
    with at(DUE):
        day = clock.today()
        data_keys().keystore.destroy_through(day)
        PurgeDay.objects.filter(day__lte=day).update(
            state=DayState.DESTROYED,
            destroyed_at=clock.now(),
            probe_dead_at=clock.now(),
        )
        with broken("unmounted"):
            assert sweep_now(shop).purged == 1
        assert buyers(shop) == 0
        assert the_order(shop).marketplace_order_id == "114-0000001-0000001"


def test_a_key_that_survives_waits_and_no_row_goes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(shop)
    with at(DUE):
        with monkeypatch.context() as patch:
            patch.setattr(FileKeystore, "destroy_through", lambda *_: ())
            result = sweep_now(shop)
        assert "still opens after its key was destroyed" in result.waiting
        assert (result.purged, result.overdue, buyers(shop)) == (0, 1, 1)
        assert sweep_now(shop).purged == 1


def test_control_a_sweep_that_lets_it_through_serves_nobody(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the named failures the sweep dies with the keystore, rows and all."""
    receive(shop)
    monkeypatch.setattr(
        "compliance.services.sweep.KEYSTORE_FAILURES", (ProbeStillOpens,)
    )
    with at(DUE), broken("full disk"), pytest.raises(OSError, match="No space left"):
        sweep_now(shop)
    assert SweepRun.objects.get().ended_at is None
