"""Uploads for tests: a file goes in through the browser's own address."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketplaces.amazon.order_reports import ReportKind
from marketplaces.enums import RunState
from marketplaces.models import ImportRun
from marketplaces.services.running import run_import
from orders.models import Order
from tests.factories.reports import order_report
from tests.shops import Shop
from vault.models import LedgerEntry

#: So many bytes at the front of a sealed value (vault.envelope, vault.files).
MAGIC = b"\xe5\x02"


def report(orders: int = 12, *, seed: int = 3) -> bytes:
    """Return an order report about nobody."""
    return order_report(kind=ReportKind.ORDERS, orders=orders, seed=seed)


def spoilt(
    data: bytes, row: int, column: str = "quantity-purchased", cell: str = "Plantedia"
) -> bytes:
    """Return a report with one cell that cannot be read; ``row`` as in the file."""
    lines = data.decode().split("\r\n")
    cells = lines[row - 1].split("\t")
    cells[lines[0].split("\t").index(column)] = cell
    lines[row - 1] = "\t".join(cells)
    return "\r\n".join(lines).encode()


def upload(
    shop: Shop, data: bytes, *, client: Client | None = None, **form: str
) -> Any:
    """Send a file as the upload page does; return the answer."""
    file = SimpleUploadedFile("Orders of Pia Plantington.txt", data)
    words = {"whole": "yes", "charset": "", "what": "orders", **form}
    client = client or shop.client("owner")
    whole = words.pop("whole")
    fields = {**words, "upload": file, "whole": whole}
    return client.post(shop.url("imports/new/"), fields)


def uploaded(shop: Shop, data: bytes, **form: str) -> ImportRun:
    """Upload and check a file; return its run."""
    answer = upload(shop, data, client=None, **form)
    assert answer.status_code == 302, answer.content
    return the_run(shop, UUID(answer["Location"].rstrip("/").rsplit("/", 1)[1]))


def the_run(shop: Shop, run_id: UUID) -> ImportRun:
    """Return a run as it stands in the database."""
    with shop.scope():
        return ImportRun.objects.get(id=run_id)


def page(shop: Shop, run: ImportRun, tail: str = "", role: str = "owner") -> Any:
    """Ask for a page of a run."""
    return shop.client(role).get(shop.url(f"imports/{run.id}/{tail}"))


def press(shop: Shop, run: ImportRun, button: str, role: str = "owner") -> Any:
    """Press a button of a run's page and follow to the page after."""
    client = shop.client(role)
    return client.post(shop.url(f"imports/{run.id}/{button}/"), follow=True)


def started(shop: Shop, data: bytes, **form: str) -> ImportRun:
    """Upload a file and press Import; the task is still to run."""
    run = uploaded(shop, data, **form)
    press(shop, run, "start")
    run = the_run(shop, run.id)
    assert run.state == RunState.QUEUED
    return run


def imported(shop: Shop, run: ImportRun) -> ImportRun:
    """Run the task here and return the run afterwards."""
    run_import(seller_id=shop.id, run_id=run.id)
    return the_run(shop, run.id)


def orders(shop: Shop) -> int:
    """Count the stored orders."""
    with shop.scope():
        return Order.objects.count()


def entries(shop: Shop, kind: str) -> list[dict[str, Any]]:
    """Return the facts of the ledger's entries of a kind."""
    with shop.scope():
        rows = LedgerEntry.objects.filter(kind=kind).order_by("id")
        return list(rows.values_list("facts", flat=True))
