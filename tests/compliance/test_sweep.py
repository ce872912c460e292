"""The sweep, end to end: keys, records, rows, and what stays."""

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command

from compliance.models import PurgeRecord, SweepRun
from compliance.services.sweep import SweepResult, sweep
from orders.models import Order, Recipient
from tests.orders.incoming import incoming, receive, the_buyer, the_order
from tests.shops import MakeShop, Shop, at
from vault.clock import clock
from vault.keys import data_keys
from vault.keystore import SecretDestroyed
from vault.merkle import merkle_root
from vault.models import DayState, LedgerEntry, PurgeDay
from vault.refusals import PastItsDay

DAY = date(2026, 12, 18)


def sweep_now(*shops: Shop, clock_is_right: bool = True) -> SweepResult:
    """Sweep the shops at the clock's instant."""
    return sweep(
        seller_ids=[shop.id for shop in shops],
        now=clock.now(),
        clock_is_right=clock_is_right,
    )


def test_before_the_day_nothing_is_purged(shop: Shop) -> None:
    receive(shop)
    with at("2026-12-17T23:59:59+00:00"):
        assert sweep_now(shop).purged == 0
        assert the_buyer(shop) != {}


def test_on_its_day_the_buyer_dies_and_the_order_stays(shop: Shop) -> None:
    receive(shop)
    before = the_order(shop)
    with at("2026-12-18T00:00:00+00:00"):
        result = sweep_now(shop)
        assert (result.purged, result.overdue, result.waiting) == (1, 0, "")
        assert result.days_destroyed[-1] == DAY
        with shop.scope():
            assert Recipient.objects.count() == 0
            assert Order.objects.values().get() == {
                f.attname: getattr(before, f.attname) for f in Order._meta.fields
            }
        with pytest.raises(SecretDestroyed):
            data_keys().keystore.day_secret(DAY)
        day = PurgeDay.objects.get(day=DAY)
        assert (day.state, day.probe_dead_at) == (DayState.DESTROYED, clock.now())


def test_the_record_names_the_orders_by_a_root(shop: Shop) -> None:
    receive(
        shop,
        *(incoming(marketplace_order_id=f"114-000000{n}-1") for n in range(5)),
    )
    with at("2026-12-18T00:05:00+00:00"):
        sweep_now(shop)
        with shop.scope():
            record = PurgeRecord.objects.get()
            ids = sorted(Order.objects.values_list("id", flat=True))
            entry = LedgerEntry.objects.get(kind="pii:purged:day")
        assert (record.orders, record.fields, record.number) == (5, 30, 1)
        assert record.root == merkle_root([i.bytes for i in ids]).hex()
        assert record.removed_at == clock.now()
        assert entry.facts["root"] == record.root


def test_one_record_a_shop_and_day(shop: Shop, other_shop: Shop) -> None:
    receive(shop)
    receive(other_shop)
    with at("2026-12-20T00:00+00:00"):
        assert sweep_now(shop, other_shop).purged == 2
        for one in (shop, other_shop):
            with one.scope():
                assert PurgeRecord.objects.values_list("orders", "day").get() == (
                    1,
                    DAY,
                )


def test_sweeping_twice_does_nothing_more(shop: Shop) -> None:
    receive(shop)
    with at("2026-12-18T00:00+00:00"):
        sweep_now(shop)
        again = sweep_now(shop)
        assert (again.purged, again.days_destroyed) == (0, [])
        with shop.scope():
            assert PurgeRecord.objects.count() == 1


def test_past_its_day_nothing_opens_though_no_sweep_ran(shop: Shop) -> None:
    receive(shop)
    with at("2026-12-18T00:00:00+00:00"), pytest.raises(PastItsDay):
        the_buyer(shop)


def test_importing_again_does_not_bring_the_buyer_back(shop: Shop) -> None:
    receive(shop)
    with at("2026-12-18T00:00+00:00"):
        sweep_now(shop)
        assert receive(shop).unchanged == 1
        with shop.scope():
            assert Recipient.objects.count() == 0


def test_a_jumped_clock_waits_for_a_persons_word(shop: Shop) -> None:
    receive(shop)
    sweep_now(shop)
    with at("2026-12-20T00:00+00:00"):
        result = sweep_now(shop, clock_is_right=False)
        assert (result.purged, result.days_destroyed, result.overdue) == (0, [], 1)
        assert "--clock-is-right" in result.waiting
        again = sweep_now(shop, clock_is_right=False)
        assert again.waiting == result.waiting
        assert sweep_now(shop).purged == 1


def test_a_step_of_seven_days_needs_no_word(shop: Shop) -> None:
    receive(shop, incoming(purchased_at=datetime(2026, 10, 29, tzinfo=UTC)))
    sweep_now(shop)
    with at("2026-11-29T17:00+00:00"):
        assert sweep_now(shop, clock_is_right=False).purged == 1


def test_each_run_is_written_down(shop: Shop) -> None:
    receive(shop)
    with at("2026-12-18T00:00+00:00"):
        sweep_now(shop)
        run = SweepRun.objects.order_by("-started_at")[0]
        assert (run.purged, run.overdue, run.ended_at) == (1, 0, clock.now())


def test_totals_are_unchanged_by_the_purge(make_shop: MakeShop) -> None:
    shop = make_shop("Totals")
    receive(shop)
    before = the_order(shop).items_total
    with at("2026-12-18T00:00+00:00"):
        sweep_now(shop)
        assert the_order(shop).items_total == before


def command(*flags: str) -> dict[str, Any]:
    """Run the command purge and return what it printed as JSON."""
    out = io.StringIO()
    call_command("purge", "--json", *flags, stdout=out)
    return dict(json.loads(out.getvalue()))


def test_the_command_prints_what_was_done(shop: Shop) -> None:
    receive(shop)
    with at("2026-12-18T00:00+00:00"):
        rehearsed = command("--dry-run", "--clock-is-right")
        assert (rehearsed["purged"], rehearsed["waiting"]) == (1, "")
        done = command("--clock-is-right")
        assert done == rehearsed | {"overdue": 0}
        assert command()["purged"] == 0
