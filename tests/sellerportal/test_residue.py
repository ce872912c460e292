"""No buyer stands in plain bytes anywhere: database files, WAL, logs, queue."""

import io
import json
import tempfile
from pathlib import Path

import pytest
from django.core.management import call_command

from marketplaces.amazon.order_reports import ReportKind
from marketplaces.models import UploadPiece
from marketplaces.services.checking import check_upload
from marketplaces.services.running import run_import
from orders.models import Order, OrderLine, Recipient
from tests import bed
from tests.factories.reports import invented_orders, order_report
from tests.marketplaces.uploads import press, spoilt, the_run, uploaded
from tests.orders.incoming import the_buyer
from tests.residue import forms, found_in
from tests.shops import Shop

PLANTED = {
    "name": "Zyxalia Plantington",
    "buyer_name": "Quorvex Plantington",
    "address_line_1": "4711 Plantwhistle Crescent",
    "city": "Plantonbridge",
    "buyer_email": "zq8planted@marketplace.example",
    "buyer_phone": "+1 555 0147-8899",
    "delivery_instructions": "Behind the plantwhistle gate",
}


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Write a report of 5,000 orders, each with planted words in its buyer."""
    orders = [
        order.__class__(
            **{name: getattr(order, name) for name in order.__slots__}
            | {"buyer": order.buyer | PLANTED, "fulfilled": "Merchant"}
        )
        for order in invented_orders(5_000, seed=11)
    ]
    file = tmp_path / "orders.txt"
    file.write_bytes(order_report(kind=ReportKind.ORDERS, orders=orders))
    return file


def server_folder() -> Path:
    """Return the folder of the server and of this run's keystores and queues."""
    return Path(bed.current()["folder"])


def flush() -> None:
    """Have PostgreSQL write everything to its files."""
    with bed.admin_connection() as admin:
        admin.execute("CHECKPOINT")
        admin.execute("SELECT pg_switch_wal()")


def test_5000_orders_leave_every_line_and_no_plain_buyer(
    transactional_db: None, shop: Shop, report: Path
) -> None:
    out = io.StringIO()
    call_command("import_orders", shop.seller.slug, str(report), "--json", stdout=out)
    printed = json.loads(out.getvalue())
    rows = len(report.read_bytes().strip().splitlines()) - 1
    assert (printed["orders"], printed["lines"]) == (5_000, rows)
    with shop.scope():
        assert Order.objects.count() == Recipient.objects.count() == 5_000
        assert OrderLine.objects.count() == rows
        number = Order.objects.values_list("marketplace_order_id", flat=True)[0]
    opened = the_buyer(shop, number)
    assert {name: opened[name] for name in PLANTED} == PLANTED
    flush()
    assert found_in(server_folder(), PLANTED.values()) == set()


@pytest.mark.usefixtures("transactional_db")
def test_an_upload_by_the_browser_leaves_no_plain_buyer(
    shop: Shop,
    report: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither while the file waits sealed, nor when it was imported; no temp file."""
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spare))
    run = uploaded(shop, spoilt(report.read_bytes(), 7))
    check_upload(seller_id=shop.id, run_id=run.id)
    with shop.scope():
        assert UploadPiece.objects.count() > 10
    flush()
    assert found_in(server_folder(), PLANTED.values()) == set()
    press(shop, run, "start")
    run_import(seller_id=shop.id, run_id=run.id)
    done = the_run(shop, run.id)
    assert (done.state, done.rejected) == ("finished", 1)
    flush()
    assert found_in(server_folder(), PLANTED.values()) == set()
    assert list(spare.iterdir()) == []
    assert not any(word in caplog.text for word in PLANTED.values())


def test_the_search_finds_what_is_stored_plainly(
    transactional_db: None, shop: Shop, tmp_path: Path
) -> None:
    """The positive control: without it, no hits would be worth nothing."""
    with shop.scope():
        Order.objects.all().delete()
    word = "Controla Plantington"
    with bed.owner_connection() as owner:
        owner.execute("CREATE TABLE planted_control (value text)")
        owner.execute("INSERT INTO planted_control VALUES (%s)", [word])
    flush()
    try:
        hits = found_in(server_folder(), [word])
    finally:
        with bed.owner_connection() as owner:
            owner.execute("DROP TABLE planted_control")
    assert {name for _, name in hits} >= {"utf-8"}
    for name, form in forms(word).items():
        (tmp_path / f"{name}.bin").write_bytes(b"x" * 100 + form + b"y" * 100)
    assert {name for _, name in found_in(tmp_path, [word])} == set(forms(word))
