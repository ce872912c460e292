"""A carrier's file on its way: sealed, rejected rows, stopped, killed, commanded."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplaces.enums import RunState
from marketplaces.models import UploadPiece
from marketplaces.services import contents, running
from marketplaces.services.running import LEASE, run_import
from orders.models import Shipment
from orders.services.carrier_events import receive_events
from orders.services.event_work import EventResult
from tests import bed
from tests.marketplaces.event_files import (
    EVENTS,
    HEAD,
    delivered,
    order,
    ship,
    state,
    table,
    take,
    tracking,
)
from tests.marketplaces.test_import_rejected import without_right
from tests.marketplaces.uploads import (
    entries,
    imported,
    page,
    press,
    started,
    the_run,
    uploaded,
)
from tests.orders.detail_pages import words
from tests.orders.evidence_pages import plan_of
from tests.orders.test_search import copies
from tests.shops import Shop
from vault.clock import clock


def test_rejected_rows_come_back_harmless_and_can_be_imported(shop: Shop) -> None:
    ship(shop)
    odd = '=HYPERLINK("https://nowhere.example")'
    data = (
        (
            f"{HEAD},name\r\n{tracking(0)},vanished,2026-11-22 10:00,{odd}\r\n"
            f"{tracking(0)},+vanished?,2026-11-22 10:00,Testa Exampleton\r\n"
        )
        .replace('"', "")
        .encode()
    )
    run = imported(shop, started(shop, data, **EVENTS))
    url = shop.url(f"imports/{run.id}/rejected/")
    rows = shop.client("owner").post(url).content.decode("utf-8-sig").splitlines()
    assert rows[0].split("\t")[-3:] == ["error_code", "error_field", "error_text"]
    cells = [row.split("\t") for row in rows[1:]]
    assert [c[-3] for c in cells] == ["event_unknown", "event_unknown"]
    assert not [c for row in cells for c in row if c.startswith(("=", "+"))]
    again = "\r\n".join(rows).replace("vanished", "Delivered").encode()
    done = imported(shop, started(shop, again, **EVENTS))
    assert (done.did["delivered"], done.rejected) == (1, 0)


def test_without_the_right_to_buyers_the_rejected_rows_are_reasons_alone(
    shop: Shop,
) -> None:
    ship(shop)
    data = f"{HEAD},name\r\n{tracking(0)},vanished,2026-11-22,Testa Exampleton\r\n"
    run = imported(shop, started(shop, data.encode(), **EVENTS))
    url = shop.url(f"imports/{run.id}/rejected/")
    assert "Exampleton" in shop.client("manager").post(url).content.decode()
    without_right(shop)
    rows = shop.client("manager").post(url).content.decode("utf-8-sig").splitlines()
    assert rows == [
        "error_code\terror_field\terror_text",
        "event_unknown\tevent\tis a word for an event that is not known here",
    ]


def test_what_stands_in_the_place_of_a_number_is_shown_to_nobody(shop: Shop) -> None:
    ship(shop)
    rows = [("12 Planted Street", "Delivered", "2026-11-22 09:00")]
    run = uploaded(shop, table(*rows), **EVENTS)
    kept = json.dumps([run.errors, run.first_rows, run.plan])
    assert ("PLANTED" in kept.upper(), run.errors[0]["code"]) == (
        False,
        "number_unknown",
    )
    assert "PLANTED" not in page(shop, run).content.decode().upper()


def test_a_file_with_no_good_row_says_so_in_the_words_of_carriers(shop: Shop) -> None:
    ship(shop)
    times = ("", "someday", "03/04/2026", "2027-01-01 10:00", "2026-02-30 10:00")
    rows = [(tracking(0), "Delivered", when) for when in times]
    run = uploaded(shop, table(*rows).decode().encode("utf-16"), **EVENTS)
    text = words(page(shop, run).content.decode())
    for said in (
        "Characters UTF-16",
        "Get the rejected rows",
        "Empty, and every event needs it cell_empty Fill it in, or take the row out",
        "Not a date and time date_unreadable Write it like 2026-11-22 16:41",
        "date_ambiguous Upload the file again and choose which comes first",
        "date_in_future Correct the time, or its zone",
        "A date or time that does not exist date_impossible Correct it",
    ):
        assert said in text
    assert "Import 0 rows" not in text
    press(shop, run, "start")
    done = imported(shop, run)
    text = words(page(shop, done).content.decode())
    assert "Taking the file is on record: its rows may hold buyers." in text
    without_right(shop)
    text = words(page(shop, done, role="manager").content.decode())
    assert "You may not be shown buyers, so your file holds the reasons alone." in text


def test_pieces_are_sealed_and_gone_after_the_run(shop: Shop) -> None:
    ship(shop)
    run = started(shop, table(delivered(0, "2026-11-22 09:00")), **EVENTS)
    with shop.scope():
        (piece,) = UploadPiece.objects.all()
        assert tracking(0).encode() not in bytes(piece.sealed)
    assert imported(shop, run).deleted_at is not None
    with shop.scope():
        assert UploadPiece.objects.count() == 0
    assert entries(shop, "file:uploaded:carrier-events")[0]["pieces"] == 1


def test_a_dead_worker_is_followed_by_one_that_counts_exactly(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 5)
    ship(shop, orders=12)
    rows = [delivered(n, "2026-11-22 09:00") for n in range(12)]
    run = started(shop, table(*rows), **EVENTS)

    class Killed(BaseException):
        pass

    real, batches = receive_events, []

    def die_in_the_second(**words: Any) -> EventResult:
        result = real(**words)
        batches.append(1)
        if len(batches) > 1:
            raise Killed
        return result

    with monkeypatch.context() as here:
        here.setattr(contents, "receive_events", die_in_the_second)
        with pytest.raises(Killed):
            run_import(seller_id=shop.id, run_id=run.id)
    half = the_run(shop, run.id)
    assert (half.orders, half.did["delivered"]) == (5, 5)
    clock.move((clock.now() + LEASE + timedelta(seconds=1)).isoformat())
    done = imported(shop, run)
    assert (done.state, done.orders, done.did["delivered"]) == (
        RunState.FINISHED,
        12,
        12,
    )


def test_stop_keeps_what_is_stored(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ship(shop)
    run = started(shop, table(delivered(0, "2026-11-22 09:00")), **EVENTS)
    press(shop, run, "stop")
    assert imported(shop, run).state == RunState.STOPPED
    assert order(shop).delivered_at is None


def test_two_files_at_once_come_to_the_same_end(shop: Shop) -> None:
    ship(shop)
    first = started(shop, table(delivered(0, "2026-11-22 11:00")), **EVENTS)
    second = started(shop, table(delivered(0, "2026-11-22 09:00")), **EVENTS)
    imported(shop, second)
    imported(shop, first)
    assert order(shop).delivered_at == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_another_shops_number_is_nobodys(shop: Shop, other_shop: Shop) -> None:
    ship(other_shop)
    run = take(shop, delivered(0, "2026-11-22 09:00"))
    assert (run.rejected, run.did["delivered"]) == (1, 0)
    assert order(other_shop).delivered_at is None


def test_the_sample_goes_through(shop: Shop) -> None:
    ship(shop, orders=2)
    sample = shop.client("owner").get(shop.url("imports/sample/events/"))
    assert sample["Content-Disposition"] == 'attachment; filename="sample-events.csv"'
    run = uploaded(shop, sample.content, **EVENTS)
    assert (run.plan["delivered"], run.rejected, run.rows) == (2, 2, 6)


def test_the_page_says_in_whose_zone_times_are_read(shop: Shop) -> None:
    html = shop.client("owner").get(shop.url("imports/new/?what=carrier-events"))
    assert "Times without a zone are read in the shop&#x27;s: UTC." in (
        html.content.decode()
    )
    assert '<option value="carrier-events" selected>' in html.content.decode()


class TestCommand:
    """``manage.py import_events``."""

    def run(self, shop: Shop, path: Path, *words: str) -> str:
        """Run the command; return what it prints."""
        out = StringIO()
        call_command("import_events", shop.seller.slug, str(path), *words, stdout=out)
        return out.getvalue()

    def test_a_dry_run_counts_what_the_run_does(
        self, shop: Shop, tmp_path: Path
    ) -> None:
        ship(shop)
        path = tmp_path / "events.csv"
        path.write_bytes(
            table(
                delivered(0, "2026-11-22 09:00"),
                ("1ZNOBODYS0", "Delivered", "2026-11-22 09:00"),
            )
        )
        before = state(shop)
        dry = json.loads(self.run(shop, path, "--dry-run", "--json"))
        assert state(shop) == before
        real = json.loads(self.run(shop, path, "--json"))
        assert dry == real
        assert (real["delivered"], real["errors"][0]["code"]) == (1, "number_unknown")
        text = self.run(shop, path)
        assert "0 orders delivered" in text
        assert "Row 3, column tracking number: no package has this number" in text

    def test_a_file_that_is_refused_ends_with_2(
        self, shop: Shop, tmp_path: Path
    ) -> None:
        path = tmp_path / "events.csv"
        path.write_bytes(b"PK\x03\x04")
        with pytest.raises(SystemExit) as ended:
            self.run(shop, path, "--json")
        assert ended.value.code == 2


def test_an_index_finds_packages_by_number(transactional_db: None, shop: Shop) -> None:
    ship(shop)
    with shop.scope():
        copies(
            Shipment,
            20_000,
            {
                "id": "gen_random_uuid()",
                "reference": "'c' || n",
                "tracking_number": "'2Z' || n",
            },
        )
    with bed.owner_connection() as owner:
        owner.execute("VACUUM ANALYZE orders_shipment")
    with shop.scope(), CaptureQueriesContext(connection) as asked:
        list(
            Shipment.objects.filter(
                seller_id=shop.id, tracking_number__in=[tracking(0), "2Z77"]
            ).values_list("order_id", flat=True)
        )
    with shop.scope():
        plan = plan_of(asked[-1]["sql"])
    assert ("orders_shipment_number" in plan, "Seq Scan" in plan) == (True, False)


def test_a_batch_asks_the_same_number_of_times_for_few_and_many(shop: Shop) -> None:
    ship(shop, orders=40)
    counts = []
    for orders in (range(2), range(2, 40)):
        run = started(
            shop, table(*(delivered(n, "2026-11-22 09:00") for n in orders)), **EVENTS
        )
        with CaptureQueriesContext(connection) as asked:
            imported(shop, run)
        counts.append(len([q for q in asked if "orders_" in q["sql"]]))
    assert counts[0] == counts[1]
